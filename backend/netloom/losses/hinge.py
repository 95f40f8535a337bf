"""Right with a margin, or paying for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class Hinge(Loss):
    """`max(0, 1 − target · output)` with targets ±1, as in a support vector machine."""

    title: ClassVar[str] = "Hinge"
    help: ClassVar[str] = "Nothing to pay once right by a margin of 1; use it with a linear or tanh output."
    coding: ClassVar[TargetCoding] = "margin"
    classification_only: ClassVar[bool] = True

    type: Literal["hinge"] = "hinge"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return jnp.mean(jnp.maximum(0.0, 1.0 - target * output))
