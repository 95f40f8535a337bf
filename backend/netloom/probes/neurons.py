"""Every hidden neuron's output over the map, and the ranges that the maps' colors span."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Indices, Moment, cut, shown_neurons
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not (watch.neurons or watch.boundary):
        return []
    rows = _rows(moment, watch)
    count, side = sum(units for _, units in moment.hidden()) if rows is None else len(rows), watch.neurons
    shape = (count, side) if moment.experiment.task.inputs == 1 else (count, side, side)
    maps = [Channel("neurons", "uint8", shape, rows=rows)] if side and count else []
    return [*maps, Channel("ranges", "float32", (1 + count, 2), rows=rows and (0, *(1 + row for row in rows)))]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    channels = wanted(moment, watch)
    if not channels:
        return []
    maps = moment.maps(watch.boundary, watch.neurons)
    ranges = cut(maps.ranges, channels[-1].rows, None)
    return [cut(maps.neurons, channels[0].rows, None), ranges] if len(channels) == 2 else [ranges]


def _rows(moment: Moment, watch: Watch) -> Indices:
    """Of all hidden neurons, where a layer is folded."""
    if not watch.folded:
        return None
    found: list[int] = []
    start = 0
    for layer, count in moment.hidden():
        shown = shown_neurons(layer, count, watch)
        found += [start + index for index in (range(count) if shown is None else shown)]
        start += count
    return None if len(found) == start else tuple(found)
