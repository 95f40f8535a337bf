"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class SGD(Optimizer):
    """`change = −rate · gradient`."""

    title: ClassVar[str] = "SGD"
    help: ClassVar[str] = "Plain gradient descent on mini-batches: step straight downhill."

    type: Literal["sgd"] = "sgd"

    @staticmethod
    def update(
        gradient: Array,
        parameter: Array,
        first: Array,
        second: Array,
        *,
        rate: Array,
        step: Array,
        hyper: Array,
    ) -> Update:
        return Update(-rate * gradient, first, second)
