"""What a frame costs and weighs."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from netloom.engine.device import configure
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from netloom.protocol.commands import Watch

ROUNDS = 200


def measure_frames() -> dict[str, float]:
    """Milliseconds of one epoch with both losses and a frame of it; bytes of the default view's frame."""
    configure(None, "cpu")
    small = chain(Input(), Dense(id="hidden1", units=4), Dense(id="hidden2", units=2), Output())
    large = Watch(boundary=100, neurons=60)
    largest = large.model_copy(update={"neurons": 100})  # more than a page may ask for; the budget is stated for it
    return {
        "epoch_and_frame_ms_2_4_2_1_output_100_neurons_100": _milliseconds(small, largest),
        "epoch_and_frame_ms_2_4_2_1_output_100_neurons_60": _milliseconds(small, large),
        "epoch_and_frame_ms_2_4_2_1_default_view": _milliseconds(small, Watch()),
        "epoch_and_frame_ms_2_6_4_1_default_view": _milliseconds(Experiment().network, Watch()),
        "frame_bytes_2_6_4_1_default_view": _frame_bytes(Run(Experiment(), device="cpu")),
    }


def _frame_bytes(run: Run) -> int:
    """As it is sent: with the name that a server gives a run."""
    run.run_id = "r" * 26
    return len(run.frame(Watch()))


def _milliseconds(network: object, watch: Watch) -> float:
    document = {"network": network, "training": {"epoch_limit": 10_000_000}}
    run = Run(Experiment.model_validate(document), device="cpu")

    def epoch_and_frame() -> None:
        run.advance(until_epoch=run.epoch + 1, budget_secs=1.0)
        run.frame(watch)

    for _ in range(20):
        epoch_and_frame()
    return median(_seconds(epoch_and_frame) for _ in range(ROUNDS)) * 1e3


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
