"""How surprised a probability is by a yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jax, jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class BinaryCrossEntropy(Loss):
    """`softplus(logit) − target · logit`, the stable form of −log p(target) under a sigmoid."""

    title: ClassVar[str] = "Binary cross-entropy"
    help: ClassVar[str] = "Punishes confident mistakes hardest; the usual choice for two classes."
    coding: ClassVar[TargetCoding] = "probability"
    classification_only: ClassVar[bool] = True

    type: Literal["binary_cross_entropy"] = "binary_cross_entropy"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return jnp.mean(jax.nn.softplus(logit) - target * logit)
