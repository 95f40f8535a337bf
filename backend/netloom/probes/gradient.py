"""Slow motion: what the last update followed, and what it added."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.probes.parameter import parameter_channels
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not watch.slow_motion:
        return []
    return [*parameter_channels("gradient", moment), *parameter_channels("update", moment)]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    if not watch.slow_motion:
        return []
    return [
        source[layer][name]
        for source in moment.last_update()[:2]
        for layer, names in moment.parameter_shapes().items()
        for name in names
    ]
