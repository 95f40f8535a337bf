"""What every loss is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.record import Record

if TYPE_CHECKING:
    from jax import Array

TargetCoding = Literal["squared", "probability", "margin"]
"""How class ids become numbers: `squared`: ±1, but 0/1 under a sigmoid or softmax, whose outputs never reach −1;
`probability`: 0/1; `margin`: ±1. Values of a regression stay as they are. Several classes are coded one-hot."""


class Loss(Record):
    """How wrong one prediction is.

    `value(logit, output, target, parameter)`, all `[outputs]`, gives the mean over the outputs, a scalar. `logit` is
    the output layer's sum, put so that `sigmoid(logit)` is the probability (twice the sum under tanh, the output
    itself under linear and ReLU); `output` is what follows its activation.
    """

    title: ClassVar[str]
    help: ClassVar[str]
    coding: ClassVar[TargetCoding]
    classification_only: ClassVar[bool] = False
    min_outputs: ClassVar[int] = 1

    @property
    def parameter(self) -> float:
        """A number that may change while training (Huber's δ)."""
        return 0.0

    @staticmethod
    def value(logit: Array, output: Array, target: Array, parameter: Array) -> Array:
        raise NotImplementedError
