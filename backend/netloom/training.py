"""How a network is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netloom.losses import AnyLoss, BinaryCrossEntropy
from netloom.optimizers import SGD, AnyOptimizer
from netloom.record import LIVE, Record
from netloom.schedules import AnySchedule, Constant

ClassWeights = Annotated[tuple[Annotated[float, Field(ge=0, le=1000)], ...], Field(min_length=2, max_length=10)]


class EarlyStopping(Record):
    """Stop when the validation loss has not fallen for a while."""

    patience: int = Field(default=20, ge=1, le=100_000, title="Patience", json_schema_extra=LIVE)
    """Epochs without a new lowest validation loss before training stops."""
    min_delta: float = Field(default=0.0, ge=0, le=100, title="Least gain", json_schema_extra=LIVE)
    """How much lower than the lowest so far counts as lower."""


class Training(Record):
    """Everything here may change between two steps of a run; nothing of it recompiles."""

    loss: AnyLoss = Field(default=BinaryCrossEntropy(), title="Loss", json_schema_extra=LIVE)
    """How wrong a prediction is; training makes it small."""
    optimizer: AnyOptimizer = Field(default=SGD(), title="Optimizer", json_schema_extra=LIVE)
    """How a gradient becomes a change of the weights."""
    learning_rate: float = Field(
        default=0.1,
        ge=0,
        le=1000,
        title="Learning rate",
        json_schema_extra={**LIVE, "scale": "log", "low": 1e-5, "high": 10},
    )
    """How far each update goes: too small learns slowly, too large jumps past the goal."""
    schedule: AnySchedule = Field(default=Constant(), title="Schedule", json_schema_extra=LIVE)
    """How the learning rate changes over the epochs."""
    batch_size: Annotated[int, Field(ge=1, le=10_000)] | Literal["all"] = Field(
        default=10, title="Batch size", json_schema_extra=LIVE
    )
    """How many points make one update; "all" uses every training point at once."""
    order: Literal["shuffled", "stored"] = Field(default="shuffled", title="Order", json_schema_extra=LIVE)
    """Whether the points are mixed anew in every epoch or taken as they are stored."""
    l1: float = Field(default=0.0, ge=0, le=10, title="L1", json_schema_extra=LIVE)
    """Regularization: adds l1 · Σ|weight| to the loss, which pushes small weights to zero. Biases are left out."""
    l2: float = Field(default=0.0, ge=0, le=10, title="L2", json_schema_extra=LIVE)
    """Regularization: adds ½ · l2 · Σ weight² to the loss, which keeps weights small. Biases are left out."""
    clip_norm: float | None = Field(default=None, gt=0, le=1000, title="Gradient clipping", json_schema_extra=LIVE)
    """Shortens the whole gradient to this length when it is longer."""
    early_stopping: EarlyStopping | None = Field(default=None, title="Early stopping", json_schema_extra=LIVE)
    """Stop by itself when the validation loss stops falling."""
    class_weights: ClassWeights | Literal["balanced"] | None = Field(
        default=None, title="Class weights", json_schema_extra=LIVE
    )
    """How much the points of each class count; "balanced" makes rare classes count more."""
    epoch_limit: int = Field(default=1000, ge=1, le=10_000_000, title="Pause at epoch", json_schema_extra=LIVE)
    """Where the run pauses by itself; continue from there."""
