"""Steps by sign alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class Lion(Optimizer):
    """`change = −rate · (sign(β₁ m + (1 − β₁) g) + decay · parameter); m ← β₂ m + (1 − β₂) g` (Chen et al. 2023)."""

    title: ClassVar[str] = "Lion"
    help: ClassVar[str] = "Only the sign of the averaged gradient counts; use a small rate."

    type: Literal["lion"] = "lion"
    beta1: float = Field(default=0.9, ge=0, lt=1, title="β₁", json_schema_extra={"live": True})
    """How slowly the average gradient forgets."""
    beta2: float = Field(default=0.99, ge=0, lt=1, title="β₂", json_schema_extra={"live": True})
    """How slowly the average gradient forgets."""
    weight_decay: float = Field(default=0.0, ge=0, le=1, title="Weight decay", json_schema_extra={"live": True})
    """Shrinks every weight by this share of the learning rate in each step."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.beta1, self.beta2, self.weight_decay)

    @staticmethod
    def update(
        gradient: Array,
        parameter: Array,
        first: Array,
        second: Array,
        *,
        rate: Array,
        step: Array,
        hyper: Array,
    ) -> Update:
        direction = jnp.sign(hyper[0] * first + (1 - hyper[0]) * gradient)
        mean = hyper[1] * first + (1 - hyper[1]) * gradient
        return Update(-rate * (direction + hyper[2] * parameter), mean, second)
