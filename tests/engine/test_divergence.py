"""A rate beyond reason, under every optimizer, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.hosts import telling
from netloom.layers import InitialParameters, Output
from netloom.optimizers import OPTIMIZERS

NAMES = [optimizer.model_fields["type"].default for optimizer in OPTIMIZERS]


@pytest.fixture
def line(document: Callable[..., Experiment]) -> Callable[..., Run]:
    """y = 2x by one neuron that starts at 0, in whole batches."""

    def make(optimizer: str, rate: float) -> Run:
        zeros = InitialParameters(weight=((0.0,),), bias=(0.0,))
        training: dict[str, Any] = {"loss": {"type": "mse"}, "batch_size": "all", "order": "stored"}
        return Run(
            document(
                Output(activation="linear", initial=zeros),
                data={"source": {"type": "line"}, "features": ["x"]},
                training=training | {"optimizer": {"type": optimizer}, "learning_rate": rate},
            )
        )

    return make


@pytest.mark.parametrize("optimizer", NAMES)
def test_d1_a_rate_beyond_reason_diverges_within_a_second_and_there_is_a_way_back(
    optimizer: str, line: Callable[..., Run]
) -> None:
    run = line(optimizer, 1000.0)
    start = run.history[0].train_loss
    run.advance(budget_secs=1.0)
    last = run.history[-1].train_loss

    assert run.status == "diverged"
    assert run.stopped is not None
    assert f"{run.epoch if run.stopped.reason == 'exploded' else run.epoch + 1}" in run.stopped.message
    assert start is not None
    assert last is None or last > 1000 * start or run.stopped.reason == "not_finite"
    told = [telling.status(run, run.status, reason=run.stopped.reason), telling.history(0, run.history)]
    json.dumps(told, allow_nan=False)
    assert np.isfinite(run.parameters()["output"]["weight"]).all()

    outcome = run.recover()
    assert (outcome.kind, run.status, run.epoch) == ("restored", "idle", 0)
    assert run.experiment.training.learning_rate == pytest.approx(100.0)
    assert run.history[-1].train_loss == start


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_d2_from_ten_times_the_highest_rate_that_trains_a_tenth_of_it_trains(
    optimizer: str, line: Callable[..., Run]
) -> None:
    def trains(run: Run) -> bool:
        start = run.history[0].train_loss
        run.advance(until_epoch=500, budget_secs=1000)
        last = run.history[-1].train_loss
        return start is not None and last is not None and run.status != "diverged" and last < 0.01 * start

    rates = [0.001 * 1.3**i for i in range(30)]
    highest = max(rate for rate in rates if trains(line(optimizer, rate)))
    assert highest < rates[-1]
    run = line(optimizer, 10 * highest)
    run.advance(until_epoch=500, budget_secs=1000)
    assert run.status == "diverged"
    run.recover()

    assert run.experiment.training.learning_rate == pytest.approx(highest)
    assert trains(run)
