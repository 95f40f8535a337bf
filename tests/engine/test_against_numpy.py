"""The padded, switched and masked network is the plain one of the textbook, here in float64 NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netloom.activations import ACTIVATIONS
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import Dense, Layer, Output

Params = Mapping[str, Mapping[str, np.ndarray]]
_erf = np.vectorize(math.erf)

PLAIN: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: z * 0.5 * (1 + _erf(z / math.sqrt(2))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "sine": np.sin,
    "step": lambda z: (z >= 0).astype(float),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True),
}


def double(params: Params) -> dict[str, dict[str, np.ndarray]]:
    return {
        layer: {name: values.astype(np.float64) for name, values in names.items()} for layer, names in params.items()
    }


def sums_and_outputs(experiment: Experiment, params: Params, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """z and output of the last layer, `[points, outputs]`."""
    z = x
    for layer in experiment.network.in_order()[1:]:
        z = x @ params[layer.id]["weight"] + params[layer.id]["bias"]
        x = PLAIN[layer.activation](z)  # type: ignore[attr-defined]
    return z, x


def losses(kind: str, z: np.ndarray, output: np.ndarray, labels: np.ndarray, activation: str) -> np.ndarray:
    """`[points]`; labels are class ids 0 and 1."""
    one_hot = np.eye(2)[labels] if output.shape[1] == 2 else labels[:, None].astype(float)
    signs = 2 * one_hot - 1
    target = one_hot if activation in {"sigmoid", "softmax"} else signs
    error = output - target
    logit = 2 * z if activation == "tanh" else np.maximum(z, 0) if activation == "relu" else z
    values = {
        "binary_cross_entropy": lambda: np.log1p(np.exp(-signs * logit)),
        "categorical_cross_entropy": lambda: (
            np.log(np.exp(logit).sum(1, keepdims=True)) - (one_hot * logit).sum(1, keepdims=True)
        ),
        "mse": lambda: error**2,
        "half_mse": lambda: error**2 / 2,
        "mae": lambda: abs(error),
        "huber": lambda: np.where(abs(error) <= 1, error**2 / 2, abs(error) - 0.5),
        "hinge": lambda: np.maximum(0, 1 - signs * output),
    }
    return values[kind]().mean(1)


def training_points(run: Run) -> tuple[np.ndarray, np.ndarray]:
    points = [point for point in run.points() if point.split == "train"]
    return np.array([point.x for point in points]), np.array([int(point.target) for point in points])


def mean_loss(experiment: Experiment, params: Params, x: np.ndarray, labels: np.ndarray) -> float:
    z, output = sums_and_outputs(experiment, params, x)
    kind, activation = experiment.training.loss.type, experiment.network.output.activation
    return float(losses(kind, z, output, labels, activation).mean())


def slope_at(
    experiment: Experiment, params: Params, x: np.ndarray, labels: np.ndarray
) -> dict[str, dict[str, np.ndarray]]:
    """Central differences of the loss."""
    slopes: dict[str, dict[str, np.ndarray]] = {}
    for layer, names in params.items():
        slopes[layer] = {}
        for name, values in names.items():
            slopes[layer][name] = np.zeros_like(values)
            for index in np.ndindex(values.shape):
                kept = values[index]
                around = []
                for nudge in (1e-5, -1e-5):
                    values[index] = kept + nudge
                    around.append(mean_loss(experiment, params, x, labels))
                values[index] = kept
                slopes[layer][name][index] = (around[0] - around[1]) / 2e-5
    return slopes


def assert_one_full_batch_step_follows_the_slope(experiment: Experiment) -> None:
    run = Run(experiment)
    before = double(run.parameters())
    run.advance(updates=1, budget_secs=1000)
    after = double(run.parameters())

    for layer, names in slope_at(experiment, double(before), *training_points(run)).items():
        for name, slope in names.items():
            np.testing.assert_allclose(before[layer][name] - after[layer][name], slope, atol=3e-5)


def full_batch(document: Callable[..., Experiment], *layers: Layer, **training: Any) -> Experiment:
    """15 points: as many as share a program with batches of 10."""
    return document(*layers, data={"count": 22}, training={"batch_size": "all", "learning_rate": 1.0, **training})


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "step"])
def test_the_gradient_through_an_activation_is_the_slope_of_the_loss(
    activation: Any, document: Callable[..., Experiment]
) -> None:
    hidden = (
        Dense(id="hidden1", units=4, activation=activation, initializer="playground"),
        Dense(id="hidden2", units=2, activation=activation, initializer="playground"),
    )
    assert_one_full_batch_step_follows_the_slope(full_batch(document, *hidden))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "linear", "relu"])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "mse", "half_mse", "mae", "huber", "hinge"])
def test_the_gradient_of_a_loss_on_one_output_is_its_slope(
    loss: str, activation: Any, document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    layers = (*small, Output(activation=activation))
    assert_one_full_batch_step_follows_the_slope(full_batch(document, *layers, loss={"type": loss}))


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "tanh"])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "categorical_cross_entropy", "mse", "hinge"])
def test_the_gradient_of_a_loss_on_two_outputs_is_its_slope(
    loss: str, activation: Any, document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    layers = (*small, Output(units=2, activation=activation))
    assert_one_full_batch_step_follows_the_slope(full_batch(document, *layers, loss={"type": loss}))


def test_step_has_no_slope_so_nothing_below_it_learns(document: Callable[..., Experiment]) -> None:
    run = Run(full_batch(document, Dense(id="hidden1", units=4, activation="step"), Dense(id="hidden2", units=2)))
    before = run.parameters()["hidden1"]["weight"]
    run.advance(updates=5, budget_secs=1000)

    np.testing.assert_array_equal(before, run.parameters()["hidden1"]["weight"])


def test_a_padded_network_is_the_plain_one_for_a_hundred_steps(
    document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    """Stored order, batches of 10 of 28 points: the last of each epoch has 8."""
    experiment = document(*small, data={"count": 40}, training={"order": "stored", "learning_rate": 0.03})
    run = Run(experiment)
    params, (x, labels) = double(run.parameters()), training_points(run)
    for step in range(100):
        batch = slice(10 * (step % 3), min(10 * (step % 3) + 10, len(x)))
        slopes = slope_at(experiment, params, x[batch], labels[batch])
        params = {k: {n: v - 0.03 * slopes[k][n] for n, v in names.items()} for k, names in params.items()}
    run.advance(updates=100, budget_secs=1000)

    for layer, names in run.parameters().items():
        for name, values in names.items():
            np.testing.assert_allclose(values, params[layer][name], atol=2e-6)
    assert run.epoch == 33


@settings(max_examples=15, deadline=None)
@given(
    widths=st.lists(st.integers(1, 8), min_size=2, max_size=2),
    activation=st.sampled_from([name for name in PLAIN if name != "softmax"]),
    steps=st.integers(0, 60),
)
def test_neurons_that_only_fill_the_width_are_inert(
    widths: list[int], activation: Any, steps: int, document: Callable[..., Experiment]
) -> None:
    """They are 0 in all that is kept, and the network computes what it would without them."""
    hidden = [Dense(id=f"hidden{i}", units=units, activation=activation) for i, units in enumerate(widths)]
    run = Run(document(*hidden, training={"optimizer": {"type": "adam"}, "learning_rate": 0.01, "l1": 0.001}))
    run.advance(updates=steps, budget_secs=1000)
    state, live = run._carry.now, run._stage.live
    x = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    _, wanted = sums_and_outputs(run.experiment, double(run.parameters()), x)

    real = sum(values.size for names in run.parameters().values() for values in names.values())
    assert np.count_nonzero(np.asarray(live.trainable)) == real
    for values in (state.params, state.first, state.second):
        assert not np.any(np.asarray(values)[np.asarray(live.trainable) == 0])
    if activation != "step":  # where rounding decides
        np.testing.assert_allclose(run.predict(x), wanted, atol=2e-5)
