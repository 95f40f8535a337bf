"""The engine against PyTorch, from `reference.json` that `make_reference.py` wrote. PyTorch is not needed here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netloom.activations import ACTIVATIONS
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.losses import LOSSES
from netloom.optimizers import OPTIMIZERS
from netloom.record import Record

REFERENCE = json.loads(Path(__file__).with_name("reference.json").read_text())
CASES: dict[str, dict[str, Any]] = REFERENCE["cases"]
USUAL = {"type": "binary_cross_entropy"}


def experiment(case: dict[str, Any]) -> Experiment:
    return Experiment.model_validate(case["experiment"])


def places(case: dict[str, Any]) -> np.ndarray:
    return np.array([item["x"] for item in case["experiment"]["data"]["source"]["items"]])


@pytest.mark.parametrize("name", CASES)
def test_outputs_equal_pytorchs(name: str) -> None:
    case = CASES[name]
    run = Run(experiment(case), device="cpu")

    np.testing.assert_allclose(run.predict(places(case)), case["outputs"], atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_parameters_equal_pytorchs_after_50_updates(name: str) -> None:
    case = CASES[name]
    run = Run(experiment(case), device="cpu")
    while run.step < REFERENCE["updates"]:
        run.advance(updates=REFERENCE["updates"] - run.step)

    found = run.parameters()
    for layer, arrays in case["parameters"].items():
        for parameter, expected in arrays.items():
            np.testing.assert_allclose(found[layer][parameter], expected, atol=1e-4, err_msg=f"{layer}.{parameter}")


@pytest.mark.parametrize("name", CASES)
def test_outputs_equal_pytorchs_after_50_updates_with_the_running_statistics(name: str) -> None:
    case = CASES[name]
    run = Run(experiment(case), device="cpu")
    while run.step < REFERENCE["updates"]:
        run.advance(updates=REFERENCE["updates"] - run.step)

    np.testing.assert_allclose(run.predict(places(case)), case["outputs_after"], atol=1e-4)
    found = run.states()
    assert found.keys() == case["statistics"].keys()
    for layer, arrays in case["statistics"].items():
        for statistic, expected in arrays.items():
            np.testing.assert_allclose(found[layer][statistic], expected, atol=1e-5, err_msg=f"{layer}.{statistic}")


def types(catalogue: Iterable[type[Record]]) -> set[str]:
    return {item.model_fields["type"].default for item in catalogue}


def test_every_activation_loss_and_optimizer_is_compared() -> None:
    documents = [case["experiment"] for case in CASES.values()]
    layers = [layer for document in documents for layer in document["network"]["layers"]]

    assert {layer.get("activation", "tanh") for layer in layers} >= set(ACTIVATIONS)
    assert {document["training"].get("loss", USUAL)["type"] for document in documents} == types(LOSSES)
    assert {document["training"]["optimizer"]["type"] for document in documents} == types(OPTIMIZERS)
