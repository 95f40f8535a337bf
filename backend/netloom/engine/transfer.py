"""What an edit of the network keeps.

Layers are matched by id, neurons by their place, inputs by their formula. A layer that reads what it read before keeps
its numbers. Where something was put in or taken out before it, its weights are fitted anew so that its sums stay as
they were, as far as the new values before it allow (`bridge.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netloom.engine.bridge import Bridge
from netloom.engine.initial import generator
from netloom.engine.packing import Named, pack, pack_states, unpack, unpack_states
from netloom.engine.prepared import Stage
from netloom.engine.state import TrainState
from netloom.layers import Dense, Dropout, Layer, Output
from netloom.network import Network

FRESH = -1


class Learned(NamedTuple):
    """All that a network has learned, unpadded, by layer id: its numbers, their two moments, the layers' states."""

    params: Named
    first: Named
    second: Named
    states: Named


class Transferred(NamedTuple):
    """kept, fresh, lost: how many trained numbers were carried over, are new, and are not there any more."""

    state: TrainState
    kept: int
    fresh: int
    lost: int


def learned(stage: Stage, state: TrainState) -> Learned:
    structure, shapes = stage.program.structure, stage.picture.all_shapes
    params, first, second = (
        unpack(structure, stage.ids, np.asarray(flat), shapes) for flat in (state.params, state.first, state.second)
    )
    return Learned(params, first, second, unpack_states(stage.ids, state.layers, stage.picture.widths))


def transfer(before: Stage, after: Stage, state: TrainState, revision: int) -> Transferred:
    """The state for `after`. `revision` numbers the edit: what it draws anew is not what the start drew."""
    move = _Move(before, after, state, revision)
    for layer in after.experiment.network.in_order():
        move.place(layer)
    return move.result(state)


