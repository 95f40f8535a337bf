"""Compiled code is found again on the disk, and never trusted to be whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netloom.engine import kept
from netloom.engine.program import Function

COUNTED = """
import sys
from pathlib import Path
from netloom.engine.device import configure
configure(Path(sys.argv[1]), "cpu")
import jax
compiled = []
jax.monitoring.register_event_duration_secs_listener(
    lambda name, secs, **_: name.endswith("backend_compile_duration") and compiled.append(name)
)
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.protocol.commands import Changes, Watch
run = Run(Experiment(), device="cpu")
run.prepare(Changes())
run.advance(until_epoch=3, budget_secs=60)
run.frame(Watch())
print(len(compiled), run.checkpoint().hex())
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    before = kept.folder
    kept.keep_in(tmp_path)
    yield tmp_path / "functions"
    kept.folder = before


def in_a_process_of_its_own(folder: Path) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", COUNTED, str(folder)], capture_output=True, text=True, check=True, env=os.environ
    )
    return found.stdout.split()


def numbers() -> np.ndarray:
    import jax

    return jax.device_put(np.arange(3, dtype=np.float32))


def test_a_second_process_compiles_nothing_and_computes_the_same_to_the_last_bit(tmp_path: Path) -> None:
    first_compiled, first = in_a_process_of_its_own(tmp_path)
    compiled, second = in_a_process_of_its_own(tmp_path)

    assert int(first_compiled) >= 3
    assert int(compiled) == 0
    assert first == second


def test_trees_go_in_and_come_out_as_they_are(here: Path) -> None:
    for _ in range(2):  # compiled, then loaded
        doubled = Function("doubled", lambda a, b: {"a": (a["x"] * 2,), "b": [b]})
        result = doubled({"x": numbers()}, None)

        np.testing.assert_array_equal(result["a"][0], [0, 2, 4])
        assert result["b"] == [None]
    assert len(list(here.iterdir())) == 1


@pytest.mark.parametrize("others", [0o020, 0o002])
def test_nothing_is_loaded_from_where_others_can_write(here: Path, others: int) -> None:
    Function("doubled", lambda a: a * 2)(numbers())
    [file] = here.iterdir()
    device = kept.device_of([numbers()])

    assert here.stat().st_mode & 0o077 == 0
    assert kept.folder.load(file.name, device) is not None
    here.chmod(0o700 | others)
    assert kept.folder.load(file.name, device) is None


def test_code_that_cannot_be_kept_is_used_all_the_same(here: Path) -> None:
    here.write_text("not a folder")

    np.testing.assert_array_equal(Function("doubled", lambda a: a * 2)(numbers()), [0, 2, 4])


@pytest.mark.parametrize("left", [slice(0, 500), slice(0, 0), slice(500, None)])
def test_a_torn_file_is_compiled_anew(here: Path, left: slice) -> None:
    Function("doubled", lambda a: a * 2)(numbers())
    [file] = here.iterdir()
    file.write_bytes(file.read_bytes()[left])
    assert kept.folder.load(file.name, kept.device_of([numbers()])) is None

    np.testing.assert_array_equal(Function("doubled", lambda a: a * 2)(numbers()), [0, 2, 4])
    assert kept.folder.load(file.name, kept.device_of([numbers()])) is not None


def test_other_work_other_shapes_and_other_flags_are_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {kept.name_of("a", (3,)), kept.name_of("b", (3,)), kept.name_of("a", (4,))}
    monkeypatch.setenv("XLA_FLAGS", "--xla_something=1")
    names.add(kept.name_of("a", (3,)))

    assert len(names) == 4
