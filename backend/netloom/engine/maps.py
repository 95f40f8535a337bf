"""Heatmaps: the output's and every hidden neuron's, made into uint8 cells where they are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from netloom.activations import ACTIVATIONS, OUTPUT_RULES
from netloom.arrays import jax, jnp
from netloom.engine.forward import forward
from netloom.engine.live import Live
from netloom.engine.packing import unflatten
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


def make_neuron_maps(structure: Structure) -> Callable[..., Any]:
    """uint8 `[padded neurons, rows]` and float32 ranges `[padded neurons, 2]`.

    A bounded activation keeps its bounds, so that maps of different moments compare; others span what they reach:
    0 to the largest value where nothing lies below 0, else the same to both sides of 0.
    """

    def maps(params: Any, layers: Any, live: Live, inputs: Array) -> tuple[Array, Array]:
        passed = forward(structure, unflatten(structure, params), layers, live, inputs, jnp.ones(len(inputs)))
        cells: list[Array] = []
        ranges: list[Array] = []
        for place in hidden_places(structure):
            values = passed.outputs[place].T
            low, high = _neuron_range(values, live.layers[place]["activation"])
            cells.append(_cells(values, low[:, None], high[:, None]))
            ranges.append(jnp.stack([low, high], axis=1))
        return jnp.concatenate(cells), jnp.concatenate(ranges)

    return maps


def make_boundary(structure: Structure) -> Callable[..., Any]:
    """uint8 `[1 or 2, rows]` and its float32 range `[2]`. `reach`: how far the colors span where the output has no
    bounds of its own."""
    rules = list(OUTPUT_RULES.values())
    lows = np.array([rule.low for rule in rules], np.float32)
    highs = np.array([rule.high for rule in rules], np.float32)

    def boundary(params: Any, layers: Any, live: Live, inputs: Array, reach: Array) -> tuple[Array, Array]:
        passed = forward(structure, unflatten(structure, params), layers, live, inputs, jnp.ones(len(inputs)))
        outputs = passed.outputs[-1]
        activation = live.layers[-1]["activation"]
        low, high = jnp.asarray(lows)[activation], jnp.asarray(highs)[activation]
        bounded = jnp.isfinite(low) & jnp.isfinite(high)
        low, high = jnp.where(bounded, low, -reach), jnp.where(bounded, high, reach)
        if structure.outputs == 1:
            return _cells(outputs[:, 0], low, high)[None], jnp.stack([low, high])
        share = jax.nn.softmax(passed.sums[-1])
        share = jnp.where(low == 0, outputs / jnp.maximum(outputs.sum(1, keepdims=True), 1e-30), share)
        winner = jnp.argmax(outputs, axis=1)
        finite = jnp.isfinite(outputs).all(axis=1)
        winning = jnp.where(finite, winner, NOT_FINITE).astype(jnp.uint8)
        return jnp.stack([winning, _cells(share.max(axis=1), 0.0, 1.0)]), jnp.array([0.0, 1.0])

    return boundary


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
