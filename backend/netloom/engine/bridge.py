"""Fitting new weights so that a network computes nearly what it did before something was put in or taken out.

A layer is put in as near to identity as its activation allows:
linear                              identity, exact
ReLU, leaky ReLU, ELU, SELU         identity, its inputs shifted to where the activation is a straight line; exact
GELU, SiLU, softplus, Mish          the same, further out, where it is nearly a straight line
tanh, sigmoid, sine                 a scaled identity about 0, where the curve is nearly straight
step                                not possible: it passes nothing on but a yes or no
The layer after it undoes scale and shift: its weights are fitted by least squares to the sums it had before, over the
training points and the map.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from netloom.engine.look import look
from netloom.engine.packing import Named, pack, pack_states
from netloom.engine.prepared import Stage
from netloom.engine.state import TrainState
from netloom.layers import Dense, Layer, LayerNorm

MAP_CELLS = {1: 121, 2: 31}
STRAIGHT_FROM = {
    "relu": 0.1,
    "leaky_relu": 0.1,
    "elu": 0.1,
    "selu": 0.1,
    "gelu": 3.0,
    "silu": 6.0,
    "softplus": 4.0,
    "mish": 4.0,
}
"""The sum above which each activation is (nearly) a straight line."""
SCALED_TO = {"tanh": 1.0, "sigmoid": 2.0, "sine": 0.9}
"""The largest sum of a scaled identity: smaller bends less, but the weights after it grow, and with them the steps of
plain gradient descent. A layer put into XOR behind the first hidden one at epoch 171 or 238 moves the picture by 0.6 %
at 0.8 and by 1 % at 1, but within 30 epochs the loss then rises from 0.004 to 2.1 and to 0.6; beyond 2 both grow."""
RIDGE = 1e-3
"""Of the values' variance: enough to keep values that nearly repeat each other from cancelling out in large
weights, too little to move the picture."""


class Bridge:
    """Measures both networks at the same places: the training points and a grid over the map."""

    def __init__(self, before: Stage, after: Stage, state: TrainState) -> None:
        self._before, self._after, self._state = before, after, state
        sampled = after.sampled
        places = after.picture.places(MAP_CELLS[after.experiment.task.inputs])
        training = sampled.points.inputs[sampled.split.train]
        self._places = np.concatenate([training, places])
        self._training = len(training)
        self._old_sums: list[np.ndarray] | None = None

    def old_sums(self, layer_id: str) -> np.ndarray:
        """z of a layer of the old network, unpadded `[places, width]`."""
        before = self._before
        if self._old_sums is None:
            self._old_sums, _ = look(
                before.program, self._state, before.packed_live, before.picture.features(self._places)
            )
        return self._old_sums[before.ids.index(layer_id)][:, : before.picture.widths[layer_id]]

    def values_before(self, layer_id: str, so_far: Any) -> np.ndarray:
        """What a layer of the new network reads, unpadded `[places, width]`, from the layers that are done."""
        after = self._after
        [source] = after.experiment.network.inputs_of(layer_id)
        structure = after.program.structure
        params = {layer: names or _zeros(after, layer) for layer, names in _complete(after, so_far.params).items()}
        state = self._state._replace(
            params=pack(structure, after.ids, params), layers=pack_states(structure, after.ids, so_far.states)
        )
        _, outputs = look(after.program, state, after.packed_live, after.picture.features(self._places))
        return outputs[after.ids.index(source)][:, : after.picture.widths[source]]

    def fit(self, values: np.ndarray, wanted: np.ndarray, *, with_bias: bool) -> tuple[np.ndarray, np.ndarray]:
        """weight `[width, units]` and bias `[units]` with values @ weight + bias ≈ wanted: least squares, with a
        ridge on the weights so slight that it only decides what the values leave open."""
        finite = np.isfinite(values).all(1) & np.isfinite(wanted).all(1)
        columns, sums = values[finite].astype(np.float64), wanted[finite].astype(np.float64)
        middle, height = (columns.mean(0), sums.mean(0)) if with_bias else (np.zeros(1), np.zeros(1))
        columns, sums = columns - middle, sums - height
        square = columns.T @ columns
        square[np.diag_indices_from(square)] += RIDGE * max(np.trace(square) / len(square), 1e-12)
        slopes = np.linalg.solve(square, columns.T @ sums)
        bias = height - middle @ slopes if with_bias else np.zeros(wanted.shape[1])
        return slopes.astype(np.float32), bias.astype(np.float32)

    def near_identity(
        self, layer: Dense, values: np.ndarray, drawn: dict[str, np.ndarray], wanted: np.ndarray | None
    ) -> dict[str, np.ndarray]:
        """weight and bias of a Dense layer that is put in. Neurons beyond the inputs keep what was drawn for them;
        with fewer neurons than inputs, the directions go through that matter most for `wanted`, the sums
        `[places, units]` of the layer after it, or, without one, in which the inputs vary most."""
        weight, bias = drawn["weight"].copy(), drawn["bias"].copy()
        if layer.activation == "step":
            return {"weight": weight, "bias": bias}
        inputs, units = weight.shape
        through = min(inputs, units)
        weight[:, :through] = (
            np.eye(inputs, dtype=np.float32)[:, :through]
            if units >= inputs
            else self._directions(values, wanted, units)
        )
        passed = values @ weight[:, :through]
        reach = float(np.abs(passed).max()) or 1.0
        bias[:through] = 0
        if layer.activation in SCALED_TO:
            weight[:, :through] *= SCALED_TO[layer.activation] / reach
        elif layer.activation in STRAIGHT_FROM and layer.bias:
            bias[:through] = np.maximum(STRAIGHT_FROM[layer.activation] - passed.min(0), 0)
        return {"weight": weight, "bias": bias}

    def _directions(self, values: np.ndarray, wanted: np.ndarray | None, units: int) -> np.ndarray:
        """float32 `[inputs, units]`, orthonormal: the best ones of a regression of reduced rank, then the others."""
        _, _, main = np.linalg.svd(values - values.mean(0), full_matrices=False)
        candidates = main.T
        if wanted is not None:
            slopes, _ = self.fit(values, wanted, with_bias=True)
            fitted = values @ slopes
            _, _, outputs = np.linalg.svd(fitted - fitted.mean(0), full_matrices=False)
            candidates = np.concatenate([slopes @ outputs.T, candidates], axis=1)
        directions, _ = np.linalg.qr(candidates)
        return directions[:, :units].astype(np.float32)

    def quiet_normalization(self, layer: Layer, values: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters and state with which a normalization changes least; batch normalization changes nothing."""
        epsilon = float(getattr(layer, "epsilon", 0))
        if isinstance(layer, LayerNorm):
            spread = np.sqrt(values.var(axis=1) + epsilon).mean()
            width = values.shape[1]
            return {"scale": np.full(width, spread, np.float32), "shift": np.full(width, values.mean(), np.float32)}, {}
        training = values[: self._training]
        mean, variance = training.mean(0), training.var(0)
        scale = np.sqrt(variance + epsilon).astype(np.float32)
        return {"scale": scale, "shift": mean}, {"mean": mean, "variance": variance}


def _complete(stage: Stage, params: Named) -> Named:
    return {layer: params.get(layer, {}) for layer in stage.ids}


def _zeros(stage: Stage, layer: str) -> dict[str, np.ndarray]:
    return {name: np.zeros(shape, np.float32) for name, shape in stage.picture.all_shapes[layer].items()}