class _Move:
    """One transfer, layer by layer in the order of computation."""

    def __init__(self, before: Stage, after: Stage, state: TrainState, revision: int) -> None:
        self.before, self.after, self.revision = before, after, revision
        self.old = learned(before, state)
        self.old_layers = {layer.id: layer for layer in before.experiment.network.layers}
        empty: Named = {layer: {} for layer in after.ids}
        self.new = Learned(empty, {layer: {} for layer in after.ids}, {layer: {} for layer in after.ids}, {})
        self.origins: dict[str, np.ndarray] = {}
        self.refitted: set[str] = set()
        self.kept = 0
        self.bridge = Bridge(before, after, state)

    def place(self, layer: Layer) -> None:
        survives = self._survives(layer)
        self.origins[layer.id] = self._origin(layer, survives)
        shapes = self.after.picture.all_shapes[layer.id]
        if not shapes:
            return
        drawn = layer.initial_params(generator(self.after.experiment, layer.id, self.revision), *self._inputs(layer))
        sources = self._row_origins(layer)
        for name, values in drawn.items():
            self._copy(layer, name, values, sources, survives)
        self._states(layer, survives)
        if isinstance(layer, (Dense, Output)):
            self._fit(layer, survives)
        elif not survives or self._source_changed(layer):
            self._settle(layer)

    def result(self, state: TrainState) -> Transferred:
        structure, ids = self.after.program.structure, self.after.ids
        flats = [pack(structure, ids, group) for group in self.new[:3]]
        total = _size(self.new.params)
        moved = state._replace(
            params=flats[0], first=flats[1], second=flats[2], layers=pack_states(structure, ids, self.new.states)
        )
        return Transferred(moved, self.kept, total - self.kept, _size(self.old.params) - self.kept)

    def _survives(self, layer: Layer) -> bool:
        """An output layer of another size is a new one: its outputs mean something else."""
        old = self.old_layers.get(layer.id)
        resized = isinstance(layer, Output) and getattr(old, "units", None) != layer.units
        return type(old) is type(layer) and not resized

    def _inputs(self, layer: Layer) -> tuple[tuple[int, ...], ...]:
        network, features = self.after.experiment.network, len(self.after.experiment.data.features)
        return network.input_shapes(features)[layer.id]

    def _origin(self, layer: Layer, survives: bool) -> np.ndarray:
        """Which old neuron of the same layer each neuron is; FRESH for a new one."""
        width = self.after.picture.widths[layer.id]
        if layer.title == "Inputs":
            old = self.before.experiment.data.features
            return np.array([old.index(text) if text in old else FRESH for text in self.after.experiment.data.features])
        if not survives:
            return np.full(width, FRESH)
        places = np.arange(width)
        return np.where(places < self.before.picture.widths[layer.id], places, FRESH)

    def _row_origins(self, layer: Layer) -> np.ndarray:
        """Which old row of the layer's weights each new row is."""
        if self._source_changed(layer):
            return np.full(self._inputs(layer)[0][0], FRESH)
        return self.origins[real_source(self.after.experiment.network, layer.id)]

    def _source_changed(self, layer: Layer) -> bool:
        if layer.id not in self.old_layers:
            return True
        old = real_source(self.before.experiment.network, layer.id)
        new = real_source(self.after.experiment.network, layer.id)
        return old != new or (type(self.old_layers[old]) is not type(self._layer(new)))

    def _layer(self, layer_id: str) -> Layer:
        return self.after.experiment.network.layer(layer_id)

    def _copy(self, layer: Layer, name: str, drawn: np.ndarray, rows: np.ndarray, survives: bool) -> None:
        """New rows of a surviving layer start at 0: what is new before it does not disturb what it computes."""
        old = self.old.params.get(layer.id, {}).get(name) if survives else None
        values, first, second = drawn.copy(), np.zeros_like(drawn), np.zeros_like(drawn)
        if old is not None:
            columns = self.origins[layer.id]
            if values.ndim == 2:
                values[np.ix_(rows == FRESH, columns != FRESH)] = 0
                target, source = _matching(rows, columns)
            else:
                target, source = (columns != FRESH,), (columns[columns != FRESH],)
            if values.ndim == 1 or target[0].size:
                values[target] = old[source]
                first[target] = self.old.first[layer.id][name][source]
                second[...] = _mean(self.old.second[layer.id][name])
                second[target] = self.old.second[layer.id][name][source]
                self.kept += values[target].size
        for group, moved in zip(self.new[:3], (values, first, second), strict=True):
            group[layer.id][name] = moved

    def _states(self, layer: Layer, survives: bool) -> None:
        fresh = layer.initial_state(*self._inputs(layer))
        if not fresh:
            return
        columns = self.origins[layer.id]
        if survives:
            for name, values in fresh.items():
                values[columns != FRESH] = self.old.states[layer.id][name][columns[columns != FRESH]]
        self.new.states[layer.id] = fresh

    def _settle(self, layer: Layer) -> None:
        """A normalization in a new place starts with the statistics of what it reads."""
        values = self.bridge.values_before(layer.id, self.new)
        params, states = self.bridge.quiet_normalization(layer, values)
        self.new.params[layer.id].update(params)
        if layer.id in self.new.states:
            self.new.states[layer.id].update(states)

    def _fit(self, layer: Dense | Output, survives: bool) -> None:
        if survives and self._source_changed(layer):
            values = self.bridge.values_before(layer.id, self.new)
            columns = self.origins[layer.id]
            own = columns != FRESH
            wanted = self.bridge.old_sums(layer.id)[:, columns[own]]
            start = self._weights_to_start_from(layer.id, columns[own], values.shape[1])
            correction, bias = self.bridge.fit(values, wanted - values @ start, with_bias=layer.bias)
            weight = start + correction
            self.new.params[layer.id]["weight"][:, own] = weight
            if layer.bias:
                self.new.params[layer.id]["bias"][own] = bias
            self.kept += min(weight.size, self.old.params[layer.id]["weight"].size)
        elif not survives and isinstance(layer, Dense):
            values = self.bridge.values_before(layer.id, self.new)
            near = self.bridge.near_identity(layer, values, self.new.params[layer.id], self._sums_after(layer))
            self.new.params[layer.id].update(near)

    def _weights_to_start_from(self, layer_id: str, columns: np.ndarray, width: int) -> np.ndarray:
        """The old weights where they fit, so that what was put in and changes nothing leaves them as they were."""
        old = self.old.params[layer_id]["weight"][:, columns]
        return old if len(old) == width else np.zeros((width, len(columns)), np.float32)

    def _sums_after(self, layer: Dense) -> np.ndarray | None:
        """What the layer after a new one summed up before; None where there was no such layer."""
        network = self.after.experiment.network
        for reader in network.layers:
            reads = (
                reader.id != layer.id and network.inputs_of(reader.id) and real_source(network, reader.id) == layer.id
            )
            if reads and isinstance(reader, (Dense, Output)) and self._survives(reader):
                return self.bridge.old_sums(reader.id)
        return None


def real_source(network: Network, layer_id: str) -> str:
    """The layer it reads from, past any dropout: that changes nothing outside training."""
    [source] = network.inputs_of(layer_id)
    while isinstance(network.layer(source), Dropout):
        [source] = network.inputs_of(source)
    return source


def _matching(rows: np.ndarray, columns: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Index grids of the kept weights in the new and in the old array."""
    kept_rows, kept_columns = rows != FRESH, columns != FRESH
    return np.ix_(kept_rows, kept_columns), np.ix_(rows[kept_rows], columns[kept_columns])


def _mean(values: np.ndarray) -> float:
    """What a new number's squared gradient is taken to be: without it, Adam's first steps would be leaps."""
    return float(values.mean()) if values.size else 0.0


def _size(arrays: Named) -> int:
    return sum(values.size for names in arrays.values() for values in names.values())
