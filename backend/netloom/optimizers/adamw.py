"""Adam with decoupled weight decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jnp
from netloom.optimizers.base import Optimizer, Update

if TYPE_CHECKING:
    from jax import Array


class AdamW(Optimizer):
    """Adam, and `− rate · decay · parameter` (Loshchilov & Hutter 2019, algorithm 2). The engine decays weights only,
    not biases, scales or shifts."""

    title: ClassVar[str] = "AdamW"
    help: ClassVar[str] = "Adam that also shrinks every weight a little."

    type: Literal["adamw"] = "adamw"
    beta1: float = Field(default=0.9, ge=0, lt=1, title="β₁", json_schema_extra={"live": True})
    """How slowly the average gradient forgets."""
    beta2: float = Field(default=0.999, ge=0, lt=1, title="β₂", json_schema_extra={"live": True})
    """How slowly the average of squares forgets."""
    epsilon: float = Field(default=1e-8, gt=0, le=1, title="ε", json_schema_extra={"live": True})
    """Keeps the division finite."""
    weight_decay: float = Field(default=0.01, ge=0, le=1, title="Weight decay", json_schema_extra={"live": True})
    """Shrinks every weight by this share of the learning rate in each step."""

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        return (self.beta1, self.beta2, self.epsilon, self.weight_decay)

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
        mean = hyper[0] * first + (1 - hyper[0]) * gradient
        squares = hyper[1] * second + (1 - hyper[1]) * jnp.square(gradient)
        corrected = jnp.sqrt(squares / (1 - hyper[1] ** step)) + hyper[2]
        scaled = (mean / (1 - hyper[0] ** step)) / corrected
        return Update(-rate * (scaled + hyper[3] * parameter), mean, squares)
