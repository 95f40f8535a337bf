"""`netloom export`: an experiment as code, or as a complete document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from netloom.commands.documents import one_sentence_on_bad_input, read_document
from netloom.experiment import Experiment
from netloom.export import numpy_script

Format = Literal["numpy", "predict", "json"]


def export(
    experiment: Annotated[Path, typer.Argument(help="The experiment: a JSON file.", metavar="EXPERIMENT.json")],
    format: Annotated[  # noqa: A002 -- it is the option's name
        Format,
        typer.Option(
            help="numpy: a script that trains it; predict: a script that uses weights.safetensors; "
            "json: the document with every default written out."
        ),
    ] = "numpy",
    out: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
) -> None:
    """Write an experiment as code or as a complete document."""
    with one_sentence_on_bad_input():
        text = exported(read_document(experiment), format)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def exported(experiment: Experiment, wanted: Format) -> str:
    if wanted == "json":
        return experiment.model_dump_json(indent=2) + "\n"
    return numpy_script(experiment, weights="initial" if wanted == "numpy" else "file")
