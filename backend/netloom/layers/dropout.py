"""Silence neurons at random while training."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.arrays import jax, jnp
from netloom.layers.base import Layer, Live, Params, Shape, State

if TYPE_CHECKING:
    from jax import Array


class Dropout(Layer):
    """Zeroes each value with probability `rate` while training and scales the rest by 1/(1 − rate)
    (Srivastava et al. 2014, inverted). x [...] -> y [...]; outside training it changes nothing."""

    title: ClassVar[str] = "Dropout"
    help: ClassVar[str] = "Silences neurons at random while training, so that none is relied on alone."

    type: Literal["dropout"] = "dropout"
    rate: float = Field(default=0.2, ge=0, le=0.9, title="Rate", json_schema_extra={"live": True})
    """The share of values that is silenced in each step."""

    def output_shape(self, *inputs: Shape) -> Shape:
        [shape] = inputs
        return shape

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        [x] = inputs
        if not training or key is None:
            return x, state
        kept = jax.random.uniform(key, x.shape) >= live["rate"]
        return jnp.where(kept, x / (1 - live["rate"]), 0), state
