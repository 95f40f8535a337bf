"""Steps scaled by the whole past of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class Adagrad(Optimizer):
    """`s ← s + gradient²; change = −rate · gradient / (√s + ε)` (Duchi et al. 2011; as in PyTorch)."""

    title: ClassVar[str] = "Adagrad"
    help: ClassVar[str] = "Divides each step by all the gradient seen so far, so steps shrink."

    type: Literal["adagrad"] = "adagrad"
    epsilon: float = Field(default=1e-10, gt=0, le=1, title="ε", json_schema_extra={"live": True})
    """Keeps the division finite."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.epsilon,)

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
        squares = second + jnp.square(gradient)
        return Update(-rate * gradient / (jnp.sqrt(squares) + hyper[0]), first, squares)
