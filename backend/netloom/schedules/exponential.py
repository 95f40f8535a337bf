"""Shrinks steadily."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.schedules.base import Schedule

if TYPE_CHECKING:
    from jax import Array


class Exponential(Schedule):
    """`factor ^ epoch`."""

    title: ClassVar[str] = "Exponential"
    help: ClassVar[str] = "Shrinks the rate by the same share every epoch."

    type: Literal["exponential"] = "exponential"
    factor: float = Field(default=0.99, gt=0, le=1, title="Factor", json_schema_extra={"live": True})
    """What the rate is multiplied with over one epoch."""

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.factor,)

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        return parameters[0] ** epoch
