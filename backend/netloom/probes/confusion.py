"""Which classes are taken for which."""

from __future__ import annotations

from typing import Any

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    classes = moment.experiment.task.classes
    return [Channel("confusion", "int32", (2, classes, classes))] if watch.confusion and classes else []


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    return [moment.confusion()] if wanted(moment, watch) else []
