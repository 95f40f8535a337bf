"""What the HTTP routes answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from netloom.experiment import Experiment
from netloom.protocol.commands import RunId
from netloom.record import Record


class Health(Record):
    status: Literal["ok", "starting"]
    """`starting` until an engine process is ready to train."""
    version: str
    device: str
    """`cpu`, or `gpu: ` and its name; empty while starting."""
    workers: int
    """Engine processes that are ready."""
    runs: int
    """Runs that an engine holds."""
    warmed: int
    """Programs compiled ahead of being asked for, of `to_warm`."""
    to_warm: int


class RunCreated(Record):
    run: RunId


class Opening(Record):
    ahead: int
    """Networks that are compiled before that of the run which is being opened; 0: none, or none is being opened."""


class Problem(Record):
    """Why a request was refused: one sentence for people, the rest for programs."""

    code: str
    message: str
    path: str | None = None
    layer: str | None = None


class ErrorAnswer(Record):
    error: Problem


class Enter(Record):
    """The class address's key."""

    key: str = Field(max_length=200)


class CatalogueItem(Record):
    """One thing to choose. `schema` is its JSON schema, with the bounds, title and help of each field."""

    type: str
    title: str
    help: str
    schema_: dict[str, Any] = Field(alias="schema")
    defaults: dict[str, Any]


class LayerItem(CatalogueItem):
    offered: bool
    """Whether the palette offers it; the input and the output are always there, once."""


class LossItem(CatalogueItem):
    classification_only: bool
    min_outputs: int


class PreviewPoint(Record):
    x: tuple[float, ...]
    target: float


class DatasetItem(CatalogueItem):
    task: Literal["classification", "regression"]
    classes: int
    """0 for regression."""
    inputs: int
    """1 (x) or 2 (x, y)."""
    noisy: bool
    """Whether noise changes anything."""
    sized: bool
    """Whether the number of points can be chosen."""
    preview: tuple[PreviewPoint, ...]


class ActivationItem(Record):
    type: str
    title: str
    help: str
    low: float | None
    """null: no bound."""
    high: float | None


class InitializerItem(Record):
    type: str
    title: str
    help: str


class Example(Record):
    """A ready-made experiment."""

    id: str
    name: str
    summary: str
    question: str
    experiment: Experiment


class Limits(Record):
    """What this server allows; at most what the document allows."""

    layers: int
    """Hidden layers of neurons."""
    neurons: int
    """In one layer."""
    parameters: int
    points: int


class Catalogue(Record):
    """Everything there is to choose from, in the order of the page."""

    layers: tuple[LayerItem, ...]
    activations: tuple[ActivationItem, ...]
    output_activations: tuple[ActivationItem, ...]
    initializers: tuple[InitializerItem, ...]
    datasets: tuple[DatasetItem, ...]
    losses: tuple[LossItem, ...]
    optimizers: tuple[CatalogueItem, ...]
    schedules: tuple[CatalogueItem, ...]
    examples: tuple[Example, ...]
    limits: Limits
    default: Experiment
    """What the page opens with."""
    schema_: dict[str, Any] = Field(alias="schema")
    """The JSON schema of an experiment: bounds, titles and help of every control."""
