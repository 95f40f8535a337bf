"""Squares for small errors, straight lines for large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class Huber(Loss):
    """`½ e²` where |e| ≤ δ, else `δ (|e| − ½ δ)` (Huber 1964)."""

    title: ClassVar[str] = "Huber"
    help: ClassVar[str] = "Squared for small errors, straight for large ones, so that outliers pull less."
    coding: ClassVar[TargetCoding] = "squared"

    type: Literal["huber"] = "huber"
    delta: float = Field(default=1.0, gt=0, le=100, title="δ", json_schema_extra={"live": True})
    """Where the square ends and the line begins."""

    @property
    def parameter(self) -> float:
        return self.delta

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        error = jnp.abs(output - target)
        return jnp.mean(jnp.where(error <= parameter, 0.5 * error**2, parameter * (error - 0.5 * parameter)))
