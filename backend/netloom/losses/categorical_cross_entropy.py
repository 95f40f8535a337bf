"""How surprised a choice among classes is by the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jax, jnp
from netloom.losses.base import Loss, TargetCoding

if TYPE_CHECKING:
    from jax import Array


class CategoricalCrossEntropy(Loss):
    """`logsumexp(logits) − logits[class]`, the stable form of −log softmax(logits)[class]."""

    title: ClassVar[str] = "Categorical cross-entropy"
    help: ClassVar[str] = "Cross-entropy for one output per class; the usual choice with softmax."
    coding: ClassVar[TargetCoding] = "probability"
    classification_only: ClassVar[bool] = True
    min_outputs: ClassVar[int] = 2

    type: Literal["categorical_cross_entropy"] = "categorical_cross_entropy"

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        return jax.nn.logsumexp(logit) - jnp.sum(target * logit)
