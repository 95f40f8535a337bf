"""Arrays worth looking at, one file each; computed only while somebody watches."""

from __future__ import annotations

from netloom.probes import (
    batch,
    boundary,
    confusion,
    gradient,
    neurons,
    parameter,
    pins,
    point,
    predictions,
    weight_image,
)
from netloom.probes.base import Channel, Maps, Moment, Probe

PROBES: tuple[Probe, ...] = (
    boundary,
    neurons,
    parameter,
    weight_image,
    point,
    pins,
    predictions,
    confusion,
    gradient,
    batch,
)

__all__ = ["PROBES", "Channel", "Maps", "Moment", "Probe"]
