"""Single trained numbers: value, gradient and last change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from netloom.probes.base import Channel, Moment
from netloom.protocol.commands import Pin, Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:  # noqa: ARG001 - one signature for all
    return [Channel("pins", "float32", (len(watch.pins), 3))] if watch.pins else []


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    if not watch.pins:
        return []
    last = moment.last_update()
    sources = (moment.parameters(), last.gradient, last.change)
    return [np.array([[_at(source, pin) for source in sources] for pin in watch.pins], np.float32)]


def _at(arrays: Mapping[str, Mapping[str, np.ndarray]], pin: Pin) -> float:
    """NaN for a number that is not there any more."""
    found = arrays.get(pin.layer, {}).get(pin.parameter)
    if found is None or len(pin.index) != found.ndim:
        return math.nan
    inside = all(index < length for index, length in zip(pin.index, found.shape, strict=True))
    return float(found[pin.index]) if inside else math.nan
