"""Momentum and scaled steps together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class Adam(Optimizer):
    """Bias-corrected `m / (√s + ε)` (Kingma & Ba 2015, algorithm 1)."""

    title: ClassVar[str] = "Adam"
    help: ClassVar[str] = "Momentum and scaled steps together; a good first choice."

    type: Literal["adam"] = "adam"
    beta1: float = Field(default=0.9, ge=0, lt=1, title="β₁", json_schema_extra={"live": True})
    """How slowly the average gradient forgets."""
    beta2: float = Field(default=0.999, ge=0, lt=1, title="β₂", json_schema_extra={"live": True})
    """How slowly the average of squares forgets."""
    epsilon: float = Field(default=1e-8, gt=0, le=1, title="ε", json_schema_extra={"live": True})
    """Keeps the division finite."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.beta1, self.beta2, self.epsilon)

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
        mean = hyper[0] * first + (1 - hyper[0]) * gradient
        squares = hyper[1] * second + (1 - hyper[1]) * jnp.square(gradient)
        corrected = jnp.sqrt(squares / (1 - hyper[1] ** step)) + hyper[2]
        return Update(-rate * (mean / (1 - hyper[0] ** step)) / corrected, mean, squares)
