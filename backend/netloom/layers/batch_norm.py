"""Normalize each value over the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.activations import DEFAULT_ALPHA, DEFAULT_SLOPE, ActivationName, activate
from netloom.arrays import jnp, lax
from netloom.layers.base import Layer, Live, Params, Shape, State
from netloom.layers.dense import flat_width, only_real

if TYPE_CHECKING:
    from jax import Array


class BatchNorm(Layer):
    """`y = activation(scale · (x − mean) / sqrt(variance + ε) + shift)` with the batch's mean and (biased) variance
    while training, their running averages otherwise (Ioffe & Szegedy 2015). x [width] -> y [width]."""

    title: ClassVar[str] = "Batch normalization"
    help: ClassVar[str] = "Shifts and scales each value to mean 0 and variance 1 over the batch."

    type: Literal["batch_norm"] = "batch_norm"
    activation: ActivationName = Field(default="linear", title="Activation", json_schema_extra={"live": True})
    """What follows the normalization."""
    momentum: float = Field(default=0.1, gt=0, le=1, title="Momentum", json_schema_extra={"live": True})
    """The share of the newest batch in the running mean and variance."""
    epsilon: float = Field(default=1e-5, gt=0, le=0.1, title="ε", json_schema_extra={"live": True})
    """Added to the variance, so that nothing is divided by zero."""
    frozen: bool = Field(default=False, title="Freeze", json_schema_extra={"live": True})
    """Keep scale and shift as they are while the others learn."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (flat_width(self.id, inputs),)

    def parameter_shapes(self, *inputs: Shape) -> dict[str, Shape]:
        return {"scale": inputs[0], "shift": inputs[0]}

    def initial_params(self, rng: np.random.Generator, *inputs: Shape) -> dict[str, np.ndarray]:
        return {"scale": np.ones(inputs[0], np.float32), "shift": np.zeros(inputs[0], np.float32)}

    def initial_state(self, *inputs: Shape) -> dict[str, np.ndarray]:
        return {"mean": np.zeros(inputs[0], np.float32), "variance": np.ones(inputs[0], np.float32)}

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        [x] = inputs
        if training:
            mean, variance = _over_the_batch(x, live["row_weight"])
            share = live["momentum"]
            state = {
                "mean": (1 - share) * state["mean"] + share * lax.stop_gradient(mean),
                "variance": (1 - share) * state["variance"] + share * lax.stop_gradient(variance),
            }
        else:
            mean, variance = state["mean"], state["variance"]
        return params["scale"] * (x - mean) * lax.rsqrt(variance + live["epsilon"]) + params["shift"], state

    def bend(self, z: Array, live: Live) -> Array:
        return only_real(activate(live["activation"], z, DEFAULT_SLOPE, DEFAULT_ALPHA), live["units"])


def _over_the_batch(x: Array, row_weight: Array) -> tuple[Array, Array]:
    """Mean and biased variance `[width]` of the real rows of the batch."""
    rows = lax.psum(row_weight, "batch")
    mean = lax.psum(row_weight * x, "batch") / rows
    return mean, lax.psum(row_weight * jnp.square(x - mean), "batch") / rows
