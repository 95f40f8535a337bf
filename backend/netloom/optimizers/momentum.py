"""Gradient descent that keeps rolling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class Momentum(Optimizer):
    """`v ← μ v + gradient; change = −rate · v` (Polyak 1964; as in PyTorch and optax)."""

    title: ClassVar[str] = "Momentum"
    help: ClassVar[str] = "Gathers speed like a ball rolling downhill."

    type: Literal["momentum"] = "momentum"
    momentum: float = Field(default=0.9, ge=0, le=0.999, title="Momentum", json_schema_extra={"live": True})
    """How much of the last change is kept."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.momentum,)

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
        velocity = hyper[0] * first + gradient
        return Update(-rate * velocity, velocity, second)
