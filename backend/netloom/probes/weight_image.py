"""A folded layer's weights as a small picture: means over equal blocks, a row for each input, a column a neuron."""

from __future__ import annotations

from typing import Any

import numpy as np

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch
from netloom.protocol.frames import to_cells

MOST_CELLS = 32
"""A side."""


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    found: list[Channel] = []
    for layer, (inputs, units) in _folded(moment, watch):
        shape = (min(inputs, MOST_CELLS), min(units, MOST_CELLS))
        found += [Channel("weight_image", "uint8", shape, layer, "weight")]
        found += [Channel("weight_reach", "float32", (1,), layer, "weight")]
    return found


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    """The colors span from -reach to reach."""
    found: list[Any] = []
    for layer, _ in _folded(moment, watch):
        means = block_means(moment.parameters()[layer]["weight"])
        reach = float(np.abs(means[np.isfinite(means)]).max(initial=0)) or 1.0
        found += [to_cells(means, -reach, reach), np.array([reach], np.float32)]
    return found


def block_means(weights: np.ndarray) -> np.ndarray:
    """float `[inputs, units]` -> at most `[32, 32]`."""
    for axis, length in enumerate(weights.shape):
        starts = np.linspace(0, length, min(length, MOST_CELLS), endpoint=False).astype(int)
        sizes = np.diff([*starts, length])
        sums = np.add.reduceat(weights, starts, axis=axis)
        weights = sums / (sizes[:, None] if axis == 0 else sizes)
    return weights


def _folded(moment: Moment, watch: Watch) -> list[tuple[str, tuple[int, ...]]]:
    if not watch.weights:
        return []
    shapes = moment.parameter_shapes()
    return [(layer, shapes[layer]["weight"]) for layer in shapes if layer in watch.folded and "weight" in shapes[layer]]
