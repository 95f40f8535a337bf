"""How well a network does on each of the three parts of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netloom.arrays import jnp
from netloom.engine.data import Data
from netloom.engine.forward import forward
from netloom.engine.live import Live
from netloom.engine.objective import row_losses
from netloom.engine.packing import unflatten
from netloom.engine.state import TrainState
from netloom.engine.structure import Structure

if TYPE_CHECKING:
    from jax import Array


class Measures(NamedTuple):
    """losses, metrics: float32 `[3]`, for training, validation and test, NaN for a part without points; outputs:
    float32 `[capacity, outputs]`; predicted: int32 `[capacity]`, class ids.

    Losses are plain means over the points: neither penalties nor class weights enter, so that turning those does not
    change the ruler. Metrics are accuracy for classes, R² for values.
    """

    losses: Array | Any
    metrics: Array | Any
    outputs: Array | Any
    predicted: Array | Any


def measure(structure: Structure, state: TrainState, data: Data, live: Live) -> Measures:
    rows = jnp.ones(structure.capacity, jnp.float32)
    passed = forward(structure, unflatten(structure, state.params), state.layers, live, data.inputs, rows)
    outputs = passed.outputs[-1]
    losses = row_losses(passed.sums[-1], data.targets, live.layers[-1]["activation"], live.training)
    predicted = predicted_classes(outputs, live.training.level)
    correct = (predicted == data.classes).astype(jnp.float32)
    error = jnp.square(outputs[:, 0] - data.values)
    loss, accuracy, squares = _means(jnp.stack([losses, correct, error]), data)
    metrics = jnp.where(live.training.regression, 1 - squares / data.spreads, accuracy)
    return Measures(losses=loss, metrics=metrics, outputs=outputs, predicted=predicted)


def predicted_classes(outputs: Array, level: Array) -> Array:
    """int32 class ids: whether one output lies above `level`, or which of several is the largest."""
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > level).astype(jnp.int32)
    return jnp.argmax(outputs, axis=-1).astype(jnp.int32)


def _means(values: Array, data: Data) -> Array:
    """`[quantities, 3]` over the three parts, of `[quantities, capacity]`: all in one pass, for many small ones cost
    more. What lies outside a part is left out, not multiplied by 0: it need not be finite."""
    return jnp.where(data.parts, values[:, None], 0).sum(-1) / data.counts
