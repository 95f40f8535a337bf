"""Drops in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.schedules.base import Schedule

if TYPE_CHECKING:
    from jax import Array


class Step(Schedule):
    """`factor ^ floor(epoch / every)`."""

    title: ClassVar[str] = "Step"
    help: ClassVar[str] = "Multiplies the rate by a factor every so many epochs."

    type: Literal["step"] = "step"
    factor: float = Field(default=0.5, gt=0, le=1, title="Factor", json_schema_extra={"live": True})
    """What the rate is multiplied with at each drop."""
    every: int = Field(default=50, ge=1, le=100_000, title="Every", json_schema_extra={"live": True})
    """Epochs between two drops."""

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.factor, self.every)

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        return parameters[0] ** jnp.floor(epoch / parameters[1])
