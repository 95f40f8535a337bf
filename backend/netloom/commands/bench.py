"""`netloom bench`: how fast this machine trains."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import orjson
import typer

from netloom.commands.documents import one_sentence_on_bad_input
from netloom.experiment import Experiment

if TYPE_CHECKING:
    from netloom.engine.run import Run

WARM_EPOCHS = 20
FRAMES = 50


class Figures(NamedTuple):
    """Of the first experiment: seconds to compile it, epochs a second with losses measured after each, microseconds an
    update with its share of that, milliseconds for the picture of a moment."""

    device: str
    ready_secs: float
    epochs_per_second: float
    microseconds_per_update: float
    frame_ms: float


def bench(
    epochs: Annotated[int, typer.Option(help="How many epochs to time.", min=1, max=1_000_000)] = 2000,
    device: Annotated[Literal["auto", "cpu", "gpu"], typer.Option(help="Where to train.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Measure how fast this machine trains the first experiment."""
    with one_sentence_on_bad_input():
        figures = measured(epochs, device)
    if json:
        typer.echo(orjson.dumps(figures._asdict()).decode())
        return
    typer.echo(f"On {figures.device}, after {figures.ready_secs:.1f} s to compile:")
    typer.echo(f"{figures.epochs_per_second:,.0f} epochs a second, {figures.microseconds_per_update:.2f} µs an update")
    typer.echo(f"{figures.frame_ms:.2f} ms for the picture of a moment")


def measured(epochs: int, device: str) -> Figures:
    """Raises NotPossible where there is no such device."""
    from netloom.engine.device import configure
    from netloom.engine.run import Run
    from netloom.protocol.commands import Watch

    configure(None, device)
    began = time.perf_counter()
    training = Experiment().training.model_copy(update={"epoch_limit": epochs + WARM_EPOCHS})
    run = Run(Experiment().model_copy(update={"training": training}), device=device)
    _train(run, WARM_EPOCHS)
    run.frame(Watch())
    ready, step = time.perf_counter() - began, run.step
    training_secs = _timed(lambda: _train(run, WARM_EPOCHS + epochs))
    frames_secs = _timed(lambda: [run.frame(Watch()) for _ in range(FRAMES)])
    return Figures(
        device=run.device,
        ready_secs=ready,
        epochs_per_second=epochs / training_secs,
        microseconds_per_update=training_secs / (run.step - step) * 1e6,
        frame_ms=frames_secs / FRAMES * 1e3,
    )


def _train(run: Run, until: int) -> None:
    while run.epoch < until:
        run.advance(until_epoch=until, budget_secs=1.0)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
