"""Steps scaled by the recent size of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class RMSProp(Optimizer):
    """`s ← ρ s + (1 − ρ) gradient²; change = −rate · gradient / (√s + ε)` (Hinton 2012; as in PyTorch)."""

    title: ClassVar[str] = "RMSProp"
    help: ClassVar[str] = "Divides each step by the recent size of that gradient."

    type: Literal["rmsprop"] = "rmsprop"
    decay: float = Field(default=0.9, ge=0, lt=1, title="Decay", json_schema_extra={"live": True})
    """How slowly the average of squares forgets."""
    epsilon: float = Field(default=1e-8, gt=0, le=1, title="ε", json_schema_extra={"live": True})
    """Keeps the division finite."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.decay, self.epsilon)

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
        squares = hyper[0] * second + (1 - hyper[0]) * jnp.square(gradient)
        return Update(-rate * gradient / (jnp.sqrt(squares) + hyper[1]), first, squares)
