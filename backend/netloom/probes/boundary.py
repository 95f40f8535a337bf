"""The output over the map; for one input, its curve."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch

CURVE_POINTS = 241


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not watch.boundary:
        return []
    outputs = moment.experiment.network.output.units
    if moment.experiment.task.inputs == 1:
        return [Channel("curve", "float32", (outputs, CURVE_POINTS))]
    return [Channel("boundary", "uint8", (1 if outputs == 1 else 2, watch.boundary, watch.boundary))]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    if not watch.boundary:
        return []
    return [
        moment.curve() if moment.experiment.task.inputs == 1 else moment.maps(watch.boundary, watch.neurons).boundary
    ]
