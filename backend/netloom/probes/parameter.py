"""Every trained number of every layer; of a folded one those of its ends. A bias that is switched off is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from netloom.probes.base import Channel, Moment, cut, shown_part
from netloom.protocol.commands import Watch


def wanted(moment: Moment, watch: Watch) -> list[Channel]:
    return parameter_channels("parameter", moment, watch) if watch.weights else []


def arrays(moment: Moment, watch: Watch) -> list[Any]:
    return parameter_arrays(moment.parameters(), moment, watch) if watch.weights else []


def parameter_channels(channel: str, moment: Moment, watch: Watch) -> list[Channel]:
    """One for each trained array, in the order of computation."""
    found: list[Channel] = []
    for layer, shapes in moment.parameter_shapes().items():
        for name, shape in shapes.items():
            rows, columns = shown_part(moment, watch, layer, shape)
            lengths = [
                length if part is None else len(part) for length, part in zip(shape, (rows, columns), strict=False)
            ]
            found.append(Channel(channel, "float32", tuple(lengths), layer, name, rows, columns))
    return found


def parameter_arrays(values: Mapping[str, Mapping[str, np.ndarray]], moment: Moment, watch: Watch) -> list[Any]:
    """In the order of the channels."""
    return [
        cut(values[layer][name], *shown_part(moment, watch, layer, shape))
        for layer, shapes in moment.parameter_shapes().items()
        for name, shape in shapes.items()
    ]
