"""Runs trained together are the runs that they would be alone."""

from typing import Any

import numpy as np
import pytest

from netloom.engine.cohort import Cohort
from netloom.engine.run import Run
from netloom.errors import NotPossible
from netloom.experiment import Experiment, Seeds
from netloom.layers import Dense

EPOCHS = 3


def _seeded(experiment: Experiment, seed: int) -> Experiment:
    return experiment.model_copy(update={"seeds": Seeds(weights=seed, data=seed, order=seed, dropout=seed)})


@pytest.fixture(scope="module")
def members() -> list[Experiment]:
    """Another seed each, and one with another learning rate and activation too."""
    seeded = [_seeded(Experiment(), seed) for seed in range(3)]
    training = seeded[2].training.model_copy(update={"learning_rate": 0.3})
    return [*seeded[:2], seeded[2].model_copy(update={"training": training})]


@pytest.mark.parametrize("together", [False, True])
def test_each_member_is_the_run_that_it_would_be_alone(members: list[Experiment], together: bool) -> None:
    cohort = Cohort(members, device="cpu", together=together)
    rows = np.asarray(cohort.advance(10_000, EPOCHS).rows)

    for place, experiment in enumerate(members):
        run = Run(experiment, device="cpu")
        run.advance(until_epoch=EPOCHS, budget_secs=60)
        losses = np.array([row.train_loss for row in run.history[1:]], np.float32)
        np.testing.assert_allclose(rows[place, :EPOCHS, 0], losses, rtol=1e-5)
        _assert_close(cohort.parameters(place), run.parameters())


def test_one_by_one_is_equal_to_the_last_bit(members: list[Experiment]) -> None:
    cohort = Cohort(members[:1], device="cpu", together=False)
    cohort.advance(10_000, EPOCHS)
    run = Run(members[0], device="cpu")
    run.advance(until_epoch=EPOCHS, budget_secs=60)
    for layer, arrays in run.parameters().items():
        for name, values in arrays.items():
            np.testing.assert_array_equal(cohort.parameters(0)[layer][name], values)


def test_what_is_not_of_one_structure_is_refused(members: list[Experiment], document: Any) -> None:
    deeper = document(Dense(id="a"), Dense(id="b"), Dense(id="c"))
    with pytest.raises(NotPossible, match="same layers"):
        Cohort([members[0], deeper], device="cpu")


def _assert_close(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    for layer, arrays in wanted.items():
        for name, values in arrays.items():
            np.testing.assert_allclose(found[layer][name], values, atol=2e-6)
