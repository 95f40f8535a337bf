"""Which part of a layer's arrays is looked at: all, or the ends of a folded layer."""

from __future__ import annotations

import numpy as np

from netloom.layers import Dense, Input, Output, Shape
from netloom.network import Network
from netloom.probes.base import Moment
from netloom.protocol.commands import Watch

SHOWN_AT_EACH_END = 2

Indices = tuple[int, ...] | None
"""None: all of them."""


def shown_neurons(layer: str, count: int, watch: Watch) -> Indices:
    return _ends(count) if layer in watch.folded else None


def shown_part(moment: Moment, watch: Watch, layer: str, shape: Shape) -> tuple[Indices, Indices]:
    """Rows and columns of a trained array. A weight's rows are the neurons that it reads, its columns its own."""
    own = _ends(shape[-1]) if layer in watch.folded else None
    if len(shape) == 1:
        return own, None
    return (_ends(shape[0]) if _reads_folded(moment.experiment.network, layer, watch) else None), own


def cut(values: np.ndarray, rows: Indices, columns: Indices) -> np.ndarray:
    part = values if rows is None else values[list(rows)]
    return part if columns is None else part[:, list(columns)]


def _reads_folded(network: Network, layer: str, watch: Watch) -> bool:
    """Whether the neurons that it reads are folded, past what passes values on."""
    [source] = network.inputs_of(layer)
    if source in watch.folded:
        return True
    makes_neurons = isinstance(network.layer(source), (Input, Dense, Output))
    return not makes_neurons and _reads_folded(network, source, watch)


def _ends(count: int) -> Indices:
    if count <= 2 * SHOWN_AT_EACH_END:
        return None
    return (*range(SHOWN_AT_EACH_END), *range(count - SHOWN_AT_EACH_END, count))
