"""Every hidden neuron's output over the map, and the ranges that the maps' colors span."""

from __future__ import annotations

from typing import Any

import numpy as np

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not (watch.neurons or watch.boundary):
        return []
    count = sum(units for _, units in moment.hidden())
    side = watch.neurons
    shape = (count, side) if moment.experiment.task.inputs == 1 else (count, side, side)
    maps = [Channel("neurons", "uint8", shape)] if side and count else []
    return [*maps, Channel("ranges", "float32", (1 + count, 2))]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    channels = wanted(moment, watch)
    if not channels:
        return []
    # The output's range belongs to the boundary's own resolution, each neuron's to that of its map.
    neurons = moment.maps(watch.neurons or watch.boundary)
    ranges = neurons.ranges
    if watch.boundary and watch.neurons and watch.boundary != watch.neurons:
        ranges = np.concatenate([moment.maps(watch.boundary).ranges[:1], ranges[1:]])
    return [neurons.neurons, ranges] if len(channels) == 2 else [ranges]
