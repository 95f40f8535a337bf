"""The same document and the same edits give the same run, to the last bit, however it is cut into calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.errors import BadCheckpoint
from netloom.experiment import Experiment
from netloom.layers import BatchNorm, Dense, Dropout, Layer
from netloom.protocol.commands import Changes

UPDATES = 333
ADAM = {"optimizer": {"type": "adam"}, "learning_rate": 0.01, "l2": 0.001, "schedule": {"type": "cosine"}}


def whole(run: Run) -> Run:
    run.advance(updates=UPDATES, budget_secs=1000)
    return run


def assert_same(first: Run, second: Run) -> None:
    assert first.step == second.step
    assert first.history == second.history
    assert first.checkpoint() == second.checkpoint()


@pytest.mark.parametrize("length", [1, 37, 100])
def test_a_run_in_chunks_equals_a_whole_one(
    length: int, document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    cut = Run(document(*small, training=ADAM))
    for start in range(0, UPDATES, length):
        cut.advance(updates=min(length, UPDATES - start), budget_secs=1000)

    assert_same(cut, whole(Run(document(*small, training=ADAM))))


def test_dropout_falls_on_the_same_neurons_however_a_run_is_cut(document: Callable[..., Experiment]) -> None:
    layers = Dense(id="hidden1", units=5), Dropout(id="dropout1", rate=0.5), Dense(id="hidden2", units=3)
    cut = Run(document(*layers))
    for _ in range(9):
        cut.advance(updates=37, budget_secs=1000)

    assert_same(cut, whole(Run(document(*layers))))


def test_a_checkpoint_goes_on_as_if_nothing_had_happened(
    document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    run = Run(document(*small, training=ADAM))
    run.advance(updates=111, budget_secs=1000)
    run.edit(Changes(training=run.experiment.training.model_copy(update={"learning_rate": 0.02})), label="faster")
    resumed = Run.resume(run.checkpoint())
    for one in (run, resumed):
        one.advance(updates=222, budget_secs=1000)

    assert_same(run, resumed)


def test_another_process_without_a_cache_goes_on_to_the_same_bits(
    document: Callable[..., Experiment], small: tuple[Layer, ...], tmp_path: Path
) -> None:
    run = Run(document(*small, training=ADAM))
    run.advance(updates=111, budget_secs=1000)
    before, after = tmp_path / "before", tmp_path / "after"
    before.write_bytes(run.checkpoint())
    code = (
        "import sys, pathlib; from netloom.engine.run import Run; "
        "run = Run.resume(pathlib.Path(sys.argv[1]).read_bytes()); run.advance(updates=222, budget_secs=1000); "
        "pathlib.Path(sys.argv[2]).write_bytes(run.checkpoint())"
    )
    backend = Path(__file__).parents[2] / "backend"
    subprocess.run([sys.executable, "-c", code, str(before), str(after)], check=True, cwd=backend)
    run.advance(updates=222, budget_secs=1000)

    assert after.read_bytes() == run.checkpoint()


def test_looking_at_a_run_does_not_change_it(document: Callable[..., Experiment], small: tuple[Layer, ...]) -> None:
    from netloom.protocol.commands import Watch

    watched = Run(document(*small))
    for _ in range(9):
        watched.advance(updates=37, budget_secs=1000)
        watched.frame(Watch(slow_motion=True, predictions=True))

    assert_same(watched, whole(Run(document(*small))))


@pytest.mark.parametrize("broken", [b"", b"not a run", b"\x08\0\0\0\0\0\0\0{}      "])
def test_bytes_that_are_no_run_are_refused(broken: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        Run.resume(broken)


def test_half_a_checkpoint_is_refused(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    saved = make_run(*small).checkpoint()

    with pytest.raises(BadCheckpoint):
        Run.resume(saved[: len(saved) // 2])


def test_a_layer_draws_its_own_weights(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    one = make_run(small[0], small[1]).parameters()
    other = make_run(small[0], Dense(id="hidden2", units=6)).parameters()

    np.testing.assert_array_equal(one["hidden1"]["weight"], other["hidden1"]["weight"])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_padded_and_exact_networks_agree_over_the_first_hundred_updates(
    optimizer: str,
    document: Callable[..., Experiment],
    flat: Callable[[Run], np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Adam divides by the size of a gradient, and rounding errors with it."""
    hidden = Dense(id="hidden1", units=5), BatchNorm(id="normal"), Dense(id="hidden2", units=3, activation="gelu")
    sections = {
        "data": {"features": ["x", "y", "x*y"]},
        "training": {"optimizer": {"type": optimizer}, "learning_rate": 0.02, "batch_size": 9, "l2": 0.001},
    }
    padded = Run(document(*hidden, **sections))
    monkeypatch.setattr("netloom.engine.structure.bucket", lambda size, _: size)
    exact = Run(document(*hidden, **sections))
    widths = [[step.width for step in run._stage.program.structure.steps] for run in (padded, exact)]
    assert widths == [[4, 8, 8, 8, 1], [3, 5, 5, 3, 1]]

    for _ in range(100):
        for run in (padded, exact):
            run.advance(updates=1, budget_secs=1000)
        np.testing.assert_allclose(flat(padded), flat(exact), atol=1e-6 if optimizer == "sgd" else 2e-5)
