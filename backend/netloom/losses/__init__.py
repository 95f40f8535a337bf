"""What a network is trained to make small, in the order of the list on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netloom.losses.base import Loss, TargetCoding
from netloom.losses.binary_cross_entropy import BinaryCrossEntropy
from netloom.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netloom.losses.half_mse import HalfMeanSquaredError
from netloom.losses.hinge import Hinge
from netloom.losses.huber import Huber
from netloom.losses.mae import MeanAbsoluteError
from netloom.losses.mse import MeanSquaredError

LOSSES: tuple[type[Loss], ...] = (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    MeanSquaredError,
    HalfMeanSquaredError,
    MeanAbsoluteError,
    Huber,
    Hinge,
)
"""Also the order of the engine's `lax.switch`."""

AnyLoss = Annotated[
    BinaryCrossEntropy
    | CategoricalCrossEntropy
    | MeanSquaredError
    | HalfMeanSquaredError
    | MeanAbsoluteError
    | Huber
    | Hinge,
    Field(discriminator="type"),
]

__all__ = [
    "LOSSES",
    "AnyLoss",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "HalfMeanSquaredError",
    "Hinge",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "TargetCoding",
]
