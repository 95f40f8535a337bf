"""Every trained number of a network as one flat, padded vector, and back.

One vector lets one optimizer formula, one clip and one penalty serve all layers at once: fewer, larger operations.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from netloom.engine.structure import Structure
from netloom.layers import Shape

Named = dict[str, dict[str, np.ndarray]]
"""Unpadded float32 arrays by layer id and name."""


class Slot(NamedTuple):
    """Where one padded array lies in the flat vector."""

    place: int
    name: str
    shape: Shape
    offset: int

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@cache
def slots(structure: Structure) -> tuple[Slot, ...]:
    found: list[Slot] = []
    offset = 0
    pairs = zip(structure.specimens(), structure.input_shapes(), strict=True)
    for place, (layer, inputs) in enumerate(pairs):
        for name, shape in layer.parameter_shapes(*inputs).items():
            found.append(Slot(place, name, shape, offset))
            offset += found[-1].size
    return tuple(found)


def flat_size(structure: Structure) -> int:
    return sum(slot.size for slot in slots(structure))


def unflatten(structure: Structure, flat: Any) -> tuple[dict[str, Any], ...]:
    """Each layer's padded arrays, as views or slices of `flat`; NumPy or JAX."""
    layers: tuple[dict[str, Any], ...] = tuple({} for _ in structure.steps)
    for slot in slots(structure):
        layers[slot.place][slot.name] = flat[slot.offset : slot.offset + slot.size].reshape(slot.shape)
    return layers


def pack(structure: Structure, ids: Sequence[str], arrays: Mapping[str, Mapping[str, np.ndarray]]) -> np.ndarray:
    """The flat padded vector, float32, of unpadded `arrays`; `ids` names the layers in order."""
    flat = np.zeros(flat_size(structure), np.float32)
    for padded, layer_id in zip(unflatten(structure, flat), ids, strict=True):
        for name, target in padded.items():
            values = arrays[layer_id][name]
            target[tuple(slice(length) for length in values.shape)] = values
    return flat


def unpack(
    structure: Structure, ids: Sequence[str], flat: np.ndarray, shapes: Mapping[str, Mapping[str, Shape]]
) -> Named:
    """The unpadded arrays, of `shapes`, copied out of a flat padded vector."""
    layers = zip(unflatten(structure, np.asarray(flat)), ids, strict=True)
    return {
        layer_id: {
            name: padded[name][tuple(slice(length) for length in shape)].copy()
            for name, shape in shapes[layer_id].items()
        }
        for padded, layer_id in layers
    }


def pack_states(structure: Structure, ids: Sequence[str], states: Named) -> tuple[dict[str, np.ndarray], ...]:
    """Each layer's padded state: what changes while training but is not trained."""
    packed: list[dict[str, np.ndarray]] = []
    triples = zip(structure.specimens(), structure.input_shapes(), ids, strict=True)
    for layer, inputs, layer_id in triples:
        padded = layer.initial_state(*inputs)
        for name, values in states.get(layer_id, {}).items():
            padded[name][: len(values)] = values
        packed.append(padded)
    return tuple(packed)


def unpack_states(ids: Sequence[str], states: Sequence[Mapping[str, Any]], widths: Mapping[str, int]) -> Named:
    return {
        layer_id: {name: np.asarray(values)[: widths[layer_id]].copy() for name, values in state.items()}
        for layer_id, state in zip(ids, states, strict=True)
        if state
    }
