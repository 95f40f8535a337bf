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
    views = viewed(np.asarray(flat), parts_of(structure, ids, shapes))
    return {layer: {name: view.copy() for name, view in names.items()} for layer, names in views.items()}


class Part(NamedTuple):
    """An unpadded array within its padded one, which lies at `flat[start:end]`."""

    name: str
    start: int
    end: int
    padded: Shape
    inside: tuple[slice, ...]


def parts_of(
    structure: Structure, ids: Sequence[str], shapes: Mapping[str, Mapping[str, Shape]]
) -> dict[str, list[Part]]:
    """By layer, where the arrays of `shapes` lie."""
    places = {(slot.place, slot.name): slot for slot in slots(structure)}
    return {
        layer: [_part(places[place, name], shape) for name, shape in shapes[layer].items()]
        for place, layer in enumerate(ids)
    }


def _part(slot: Slot, shape: Shape) -> Part:
    inside = tuple(slice(length) for length in shape)
    return Part(slot.name, slot.offset, slot.offset + slot.size, slot.shape, inside)


def viewed(flat: np.ndarray, parts: Mapping[str, Sequence[Part]]) -> Named:
    """The unpadded arrays as views of the flat vector."""
    return {
        layer: {name: flat[start:end].reshape(padded)[inside] for name, start, end, padded, inside in found}
        for layer, found in parts.items()
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
