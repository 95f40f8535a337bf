"""Slow motion: what the last update followed, and what it added."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.probes.parameter import parameter_arrays, parameter_channels
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not watch.slow_motion:
        return []
    return [*parameter_channels("gradient", moment, watch), *parameter_channels("update", moment, watch)]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    if not watch.slow_motion:
        return []
    last = moment.last_update()
    return [array for source in (last.gradient, last.change) for array in parameter_arrays(source, moment, watch)]
