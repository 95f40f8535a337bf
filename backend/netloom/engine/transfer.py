"""What an edit of the network keeps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netloom.engine.initial import initial_params
from netloom.engine.packing import Named, pack, pack_states, unpack, unpack_states
from netloom.engine.prepared import Stage
from netloom.engine.state import TrainState


class Learned(NamedTuple):
    """All that a network has learned, unpadded, by layer id: its numbers, their two moments, the layers' states."""

    params: Named
    first: Named
    second: Named
    states: Named


class Transferred(NamedTuple):
    state: TrainState
    kept: int
    fresh: int
    lost: int


def learned(stage: Stage, state: TrainState) -> Learned:
    structure, shapes = stage.program.structure, stage.picture.all_shapes
    params, first, second = (
        unpack(structure, stage.ids, np.asarray(flat), shapes) for flat in (state.params, state.first, state.second)
    )
    return Learned(params, first, second, unpack_states(stage.ids, state.layers, stage.picture.widths))


def transfer(before: Stage, after: Stage, state: TrainState, revision: int) -> Transferred:
    old = learned(before, state)
    drawn = initial_params(after.experiment)
    kept = fresh = 0
    groups = [{}, {}, {}]
    for layer, shapes in after.picture.all_shapes.items():
        for group in groups:
            group[layer] = {}
        for name, shape in shapes.items():
            values = [drawn[layer][name], np.zeros(shape, np.float32), np.zeros(shape, np.float32)]
            if name in old.params.get(layer, {}):
                corner = tuple(slice(min(a, b)) for a, b in zip(shape, old.params[layer][name].shape, strict=True))
                for target, source in zip(values, old[:3], strict=True):
                    target[corner] = source[layer][name][corner]
                kept += values[0][corner].size
            fresh += values[0].size
            for group, value in zip(groups, values, strict=True):
                group[layer][name] = value
    structure = after.program.structure
    flats = [pack(structure, after.ids, group) for group in groups]
    states = pack_states(structure, after.ids, old.states)
    return Transferred(
        state._replace(params=flats[0], first=flats[1], second=flats[2], layers=states),
        kept,
        fresh - kept,
        sum(a.size for n in old.params.values() for a in n.values()) - kept,
    )
