"""Every hidden neuron's output over the map, and the ranges that the maps' colors span."""

from __future__ import annotations

from typing import Any

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
    maps = moment.maps(watch.boundary, watch.neurons)
    return [maps.neurons, maps.ranges] if len(channels) == 2 else [maps.ranges]
