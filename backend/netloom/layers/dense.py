"""Fully connected layers: the hidden ones here, the last one in `output.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.activations import ActivationName, activate
from netloom.arrays import jnp, lax
from netloom.errors import ShapeMismatch
from netloom.initializers import INITIALIZERS, InitializerName
from netloom.layers.base import Layer, Live, Params, Shape, State
from netloom.record import Record

if TYPE_CHECKING:
    from jax import Array

Row = tuple[float, ...]

FUSED_AT_MOST = 2500
"""Rows · inputs · units up to which XLA's fused multiply-and-sum beats a call of its matrix product (docs/adr/0001)."""


class InitialParameters(Record):
    """The exact numbers that a layer starts from, so that a published example can be reproduced."""

    weight: tuple[Row, ...] | None = None
    """`[inputs][neurons]`: `weight[i][j]` leads from input i to neuron j."""
    bias: Row | None = None
    """One per neuron."""


class Dense(Layer):
    """Fully connected layer: `y = activation(x @ weight + bias)`.

    x [inputs] -> y [units].
    """

    title: ClassVar[str] = "Fully connected (Dense)"
    help: ClassVar[str] = "Every neuron reads every value before it, weighs them, adds a bias and bends the sum."

    type: Literal["dense"] = "dense"
    units: int = Field(default=4, ge=1, le=256, title="Neurons", json_schema_extra={"live": True})
    """How many neurons the layer has."""
    activation: ActivationName = Field(default="tanh", title="Activation", json_schema_extra={"live": True})
    """How each neuron bends its sum."""
    slope: float = Field(default=0.01, ge=0, le=1, title="Slope", json_schema_extra={"live": True})
    """Leaky ReLU's slope on the negative side."""
    alpha: float = Field(default=1.0, ge=0, le=10, title="α", json_schema_extra={"live": True})
    """ELU's depth on the negative side."""
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
        return only_real(activate(live["activation"], z, live["slope"], live["alpha"]), live["units"])


def product(x: Array, weight: Array) -> Array:
    """`x [inputs] @ weight [inputs, units]`, by whichever of two ways is faster at this size."""
    if _rows() * weight.size <= FUSED_AT_MOST:
        return (x[:, None] * weight).sum(0)
    return x @ weight


def only_real(y: Array, units: Array) -> Array:
    """0 for the values that only fill the width, so that they are inert."""
    return jnp.where(jnp.arange(y.shape[0]) < units, y, 0)


def _rows() -> int:
    try:
        return lax.axis_size("batch")
    except NameError:  # one example by itself
        return 1


def flat_width(layer_id: str, inputs: tuple[Shape, ...]) -> int:
    """The width of a flat input `(width,)`. Raises ShapeMismatch for an image, a sequence …"""
    [shape] = inputs
    if len(shape) != 1:
        raise ShapeMismatch(layer_id=layer_id, problem=f"needs a flat list of values and gets {list(shape)}.")
    return shape[0]


def dense_params(
    rng: np.random.Generator,
    inputs: int,
    units: int,
    initializer: InitializerName,
    initial: InitialParameters | None,
    layer_id: str,
) -> dict[str, np.ndarray]:
    """weight float32 `[inputs, units]`, bias float32 `[units]`: drawn, then replaced by what `initial` gives."""
    rule = INITIALIZERS[initializer]
    params = {"weight": rule.draw(rng, inputs, units), "bias": np.full(units, rule.bias, np.float32)}
    check_initial(initial, {name: array.shape for name, array in params.items()}, layer_id)
    return params | {name: np.asarray(values, np.float32) for name, values in _given(initial)}


def check_initial(initial: InitialParameters | None, shapes: Mapping[str, Shape], layer_id: str) -> None:
    """Raises ShapeMismatch where a given array is not as `shapes` says; allocates nothing."""
    for name, values in _given(initial):
        found = _shape_of(values)
        if found is None:
            raise ShapeMismatch(layer_id=layer_id, problem=f"its initial {name} has rows of different lengths.")
        if found != shapes[name]:
            given, wanted = (" × ".join(map(str, shape)) for shape in (found, shapes[name]))
            raise ShapeMismatch(layer_id=layer_id, problem=f"its initial {name} is {given} and must be {wanted}.")


def _given(initial: InitialParameters | None) -> list[tuple[str, Sequence[Any]]]:
    pairs = [] if initial is None else [("weight", initial.weight), ("bias", initial.bias)]
    return [(name, values) for name, values in pairs if values is not None]


def _shape_of(values: Sequence[Any]) -> Shape | None:
    """None when its rows differ in length."""
    rows = {len(row) for row in values if isinstance(row, tuple)}
    return None if len(rows) > 1 else (len(values), *rows)
