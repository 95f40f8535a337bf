"""Half a cosine wave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.schedules.base import Schedule

if TYPE_CHECKING:
    from jax import Array


class Cosine(Schedule):
    """`end + (1 − end) · ½ (1 + cos(π · min(epoch / epochs, 1)))` (Loshchilov & Hutter 2017, one cycle)."""

    title: ClassVar[str] = "Cosine"
    help: ClassVar[str] = "Glides from the full rate to the end in half a wave."

    type: Literal["cosine"] = "cosine"
    epochs: int = Field(default=200, ge=1, le=100_000, title="Epochs", json_schema_extra={"live": True})
    """How long the glide takes."""
    end: float = Field(default=0.0, ge=0, le=1, title="End", json_schema_extra={"live": True})
    """The share of the rate that is left at the end."""

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.epochs, self.end)

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        return parameters[1] + (1 - parameters[1]) * 0.5 * (1 + jnp.cos(jnp.pi * jnp.minimum(epoch / parameters[0], 1)))
