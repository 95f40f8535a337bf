"""`netloom train`: the page's engine without the page."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from netloom.commands.documents import one_sentence_on_bad_input, read_document
from netloom.experiment import Experiment, Seeds
from netloom.export import history_csv, weights_file
from netloom.protocol.events import Row

if TYPE_CHECKING:
    from netloom.engine.run import Run

INTERRUPTED = 130
DIVERGED = 1
CHUNK_SECS = 0.1
"""How long the engine trains between two looks at the progress bar and at Ctrl-C."""


def train(
    experiment: Annotated[Path, typer.Argument(help="The experiment: a JSON file.", metavar="EXPERIMENT.json")],
    epochs: Annotated[
        int | None, typer.Option(min=0, max=10_000_000, help="Train until this epoch; else to the document's limit.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Use this for all seeds: weights, data, order, dropout.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write weights.safetensors, history.csv and experiment.json to this folder.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON line per epoch instead of a bar.")] = False,
    device: Annotated[Literal["auto", "cpu", "gpu"], typer.Option(help="Where to train.")] = "auto",
) -> None:
    """Train an experiment without a browser, through the same engine.

    Exit status 0 when it trained as asked, 1 when it diverged, 2 on bad input, 130 after Ctrl-C; what was trained
    until then is written in every case.
    """
    with one_sentence_on_bad_input(), _interruptible() as interrupted:
        document = prepared(read_document(experiment), epochs=epochs, seed=seed)
        run = _start(document, device)
        _follow(run, document.training.epoch_limit if epochs is None else epochs, interrupted, json=json)
    if out is not None:
        write_results(run, out)
    _finish(run, interrupted=interrupted(), json=json)


def prepared(document: Experiment, *, epochs: int | None, seed: int | None) -> Experiment:
    """The document as it is trained: with one seed for everything, and an epoch limit that lets `epochs` through."""
    if seed is not None:
        seeds = Seeds(weights=seed, data=seed, order=seed, dropout=seed)
        document = document.model_copy(update={"seeds": seeds})
    if epochs is not None and epochs > document.training.epoch_limit:
        training = document.training.model_copy(update={"epoch_limit": epochs})
        document = document.model_copy(update={"training": training})
    return document


def write_results(run: Run, folder: Path) -> None:
    """weights.safetensors, history.csv, experiment.json."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = weights_file(run.experiment, run.parameters(), run.states())
    (folder / "weights.safetensors").write_bytes(weights)
    (folder / "history.csv").write_text(history_csv(run.history, run.marks), encoding="utf-8")
    (folder / "experiment.json").write_text(run.experiment.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _start(document: Experiment, device: str) -> Run:
    from netloom.engine.device import configure
    from netloom.engine.run import Run

    configure(None, device)
    return Run(document, device=device)


def _follow(run: Run, epochs: int, interrupted: Callable[[], bool], *, json: bool) -> None:
    """Trains to the end, telling of every epoch as JSON or as a bar."""
    if json:
        _print_rows(run.history)
        for rows in _advance(run, epochs, interrupted):
            _print_rows(rows)
        return
    with _bar() as bar:
        task = bar.add_task("Epoch", total=epochs)
        for _ in _advance(run, epochs, interrupted):
            bar.update(task, completed=run.epoch)


def _advance(run: Run, epochs: int, interrupted: Callable[[], bool]) -> Iterator[list[Row]]:
    while run.epoch < epochs and run.stopped is None and not interrupted():
        yield run.advance(until_epoch=epochs, budget_secs=CHUNK_SECS).rows


def _print_rows(rows: Iterable[Row]) -> None:
    for row in rows:
        sys.stdout.write(row.model_dump_json() + "\n")
    sys.stdout.flush()


def _bar() -> Progress:
    """Shown on a terminal only, on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _finish(run: Run, *, interrupted: bool, json: bool) -> None:
    if run.stopped is not None and run.stopped.reason != "epoch_limit":
        typer.echo(run.stopped.message, err=True)
    if not json:
        typer.echo(summary(run))
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if run.status == "diverged":
        raise typer.Exit(DIVERGED)


def summary(run: Run) -> str:
    """`Epoch 100 · training loss 0.0123 · validation loss 0.0234 · validation accuracy 98 %`"""
    row, classes = run.history[-1], run.experiment.task.kind == "classification"
    parts = [f"Epoch {row.epoch}"]
    parts += [
        f"{name} loss {loss:.4g}" for name, loss in _known(training=row.train_loss, validation=row.validation_loss)
    ]
    metrics = _known(training=row.train_metric, validation=row.validation_metric)
    parts += [f"{name} accuracy {value:.0%}" if classes else f"{name} R² {value:.4f}" for name, value in metrics]
    return " · ".join(parts)


def _known(**values: float | None) -> list[tuple[str, float]]:
    return [(name, value) for name, value in values.items() if value is not None]


@contextmanager
def _interruptible() -> Generator[Callable[[], bool]]:
    """Ctrl-C is noted and acted on between two chunks, so that the run it interrupts is whole; a second one ends it."""
    caught: list[int] = []

    def note(signal_number: int, _frame: FrameType | None) -> None:
        caught.append(signal_number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(caught)
    finally:
        signal.signal(signal.SIGINT, before)
