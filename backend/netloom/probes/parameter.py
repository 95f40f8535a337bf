"""Every trained number of every layer. A bias that is switched off is not there."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    return parameter_channels("parameter", moment) if watch.weights else []


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    if not watch.weights:
        return []
    values = moment.parameters()
    return [values[layer][name] for layer, names in moment.parameter_shapes().items() for name in names]


def parameter_channels(channel: str, moment: Moment) -> list[Channel]:
    """One for each trained array, in the order of computation."""
    return [
        Channel(channel, "float32", shape, layer, name)
        for layer, shapes in moment.parameter_shapes().items()
        for name, shape in shapes.items()
    ]
