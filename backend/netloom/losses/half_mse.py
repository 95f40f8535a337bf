"""Half the squared distance, as TensorFlow Playground counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class HalfMeanSquaredError(Loss):
    """`½ (output − target)²`: its slope is just the difference."""

    title: ClassVar[str] = "Half mean squared error"
    help: ClassVar[str] = "Half the squared distance: its slope is simply output minus target."
    coding: ClassVar[TargetCoding] = "squared"

    type: Literal["half_mse"] = "half_mse"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return 0.5 * jnp.mean(jnp.square(output - target))
