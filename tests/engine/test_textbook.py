"""Worked examples from textbooks come out to the digit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import Dense, InitialParameters, Output

SEED_THAT_SUCCEEDS = 11
"""Found by trying: the smallest weight seed with which the truth table is learned."""


def test_one_neuron_learns_y_equals_2x_step_by_step(document: Callable[..., Experiment]) -> None:
    zeros = InitialParameters(weight=((0.0,),), bias=(0.0,))
    run = Run(
        document(
            Output(activation="linear", initial=zeros),
            data={"source": {"type": "line"}, "features": ["x"]},
            training={"loss": {"type": "mse"}, "learning_rate": 0.1, "batch_size": "all", "order": "stored"},
        )
    )
    run.advance(until_epoch=5, budget_secs=1000)
    rows = pairwise(run.history)
    found = [[before.train_loss, *(after.parameters or ())] for before, after in rows]

    # The loss of epoch 4 is 2.76135, which the book rounds up and a float32 just misses.
    assert np.array(found) == pytest.approx(
        np.array(
            [
                [30.0000, 3.0000, 1.0000],
                [13.5000, 1.0000, 0.3000],
                [6.0900, 2.3500, 0.7400],
                [2.7614, 1.4550, 0.4170],
                [1.2653, 2.0640, 0.6061],
            ]
        ),
        abs=5.2e-5,
    )


def test_a_forward_pass_by_hand(document: Callable[..., Experiment]) -> None:
    hidden = InitialParameters(weight=((0.4, -0.3), (0.6, 0.9)), bias=(0.1, -0.2))
    output = InitialParameters(weight=((0.7,), (0.5,)), bias=(0.05,))
    run = Run(document(Dense(id="hidden1", units=2, activation="relu", initial=hidden), Output(initial=output)))

    assert run.predict(np.array([[0.5, 0.8]])).item() == pytest.approx(0.686, abs=5e-4)


def truth_table(document: Callable[..., Experiment], seed: int) -> Run:
    run = Run(
        document(
            Dense(id="hidden1", units=2, activation="relu"),
            data={"source": {"type": "xor_table"}},
            training={"optimizer": {"type": "adam"}, "learning_rate": 0.05, "batch_size": "all", "order": "stored"},
            seeds={"weights": seed},
        )
    )
    run.advance(until_epoch=1000, budget_secs=1000)
    return run


def succeeds(run: Run) -> bool:
    return run.predict(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))[:, 0].round().tolist() == [0, 1, 1, 0]


def test_the_truth_table_of_xor_is_learned_from_a_lucky_start(document: Callable[..., Experiment]) -> None:
    assert succeeds(truth_table(document, SEED_THAT_SUCCEEDS))


def test_about_one_start_in_six_learns_the_truth_table(document: Callable[..., Experiment]) -> None:
    lucky = sum(succeeds(truth_table(document, seed)) for seed in range(60))

    assert 4 <= lucky <= 20
