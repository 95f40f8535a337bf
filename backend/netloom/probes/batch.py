"""Slow motion: which points the last update learned from, and how wrong the network was on them before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    if not watch.slow_motion:
        return []
    return [Channel("batch", "int32", (moment.batch_size(),)), Channel("batch_loss", "float32", (1,))]


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    """An epoch's last mini-batch may have fewer points: -1 fills it up."""
    if not watch.slow_motion:
        return []
    last = moment.last_update()
    members = np.full(moment.batch_size(), -1, np.int32)
    members[: len(last.batch)] = last.batch
    return [members, np.array([last.loss], np.float32)]
