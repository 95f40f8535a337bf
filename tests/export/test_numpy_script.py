"""*Show code* gives the same run: the script is executed and its losses are compared with the engine's."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netloom.activations import ACTIVATIONS, OUTPUT_RULES
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.export import numpy_script, weights_file
from netloom.initializers import INITIALIZERS
from netloom.losses import LOSSES
from netloom.optimizers import OPTIMIZERS
from netloom.schedules import SCHEDULES

LOSSES_APART = 1e-5


def experiment(*hidden: dict[str, Any], output: dict[str, Any] | None = None, **parts: Any) -> Experiment:
    """A chain of `hidden` between an input and an output; `parts` are the document's other sections."""
    layers = [{"type": "input", "id": "input"}, *hidden, {"type": "output", "id": "output"} | (output or {})]
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(layers)]
    return Experiment.model_validate({"network": {"layers": layers, "edges": edges}, **parts})


def dense(layer_id: str = "hidden1", units: int = 5, **fields: Any) -> dict[str, Any]:
    return {"type": "dense", "id": layer_id, "units": units} | fields


def executed(script: str, folder: Path, *arguments: str) -> list[list[str]]:
    """The words of each line that the script prints, run by a fresh interpreter away from this package."""
    path = folder / "script.py"
    path.write_text(script)
    # OpenBLAS raises this flag now and then over numbers that are all finite; what is wrong shows in the losses.
    spurious = "ignore:invalid value encountered in matmul:RuntimeWarning"
    command = [sys.executable, "-W", "error", "-W", spurious, "-I", str(path), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def script_losses(document: Experiment, epochs: int, folder: Path) -> np.ndarray:
    """[epochs + 1, 2]: training and validation."""
    lines = executed(numpy_script(document), folder, str(epochs))
    return np.array([[float(word) for word in words[1:]] for words in lines if words[0].isdigit()])


def engine_losses(document: Experiment, epochs: int) -> np.ndarray:
    run = trained(document, epochs)
    return np.array([[row.train_loss, row.validation_loss] for row in run.history], float)


def trained(document: Experiment, epochs: int) -> Run:
    run = Run(document, device="cpu")
    while run.epoch < epochs and run.stopped is None:
        run.advance(until_epoch=epochs)
    return run


def assert_same_losses(document: Experiment, folder: Path, epochs: int = 20, apart: float = LOSSES_APART) -> None:
    expected = engine_losses(document, epochs)
    np.testing.assert_allclose(script_losses(document, epochs, folder), expected, rtol=apart, atol=1e-7)


LINE = {
    "data": {"source": {"type": "line"}, "features": ["x"]},
    "training": {"loss": {"type": "mse"}, "batch_size": "all", "order": "stored"},
}
TABLE = {
    "data": {"source": {"type": "xor_table"}},
    "training": {"optimizer": {"type": "adam"}, "learning_rate": 0.05, "batch_size": "all"},
}
BLOBS = {
    "data": {"source": {"type": "blobs", "classes": 3}},
    "training": {"loss": {"type": "categorical_cross_entropy"}},
}
SOFTMAX = {"units": 3, "activation": "softmax"}


def test_the_default_experiment_trains_the_same(tmp_path: Path) -> None:
    assert_same_losses(Experiment(), tmp_path)


def test_one_neuron_on_a_line_trains_the_same(tmp_path: Path) -> None:
    assert_same_losses(experiment(output={"activation": "linear", "initializer": "zeros"}, **LINE), tmp_path)


def test_the_truth_table_with_adam_trains_the_same(tmp_path: Path) -> None:
    assert_same_losses(experiment(dense(units=2, activation="relu"), **TABLE), tmp_path)


def test_three_classes_with_softmax_train_the_same(tmp_path: Path) -> None:
    assert_same_losses(experiment(dense(), output=SOFTMAX, **BLOBS), tmp_path)


@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
def test_a_normalization_trains_the_same(kind: str, tmp_path: Path) -> None:
    document = experiment(
        dense(), {"type": kind, "id": "norm", "activation": "relu"}, dense("hidden2"), data={"count": 150}
    )

    assert_same_losses(document, tmp_path, epochs=10)


def test_dropout_silences_the_same_neurons(tmp_path: Path) -> None:
    document = experiment(dense(units=9), {"type": "dropout", "id": "drop", "rate": 0.3}, dense("hidden2"))

    assert_same_losses(document, tmp_path, epochs=10)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_trains_the_same(activation: str, tmp_path: Path) -> None:
    document = experiment(dense(activation=activation), dense("hidden2", activation=activation))

    assert_same_losses(document, tmp_path, epochs=3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_trains_the_same(optimizer: type, tmp_path: Path) -> None:
    kind = optimizer.model_fields["type"].default  # pyright: ignore[reportAttributeAccessIssue]
    document = experiment(dense(), training={"optimizer": {"type": kind}, "learning_rate": 0.01})

    assert_same_losses(document, tmp_path, epochs=3)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", OUTPUT_RULES)
def test_a_loss_trains_the_same_under_every_output(loss: type, output: str, tmp_path: Path) -> None:
    kind = loss.model_fields["type"].default  # pyright: ignore[reportAttributeAccessIssue]
    document = experiment(
        dense(),
        output={"units": 3, "activation": output},
        data=BLOBS["data"],
        training={"loss": {"type": kind}, "learning_rate": 0.02},
    )

    assert_same_losses(document, tmp_path, epochs=3)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_sets_the_same_rates(schedule: type, tmp_path: Path) -> None:
    kind = schedule.model_fields["type"].default  # pyright: ignore[reportAttributeAccessIssue]
    short = {"step": {"every": 2}, "cosine": {"epochs": 6}, "warmup": {"epochs": 4}}.get(kind, {})
    document = experiment(dense(), training={"schedule": {"type": kind} | short})

    assert_same_losses(document, tmp_path, epochs=6)


@pytest.mark.parametrize(
    "settings",
    [
        {"l1": 0.003},
        {"l2": 0.01},
        {"clip_norm": 0.05},
        {"class_weights": [1.0, 3.0]},
        {"class_weights": "balanced"},
        {"class_weights": [0.0, 1.0], "batch_size": 1},
        {"batch_size": 1},
        {"order": "stored", "batch_size": 32},
        {"l1": 0.001, "l2": 0.002, "clip_norm": 0.2, "optimizer": {"type": "adamw"}, "learning_rate": 0.01},
    ],
    ids=str,
)
def test_a_setting_of_training_has_the_same_effect(settings: dict[str, Any], tmp_path: Path) -> None:
    assert_same_losses(experiment(dense(), training=settings), tmp_path, epochs=4)


def test_early_stopping_stops_at_the_same_epoch(tmp_path: Path) -> None:
    document = experiment(
        dense(units=16),
        data={"noise": 0.4, "count": 60},
        training={"early_stopping": {"patience": 3}, "learning_rate": 0.3},
    )
    run = trained(document, 300)

    assert run.stopped is not None
    assert len(script_losses(document, 300, tmp_path)) == run.epoch + 1


def test_typed_formulas_are_computed_the_same(tmp_path: Path) -> None:
    document = experiment(dense(), data={"features": ["x", "x*y", "sin(x)", "max(x, y)^2 / 10", "pi"]})

    assert_same_losses(document, tmp_path, epochs=5)


def test_a_frozen_layer_and_one_without_bias_stay_as_they_are(tmp_path: Path) -> None:
    frozen = dense(frozen=True, initializer="playground")

    assert_same_losses(experiment(frozen, dense("hidden2", bias=False)), tmp_path, epochs=5)


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_a_large_network_draws_the_same_initial_weights(initializer: str, tmp_path: Path) -> None:
    document = experiment(dense(units=40, initializer=initializer), dense("hidden2", 60, initializer=initializer))

    assert "INITIAL" not in numpy_script(document)
    assert_same_losses(document, tmp_path, epochs=0, apart=1e-6)


@pytest.mark.parametrize("hidden", [[dense()], [dense(), {"type": "batch_norm", "id": "norm"}]], ids=["dense", "norm"])
def test_the_trained_file_and_its_script_predict_what_the_engine_does(hidden: list[Any], tmp_path: Path) -> None:
    document = experiment(*hidden)
    run = trained(document, 10)
    (tmp_path / "weights.safetensors").write_bytes(weights_file(document, run.parameters(), run.states()))

    lines = executed(numpy_script(document, weights="file"), tmp_path)
    places = np.array([[float(word) for word in words[:2]] for words in lines])
    outputs = np.array([[float(word) for word in words[3:]] for words in lines])
    assert len(outputs) == 200
    np.testing.assert_allclose(outputs, run.predict(places), atol=1e-6)


def test_a_name_cannot_smuggle_code_into_the_script(tmp_path: Path) -> None:
    document = experiment(dense(), name='""" + exit(3) + """ \\', summary='"""\nraise SystemExit(3)\n"""')

    assert len(script_losses(document, 1, tmp_path)) == 2


def test_the_script_is_written_without_jax() -> None:
    code = (
        "import sys; from netloom.experiment import Experiment; from netloom.export import numpy_script; "
        "numpy_script(Experiment()); sys.exit('jax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
