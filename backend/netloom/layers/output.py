"""The last layer: one neuron per thing to predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.activations import OutputActivationName, activate_output
from netloom.initializers import InitializerName
from netloom.layers.base import ID_PATTERN, Layer, LayerId, Live, Params, Shape, State
from netloom.layers.dense import InitialParameters, check_initial, dense_params, flat_width, product

if TYPE_CHECKING:
    from jax import Array


class Output(Layer):
    """Fully connected layer that makes the prediction: `y = activation(x @ weight + bias)`.

    x [inputs] -> y [units]. One neuron for regression and for two classes, else one per class.
    """

    title: ClassVar[str] = "Output"
    help: ClassVar[str] = "The prediction: one neuron for two classes or a value, else one per class."

    type: Literal["output"] = "output"
    id: LayerId = Field(default="output", pattern=ID_PATTERN, title="Id")
    units: int = Field(default=1, ge=1, le=10, title="Neurons")
    """One for a value or for two classes, else one per class."""
    activation: OutputActivationName = Field(default="sigmoid", title="Activation", json_schema_extra={"live": True})
    """How the last sum becomes a prediction."""
    initializer: InitializerName = Field(default="glorot_uniform", title="Initial weights")
    """How the weights start."""
    bias: bool = Field(default=True, title="Bias", json_schema_extra={"live": True})
    """Whether each neuron adds a trained number of its own."""
    frozen: bool = Field(default=False, title="Freeze", json_schema_extra={"live": True})
    """Keep this layer's weights as they are while the others learn."""
    initial: InitialParameters | None = Field(default=None, title="Initial values")
    """Explicit starting values instead of drawn ones."""

    def output_shape(self, *inputs: Shape) -> Shape:
        flat_width(self.id, inputs)
        return (self.units,)

    def parameter_shapes(self, *inputs: Shape) -> dict[str, Shape]:
        return {"weight": (flat_width(self.id, inputs), self.units), "bias": (self.units,)}

    def check_start(self, *inputs: Shape) -> None:
        check_initial(self.initial, self.parameter_shapes(*inputs), self.id)

    def initial_params(self, rng: np.random.Generator, *inputs: Shape) -> dict[str, np.ndarray]:
        return dense_params(rng, flat_width(self.id, inputs), self.units, self.initializer, self.initial, self.id)

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        [x] = inputs
        return product(x, params["weight"]) + live["bias"] * params["bias"], state

    def bend(self, z: Array, live: Live) -> Array:
        return activate_output(live["activation"], z)
