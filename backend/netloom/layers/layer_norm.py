"""Normalize the values of one point among themselves."""

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


class LayerNorm(Layer):
    """`y = activation(scale · (x − mean) / sqrt(variance + ε) + shift)` over the layer's own values
    (Ba, Kiros & Hinton 2016). x [width] -> y [width]."""

    title: ClassVar[str] = "Layer normalization"
    help: ClassVar[str] = "Shifts and scales the layer's values to mean 0 and variance 1 for each point by itself."

    type: Literal["layer_norm"] = "layer_norm"
    activation: ActivationName = Field(default="linear", title="Activation", json_schema_extra={"live": True})
    """What follows the normalization."""
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

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        [x] = inputs
        mean = x.sum() / live["units"]
        variance = jnp.square(only_real(x - mean, live["units"])).sum() / live["units"]
        return params["scale"] * (x - mean) * lax.rsqrt(variance + live["epsilon"]) + params["shift"], state

    def bend(self, z: Array, live: Live) -> Array:
        return only_real(activate(live["activation"], z, DEFAULT_SLOPE, DEFAULT_ALPHA), live["units"])
