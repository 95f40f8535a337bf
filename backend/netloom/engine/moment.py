"""One moment of a run, as probes see it: each array is computed when it is first asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from netloom.activations import OUTPUT_RULES
from netloom.arrays import jax
from netloom.engine.data import Sampled, features
from netloom.engine.look import look
from netloom.engine.maps import HIDDEN_KINDS, hidden_places, make_maps
from netloom.engine.measure import Measures
from netloom.engine.packed import Packed
from netloom.engine.packing import Named, Part, parts_of, viewed
from netloom.engine.program import Program
from netloom.engine.state import PackedCarry, TrainState
from netloom.engine.structure import batch_size
from netloom.experiment import Experiment
from netloom.layers import Shape
from netloom.probes.base import LastUpdate, Maps

CURVE_POINTS = 241
MOST_GRIDS = 64
"""Kept for whoever looks at the same places next; some 0.1 MB each."""
MOST_OWN_GRIDS = 4
"""At hand for one network without a search."""
MOST_IN_HISTORY = 8
"""Trained numbers of a network whose history holds them."""
PARAMS = TrainState._fields.index("params")


class Picture:
    """What stays the same from edit to edit: the places that maps look at."""

    def __init__(self, experiment: Experiment, sampled: Sampled, program: Program, device: Any) -> None:
        self.experiment, self.sampled, self.program, self.device = experiment, sampled, program, device
        self._order = experiment.network.in_order()
        self.ids = [layer.id for layer in self._order]
        self._own_grids: dict[int, Any] = {}
        self.widths = {
            name: shape[0] for name, shape in experiment.network.shapes(len(experiment.data.features)).items()
        }

    def no_update(self) -> LastUpdate:
        """What there is to show of the last update before the first: nothing that is a number."""
        unknown = {
            layer: {name: np.full(shape, np.nan, np.float32) for name, shape in shapes.items()}
            for layer, shapes in self.shown_shapes.items()
        }
        return LastUpdate(unknown, unknown, np.zeros(0, np.int32), np.nan)

    @cached_property
    def domain(self) -> tuple[float, float, float, float]:
        low, high = self.experiment.data.source.window
        return (low, high, low, high)

    @cached_property
    def all_shapes(self) -> dict[str, dict[str, Shape]]:
        """Of every parameter, by layer in the order of computation."""
        inputs = self.experiment.network.input_shapes(len(self.experiment.data.features))
        return {layer.id: layer.parameter_shapes(*inputs[layer.id]) for layer in self._order}

    @cached_property
    def shown_shapes(self) -> dict[str, dict[str, Shape]]:
        """Without biases that are switched off."""
        return {
            layer.id: {
                name: shape
                for name, shape in self.all_shapes[layer.id].items()
                if name != "bias" or getattr(layer, "bias", True)
            }
            for layer in self._order
        }

    @cached_property
    def shown_parts(self) -> dict[str, list[Part]]:
        return parts_of(self.program.structure, self.ids, self.shown_shapes)

    @cached_property
    def is_tiny(self) -> bool:
        """Whether every trained number enters the history."""
        shapes = [shape for names in self.shown_shapes.values() for shape in names.values()]
        return sum(int(np.prod(shape)) for shape in shapes) <= MOST_IN_HISTORY

    @cached_property
    def hidden(self) -> list[tuple[str, int]]:
        return [
            (layer.id, self.widths[layer.id])
            for layer, step in zip(self._order, self.program.structure.steps, strict=True)
            if step.kind in HIDDEN_KINDS
        ]

    @cached_property
    def real_neurons(self) -> np.ndarray:
        """Which rows of the padded neurons are real."""
        widths = [self.program.structure.steps[place].width for place in hidden_places(self.program.structure)]
        starts = np.cumsum([0, *widths])
        return np.concatenate(
            [np.arange(count) + start for (_, count), start in zip(self.hidden, starts, strict=False)]
            or [np.zeros(0, int)]
        )

    @cached_property
    def real_ranges(self) -> np.ndarray:
        """Which rows of the padded ranges are real: the output's, then the neurons'."""
        return np.concatenate([[0], self.real_neurons + 1])

    @cached_property
    def reach(self) -> float:
        """How far from 0 the colors of an unbounded output span: as far as the targets do, or ±1 for classes."""
        targets = self.sampled.points.targets
        if self.experiment.task.kind == "classification" or not len(targets):
            return 1.0
        return float(np.abs(targets).max()) or 1.0

    @cached_property
    def reach_on_device(self) -> Any:
        return jax.device_put(np.float32(self.reach), self.device)

    @property
    def output_range(self) -> tuple[float, float]:
        """Low and high of the output's colors."""
        rule = OUTPUT_RULES[self.experiment.network.output.activation]
        bounded = np.isfinite(rule.low) and np.isfinite(rule.high)
        return (rule.low, rule.high) if bounded else (-self.reach, self.reach)

    @property
    def level(self) -> float:
        return OUTPUT_RULES[self.experiment.network.output.activation].level

    def places(self, cells: int) -> np.ndarray:
        """float64 `[n, inputs]`: 1-D from left to right; 2-D row by row from the top."""
        low, high = self.experiment.data.source.window
        axis = np.linspace(low, high, cells)
        if self.experiment.task.inputs == 1:
            return axis[:, None]
        x, y = np.meshgrid(axis, axis[::-1])
        return np.stack([x.ravel(), y.ravel()], axis=1)

    def features(self, places: np.ndarray) -> np.ndarray:
        return features(self.sampled.formulas, places)

    def grid(self, cells: int) -> Any:
        """Padded features of `places(cells)`, on the device. Those of equal inputs are one array for all runs: a class
        on one data set looks at the same places, and they stay in the processor's cache."""
        if cells not in self._own_grids:
            while len(self._own_grids) >= MOST_OWN_GRIDS:
                self._own_grids.pop(next(iter(self._own_grids)))
            self._own_grids[cells] = self._shared_grid(cells)
        return self._own_grids[cells]

    def _shared_grid(self, cells: int) -> Any:
        formulas = tuple(formula.text for formula in self.sampled.formulas)
        source, width = self.experiment.data.source, self.program.structure.features
        key = (formulas, source.window, source.task.inputs, cells, width, self.device)
        with _grids_lock:
            if (known := _grids.pop(key, None)) is None:
                known = self._make_grid(cells)
            _grids[key] = known
            while len(_grids) > MOST_GRIDS:
                _grids.popitem(last=False)
        return known

    def _make_grid(self, cells: int) -> Any:
        found = self.features(self.places(cells))
        padded = np.zeros((len(found), self.program.structure.features), np.float32)
        padded[:, : found.shape[1]] = found
        return jax.device_put(padded, self.device)


