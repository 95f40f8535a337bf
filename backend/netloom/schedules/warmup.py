"""Grows to the full rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.schedules.base import Schedule

if TYPE_CHECKING:
    from jax import Array


class Warmup(Schedule):
    """`start + (1 − start) · min(epoch / epochs, 1)`."""

    title: ClassVar[str] = "Warm-up"
    help: ClassVar[str] = "Starts near zero and grows to the full rate."

    type: Literal["warmup"] = "warmup"
    epochs: int = Field(default=10, ge=1, le=100_000, title="Epochs", json_schema_extra={"live": True})
    """How long the rate grows."""
    start: float = Field(default=0.1, ge=0, le=1, title="Start", json_schema_extra={"live": True})
    """The share of the rate at the start."""

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.epochs, self.start)

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        return parameters[1] + (1 - parameters[1]) * jnp.minimum(epoch / parameters[0], 1)
