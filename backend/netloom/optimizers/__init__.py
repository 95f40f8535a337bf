"""Ways to follow a gradient, in the order of the list on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netloom.optimizers.adagrad import Adagrad
from netloom.optimizers.adam import Adam
from netloom.optimizers.adamw import AdamW
from netloom.optimizers.base import HYPERPARAMETERS, Optimizer, Update
from netloom.optimizers.lion import Lion
from netloom.optimizers.momentum import Momentum
from netloom.optimizers.nesterov import Nesterov
from netloom.optimizers.rmsprop import RMSProp
from netloom.optimizers.sgd import SGD

OPTIMIZERS: tuple[type[Optimizer], ...] = (SGD, Momentum, Nesterov, RMSProp, Adagrad, Adam, AdamW, Lion)
"""Also the order of the engine's `lax.switch`."""

AnyOptimizer = Annotated[
    SGD | Momentum | Nesterov | RMSProp | Adagrad | Adam | AdamW | Lion, Field(discriminator="type")
]

__all__ = [
    "HYPERPARAMETERS",
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "AnyOptimizer",
    "Lion",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "Update",
]