_grids: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_grids_lock = threading.Lock()


class RunMoment:
    """A `probes.base.Moment`."""

    def __init__(
        self,
        picture: Picture,
        carry: PackedCarry,
        live: Packed,
        measure: Callable[[], Measures],
        last_update: Callable[[], LastUpdate],
    ) -> None:
        self._picture, self._carry, self._live = picture, carry, live
        self._measure, self._find_last_update = measure, last_update
        self._maps: dict[tuple[int, int], Maps] = {}
        self.experiment = picture.experiment

    @cached_property
    def _state(self) -> TrainState:
        return self._carry.now.unpacked()

    def parameter_shapes(self) -> dict[str, dict[str, Shape]]:
        return self._picture.shown_shapes

    def hidden(self) -> list[tuple[str, int]]:
        return self._picture.hidden

    def point_count(self) -> int:
        return len(self._picture.sampled.points.inputs)

    def parameters(self) -> Named:
        """Views, not to be written to."""
        return viewed(self._carry.now.leaf(PARAMS), self._picture.shown_parts)

    def maps(self, boundary: int, neurons: int) -> Maps:
        cells = (boundary, neurons)
        if cells not in self._maps:
            self._maps[cells] = self._compute_maps(boundary, neurons)
        return self._maps[cells]

    def curve(self) -> np.ndarray:
        _, outputs = look(
            self._picture.program, self._state, self._live, self._picture.features(self._picture.places(CURVE_POINTS))
        )
        return outputs[-1].T

    def at_point(self, place: tuple[float, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
        picture = self._picture
        found = picture.features(np.array([place]))
        sums, outputs = look(picture.program, self._state, self._live, found)
        places = [*hidden_places(picture.program.structure), len(sums) - 1]
        widths = [picture.widths[picture.ids[place]] for place in places]
        return (
            [found[0], *(sums[place][0, :width] for place, width in zip(places, widths, strict=True))],
            [found[0], *(outputs[place][0, :width] for place, width in zip(places, widths, strict=True))],
        )

    @cached_property
    def _measures(self) -> Measures:
        return self._measure()

    def predictions(self) -> np.ndarray:
        order = self._picture.sampled.order
        outputs = np.empty((len(order), self._measures.outputs.shape[1]), np.float32)
        outputs[order] = self._measures.outputs[: len(order)]
        return outputs

    def confusion(self) -> np.ndarray:
        return np.stack([self.confusion_of(which) for which in (0, 1)])

    def confusion_of(self, which: int) -> np.ndarray:
        """int32 `[classes, classes]` of training (0), validation (1) or test (2): rows true, columns predicted."""
        sampled, classes = self._picture.sampled, self.experiment.task.classes
        members = sampled.split[which]
        start = sum(len(sampled.split[before]) for before in range(which))
        matrix = np.zeros((classes, classes), np.int32)
        predicted = self._measures.predicted[start : start + len(members)]
        np.add.at(matrix, (sampled.points.targets[members].astype(int), predicted), 1)
        return matrix

    def last_update(self) -> LastUpdate:
        return self._last_update

    @cached_property
    def _last_update(self) -> LastUpdate:
        return self._find_last_update()

    def batch_size(self) -> int:
        return batch_size(self.experiment, self._picture.sampled.train_count)

    def _compute_maps(self, boundary: int, neurons: int) -> Maps:
        picture = self._picture
        inputs = self.experiment.task.inputs
        side = neurons or boundary
        mapped = bool(boundary) and inputs == 2
        sides = (
            boundary if mapped else None,
            side if picture.hidden and not (mapped and side == boundary) else None,
        )
        function = picture.program.function(("maps", inputs, *sides), make_maps)
        grids = (None if cells is None else picture.grid(cells) for cells in sides)
        found = function(self._carry, self._live, *grids, picture.reach_on_device)
        cells, hidden, ranges = map(np.asarray, found)
        real = picture.real_neurons
        return Maps(
            boundary=cells.reshape(-1, boundary, boundary) if mapped else np.zeros((0, 0, 0), np.uint8),
            neurons=hidden.reshape(-1, *(side,) * inputs)[real],
            ranges=ranges[picture.real_ranges],
        )
