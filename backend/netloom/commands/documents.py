"""Reading an experiment from a file, and ending with one sentence when that cannot be done."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import typer

from netloom.errors import InvalidField, NetloomError
from netloom.experiment import MAX_DOCUMENT_BYTES, Experiment, read_experiment

BAD_INPUT = 2


def read_document(path: Path) -> Experiment:
    """Raises NetloomError with the sentence for whoever typed the path."""
    try:
        with path.open("rb") as file:
            document = file.read(MAX_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise InvalidField(path=str(path), problem=f"cannot be read ({error.strerror}).") from None
    if len(document) > MAX_DOCUMENT_BYTES:
        raise InvalidField(path=str(path), problem=f"is larger than the {MAX_DOCUMENT_BYTES:,} bytes of an experiment.")
    try:
        return read_experiment(document)
    except UnicodeDecodeError:
        raise InvalidField(path=str(path), problem="is not text in UTF-8.") from None


@contextmanager
def one_sentence_on_bad_input() -> Generator[None]:
    """A NetloomError becomes its sentence on standard error and exit status 2."""
    try:
        yield
    except NetloomError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
