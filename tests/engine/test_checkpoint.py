"""What a checkpoint is made of."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable

from safetensors.numpy import load, save

from netloom.engine import checkpoint
from netloom.engine.run import Run
from netloom.layers import Layer
from netloom.protocol.commands import Changes


def test_a_document_is_written_once_and_the_text_goes_with_it(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    gc.collect()
    before = set(checkpoint._texts)
    run = make_run(*small)
    for number in range(3):
        run.edit(Changes(name=f"Edit {number}"))
        assert checkpoint.from_bytes(run.checkpoint()).situation.experiment == run.experiment
    [(key, text)] = [(key, text) for key, text in checkpoint._texts.items() if key not in before]
    run.checkpoint()

    assert checkpoint._texts[key] is text
    del run
    gc.collect()
    assert set(checkpoint._texts) <= before


def test_a_checkpoint_from_before_the_ids_of_commands_were_kept_is_read(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    run = make_run(*small)
    run.commands.extend([5, 6])
    saved = run.checkpoint()
    header = json.loads(saved[8 : 8 + int.from_bytes(saved[:8], "little")])
    document = json.loads(header["__metadata__"]["netloom"])
    assert document.pop("commands") == [5, 6]

    older = Run.resume(save(load(saved), metadata={"netloom": json.dumps(document)}))

    assert [*older.commands] == []
    assert older.experiment == run.experiment
    assert [*Run.resume(saved).commands] == [5, 6]
