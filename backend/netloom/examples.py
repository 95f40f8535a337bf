"""The ready-made experiments: the examples menu on the page, and files to train from the command line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from netloom.experiment import Experiment, read_experiment

ORDER = (
    "xor",
    "no-hidden-layer",
    "line-y-2x",
    "forward-pass",
    "xor-truth-table",
    "learning-rate-too-low",
    "learning-rate-right",
    "learning-rate-too-high",
    "overfitting",
    "dying-relu",
    "circle-squared-inputs",
    "spiral",
    "moons-dropout",
    "three-classes",
    "sine-regression",
)
"""By file name, in the order of the menu; the keys 1 to 9 open the first nine."""


class Example(NamedTuple):
    """`slug` is the file's name without `.json`; title, summary and question are the document's own."""

    slug: str
    experiment: Experiment


@cache
def all_examples() -> tuple[Example, ...]:
    return tuple(Example(slug, read_experiment((_folder() / f"{slug}.json").read_bytes())) for slug in ORDER)


def _folder() -> Path:
    """Beside the code in an installed package, at the top of a checkout."""
    installed = Path(__file__).with_name("example_documents")
    return installed if installed.is_dir() else Path(__file__).parents[2] / "examples"
