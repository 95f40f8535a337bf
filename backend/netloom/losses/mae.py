"""The plain distance to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class MeanAbsoluteError(Loss):
    """`|output − target|`."""

    title: ClassVar[str] = "Mean absolute error"
    help: ClassVar[str] = "The plain distance to the target; outliers count less than with squares."
    coding: ClassVar[TargetCoding] = "squared"

    type: Literal["mae"] = "mae"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return jnp.mean(jnp.abs(output - target))
