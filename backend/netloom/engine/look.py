"""Every layer's sums and outputs at given rows: what pictures, points and edits look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from netloom.arrays import jax, jnp
from netloom.engine.forward import forward
from netloom.engine.live import Live
from netloom.engine.packed import Packed
from netloom.engine.packing import unflatten
from netloom.engine.program import Program
from netloom.engine.state import TrainState
from netloom.engine.structure import Structure

ROWS_PER_CALL = 1024


def look(
    program: Program, state: TrainState, live: Packed, inputs: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Padded sums and outputs `[rows, width]` of every layer in order, of unpadded features `[rows, features]`."""
    size = ROWS_PER_CALL if len(inputs) > 8 else 8
    function = program.function(("look", size), make_look)
    sums: list[list[np.ndarray]] = []
    outputs: list[list[np.ndarray]] = []
    for start in range(0, len(inputs), size):
        part = inputs[start : start + size]
        padded = np.zeros((size, program.structure.features), np.float32)
        padded[: len(part), : part.shape[1]] = part
        found = jax.device_get(function(state.params, state.layers, live, padded))
        sums.append([values[: len(part)] for values in found[0]])
        outputs.append([values[: len(part)] for values in found[1]])
    return _joined(sums), _joined(outputs)


def make_look(structure: Structure) -> Callable[..., Any]:
    def look_at(params: Any, layers: Any, live: Live, inputs: Any) -> tuple[list[Any], list[Any]]:
        passed = forward(structure, unflatten(structure, params), layers, live, inputs, jnp.ones(len(inputs)))
        return passed.sums, passed.outputs

    return look_at


def _joined(parts: list[list[np.ndarray]]) -> list[np.ndarray]:
    return [np.concatenate(layer) for layer in zip(*parts, strict=True)]
