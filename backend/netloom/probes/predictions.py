"""The output for every point."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    shape = (moment.point_count(), moment.experiment.network.output.units)
    return [Channel("predictions", "float32", shape)] if watch.predictions else []


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    return [moment.predictions()] if watch.predictions else []
