"""Heatmaps: the output's and every hidden neuron's, made into uint8 cells where they are computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from netloom.activations import ACTIVATIONS, OUTPUT_RULES
from netloom.arrays import jax, jnp
from netloom.engine.forward import Passed, forward
from netloom.engine.live import Live
from netloom.engine.one_function import in_one_function
from netloom.engine.packing import unflatten
from netloom.engine.state import PackedCarry
from netloom.engine.structure import Structure
from netloom.protocol.frames import CELL_STEPS, NOT_FINITE

if TYPE_CHECKING:
    from jax import Array

HIDDEN_KINDS = ("dense", "batch_norm", "layer_norm")

_LOWS = np.array([activation.low for activation in ACTIVATIONS.values()], np.float32)
_HIGHS = np.array([activation.high for activation in ACTIVATIONS.values()], np.float32)


def hidden_places(structure: Structure) -> list[int]:
    """The layers whose neurons have a map."""
    return [place for place, step in enumerate(structure.steps) if step.kind in HIDDEN_KINDS]


def make_maps(structure: Structure) -> Callable[..., Any]:
    """One call for all maps of a frame: places of the boundary (None: not wanted) and of the neurons (None: the
    same) to uint8 cells of both, neurons padded, and float32 ranges, the output's first. `reach`: how far the colors
    span where the output has no bounds of its own."""
    work = partial(_maps, structure)
    if not structure.small:
        return work

    def maps(*arguments: Any) -> tuple[Array, ...]:
        *_, reach = arguments
        return in_one_function(work, arguments, zero=jnp.minimum(reach.astype(jnp.int32), 0))

    return maps


def _maps(
    structure: Structure,
    carry: PackedCarry,
    live: Live,
    boundary_places: Array | None,
    neuron_places: Array | None,
    reach: Array,
) -> tuple[Array, ...]:
    state = carry.now.unpacked()
    output_range = shown_range = _output_range(live, reach)
    if structure.outputs > 1:
        shown_range = jnp.array([0.0, 1.0])
    cells = jnp.zeros((0,), jnp.uint8)
    wanted = [places for places in (boundary_places, neuron_places) if places is not None]
    if not wanted:
        return cells, jnp.zeros((0, 0), jnp.uint8), shown_range[None]
    places = jnp.concatenate(wanted)  # in one pass: each layer's code is there once, which halves the time to compile
    passed = forward(structure, unflatten(structure, state.params), state.layers, live, places, jnp.ones(len(places)))
    if boundary_places is not None:
        cells = _boundary(_rows(passed, slice(len(boundary_places))), output_range)
    if not hidden_places(structure):
        return cells, jnp.zeros((0, 0), jnp.uint8), shown_range[None]
    neurons, ranges = _neurons(structure, _rows(passed, slice(-len(wanted[-1]), None)), live)
    return cells, neurons, jnp.concatenate([shown_range[None], ranges])


def _rows(passed: Passed, part: slice) -> Passed:
    return passed._replace(
        sums=[values[part] for values in passed.sums], outputs=[values[part] for values in passed.outputs]
    )


def _neurons(structure: Structure, passed: Passed, live: Live) -> tuple[Array, Array]:
    """uint8 `[padded neurons, places]` and their ranges `[padded neurons, 2]`.

    A bounded activation keeps its bounds, so that maps of different moments compare; others span what they reach:
    from 0 where nothing lies below it, else the same to both sides of 0.
    """
    cells: list[Array] = []
    ranges: list[Array] = []
    for place in hidden_places(structure):
        values = passed.outputs[place].T
        low, high = _neuron_range(values, live.layers[place]["activation"])
        cells.append(_cells(values, low[:, None], high[:, None]))
        ranges.append(jnp.stack([low, high], axis=1))
    return jnp.concatenate(cells), jnp.concatenate(ranges)


def _output_range(live: Live, reach: Array) -> Array:
    rules = list(OUTPUT_RULES.values())
    bounds = np.array([(rule.low, rule.high) for rule in rules], np.float32)
    own = jnp.asarray(bounds)[live.layers[-1]["activation"]]
    return jnp.where(jnp.isfinite(own).all(), own, jnp.stack([-reach, reach]))


def _boundary(passed: Passed, output_range: Array) -> Array:
    """uint8 `[places]` of one output; of several `[2, places]`: the winning class, and its share."""
    outputs = passed.outputs[-1]
    if outputs.shape[1] == 1:
        return _cells(outputs[:, 0], output_range[0], output_range[1])
    positive = output_range[0] == 0
    total = jnp.maximum(outputs.sum(1, keepdims=True), 1e-30)
    share = jnp.where(positive, outputs / total, jax.nn.softmax(passed.sums[-1]))
    finite = jnp.isfinite(outputs).all(axis=1)
    winner = jnp.where(finite, jnp.argmax(outputs, axis=1), NOT_FINITE).astype(jnp.uint8)
    return jnp.stack([winner, _cells(share.max(axis=1), 0.0, 1.0)])


def _neuron_range(values: Array, activation: Array) -> tuple[Array, Array]:
    low, high = jnp.asarray(_LOWS)[activation], jnp.asarray(_HIGHS)[activation]
    reach = jnp.max(jnp.where(jnp.isfinite(values), jnp.abs(values), 0), axis=1)
    reach = jnp.where(reach > 0, reach, 1)
    lowest = jnp.where(jnp.isfinite(low), low, -reach)
    return lowest, jnp.where(jnp.isfinite(high), high, reach)


def _cells(values: Array, low: Array | float, high: Array | float) -> Array:
    """As `protocol.frames.to_cells`."""
    scaled = jnp.round(jnp.clip((values - low) / (high - low), 0, 1) * CELL_STEPS)
    return jnp.where(jnp.isfinite(values), scaled, NOT_FINITE).astype(jnp.uint8)
