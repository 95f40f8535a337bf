"""What probes may ask of a run, what each of them is, and which part of a folded layer is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output, Shape
from netloom.network import Network
from netloom.protocol.commands import Watch

SHOWN_AT_EACH_END = 2

Indices = tuple[int, ...] | None
"""None: all of them."""


class Maps(NamedTuple):
    """boundary: uint8 `[1 or 2, n, n]`; neurons: uint8 `[hidden neurons, m, m]`, or `[hidden neurons, m]`; ranges:
    float32 `[1 + hidden neurons, 2]`, low and high of the output, then of each neuron."""

    boundary: np.ndarray
    neurons: np.ndarray
    ranges: np.ndarray


class LastUpdate(NamedTuple):
    """gradient: what the last update followed; change: what it added; both NaN before the first. batch: int, which
    points it learned from, in the order of the points, empty before the first; loss: their mean loss before it."""

    gradient: Mapping[str, Mapping[str, np.ndarray]]
    change: Mapping[str, Mapping[str, np.ndarray]]
    batch: np.ndarray
    loss: float


class Moment(Protocol):
    """One moment of a run: what does not change between two layouts, and values computed when asked for."""

    experiment: Experiment

    def parameter_shapes(self) -> Mapping[str, Mapping[str, Shape]]: ...

    def hidden(self) -> list[tuple[str, int]]:
        """Each hidden layer with neurons to look at, and how many, in order."""
        ...

    def parameters(self) -> Mapping[str, Mapping[str, np.ndarray]]: ...

    def maps(self, boundary: int, neurons: int) -> Maps:
        """Of so many cells a side; neurons with 0 get those of the boundary, as only their ranges are wanted."""
        ...

    def curve(self) -> np.ndarray:
        """float32 `[outputs, 241]`."""
        ...

    def at_point(self, place: tuple[float, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """z and output of the inputs, each hidden layer and the output, unpadded."""
        ...

    def predictions(self) -> np.ndarray:
        """float32 `[points, outputs]`."""
        ...

    def confusion(self) -> np.ndarray:
        """int32 `[2, classes, classes]`."""
        ...

    def last_update(self) -> LastUpdate: ...

    def point_count(self) -> int: ...

    def batch_size(self) -> int:
        """Points in a whole mini-batch."""
        ...


class Channel(NamedTuple):
    """One array of a frame, without its place in it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    layer: str | None = None
    parameter: str | None = None
    rows: tuple[int, ...] | None = None
    """Which rows of the whole these are; None: all."""
    columns: tuple[int, ...] | None = None


class Probe(Protocol):
    """One kind of channel: `wanted` says which arrays a watcher gets, `arrays` computes them in that order."""

    def wanted(self, moment: Moment, watch: Watch) -> list[Channel]: ...

    def arrays(self, moment: Moment, watch: Watch) -> list[Any]: ...


def shown_neurons(layer: str, count: int, watch: Watch) -> Indices:
    return _ends(count) if layer in watch.folded else None


def shown_part(moment: Moment, watch: Watch, layer: str, shape: Shape) -> tuple[Indices, Indices]:
    """Rows and columns of a trained array. A weight's rows are the neurons that it reads, its columns its own."""
    if not watch.folded:
        return None, None
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
