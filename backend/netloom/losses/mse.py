"""The squared distance to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class MeanSquaredError(Loss):
    """`(output − target)²`."""

    title: ClassVar[str] = "Mean squared error"
    help: ClassVar[str] = "The squared distance to the target; the usual choice for regression."
    coding: ClassVar[TargetCoding] = "squared"

    type: Literal["mse"] = "mse"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return jnp.mean(jnp.square(output - target))
