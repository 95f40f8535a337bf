"""TensorFlow Playground's own runs, recorded from its own engine, come out the same."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from netloom.activations import ACTIVATIONS
from netloom.engine.run import Run
from netloom.experiment import Experiment

CASES = (
    "xor_tanh_none",
    "xor_tanh_L2",
    "xor_relu_none",
    "xor_sigmoid_none",
    "xor_linear_none",
    "full_batch",
    "seven_features",
    "no_hidden",
    "regression_plane",
    "init_zero_tanh",
    "diverges_linear_regression_lr10",
)
TOLERANCES = {0: 1e-6, 1: 1e-6, 10: 5e-6, 100: 1e-4}
FORMULAS = {
    "x": "x", "y": "y", "xSquared": "x^2", "ySquared": "y^2", "xTimesY": "x*y", "sinX": "sin(x)", "sinY": "sin(y)",
}  # fmt: skip


def assert_close(found: Any, wanted: Any, tolerance: float) -> None:
    """Absolute over max(1, |value|)."""
    wanted = np.asarray(wanted, np.float64)
    np.testing.assert_array_less(np.abs(np.asarray(found) - wanted) / np.maximum(1, np.abs(wanted)), tolerance)


def layer_dicts(case: dict[str, Any]) -> list[dict[str, Any]]:
    weights, biases = case["init"]["W"], case["init"]["b"]
    layers: list[dict[str, Any]] = [{"type": "input"}]
    for place, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        last = place == len(weights) - 1
        layers.append(
            {
                "type": "output" if last else "dense",
                "id": "output" if last else f"hidden{place}",
                "units": len(bias),
                "activation": case.get("outputActivation", "tanh") if last else case.get("hiddenActivation", "tanh"),
                "initial": {"weight": np.transpose(weight).tolist(), "bias": bias},
            }
        )
    layers[0]["id"] = "input"
    return layers


def experiment_of(case: dict[str, Any], datasets: dict[str, Any]) -> Experiment:
    layers = layer_dicts(case)
    regression = case.get("problem") == "regression"
    points = datasets[case["data"]]
    items = [
        {"x": [x, y], "target": target if regression else (target + 1) / 2, "split": split}
        for name, split in (("train", "train"), ("test", "validation"))
        for x, y, target in points[name]
    ]
    rate = case.get("regularizationRate", 0)
    return Experiment.model_validate(
        {
            "data": {
                "source": {"type": "points", "kind": "regression" if regression else "classification", "items": items},
                "features": [FORMULAS[name] for name in case["features"]],
            },
            "network": {
                "layers": layers,
                "edges": [{"source": a["id"], "target": b["id"]} for a, b in pairwise(layers)],
            },
            "training": {
                "loss": {"type": "half_mse"},
                "learning_rate": case["learningRate"],
                "batch_size": case["batchSize"],
                "order": "stored",
                "l2": rate if case["regularization"] == "L2" else 0,
            },
        }
    )


def assert_weights(run: Run, state: dict[str, Any], tolerance: float) -> None:
    for names, weight, bias in zip(list(run.parameters().values())[1:], state["W"], state["b"], strict=True):
        assert_close(names["weight"].T, weight, tolerance)
        assert_close(names["bias"], bias, tolerance)


@pytest.mark.parametrize("name", CASES[:-1])
def test_a_recorded_run_comes_out_the_same(name: str, oracle: dict[str, Any]) -> None:
    case = oracle["cases"][name]
    run = Run(experiment_of(case, oracle["datasets"]))
    run.advance(updates=1, budget_secs=1000)
    assert_weights(run, case["firstUpdate"], 1e-6)
    run.restart()

    for epoch, tolerance in TOLERANCES.items():
        run.advance(until_epoch=epoch, budget_secs=1000)
        state = case["states"][str(epoch)]
        assert_weights(run, state, tolerance)
        assert_close(run.history[epoch].train_loss, state["lossTrain"], tolerance)
        assert_close(run.history[epoch].validation_loss, state["lossTest"], tolerance)
        assert_close(run.predict(np.array(oracle["probes"]))[:, 0], state["probeOut"], tolerance)


def test_the_recorded_run_that_diverges_diverges_here_and_keeps_its_finite_part(oracle: dict[str, Any]) -> None:
    run = Run(experiment_of(oracle["cases"][CASES[-1]], oracle["datasets"]))

    progress = run.advance(until_epoch=100, budget_secs=1000)

    assert progress.finished
    assert run.status == "diverged"
    assert all(np.isfinite(values).all() for names in run.parameters().values() for values in names.values())


def test_every_case_of_the_recording_is_tested(oracle: dict[str, Any]) -> None:
    assert set(oracle["cases"]) == set(CASES)


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "linear"])
def test_an_activation_and_its_slope_are_the_recorded_ones(name: str, oracle: dict[str, Any]) -> None:
    table = oracle["activationTable"]
    value = ACTIVATIONS[name].value  # type: ignore[index]
    slope = jax.vmap(jax.grad(lambda z: value(z, 0.01, 1.0)))
    x = jnp.array(table["x"], jnp.float32)

    assert_close(value(x, 0.01, 1.0), table[name]["out"], 1e-6)
    assert_close(slope(x), table[name]["der"], 1e-6)


def test_the_recorded_map_comes_out_the_same(oracle: dict[str, Any]) -> None:
    grid = oracle["gridCase"]
    case = {
        "init": grid["init"], "features": ["x", "y"], "learningRate": 0.03, "batchSize": 10, "data": "xor60",
        "regularization": "none",
    }  # fmt: skip
    run = Run(experiment_of(case, oracle["datasets"]))
    x, y = np.meshgrid(np.linspace(-6, 6, 100), np.linspace(6, -6, 100), indexing="ij")
    outputs = run.predict(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(100, 100)

    for name, value in grid["corners"].items():
        i, j = (int(part) for part in name[1:].split("j"))
        assert_close(outputs[i, j], value, 1e-6)
    assert_close(outputs.sum(), grid["sumPerNode"]["7"], 1e-6)
    thumb = outputs.reshape(10, 10, 10, 10).mean((1, 3))
    assert min(np.abs(thumb - grid["outThumb10"]).max(), np.abs(thumb.T - grid["outThumb10"]).max()) < 1e-6
