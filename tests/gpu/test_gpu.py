"""What must hold on an accelerator, checked where JAX finds one."""

import jax
import numpy as np
import pytest

from netloom.engine.cohort import Cohort
from netloom.engine.run import Run
from netloom.experiment import Experiment, Seeds
from netloom.protocol.commands import Watch

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(jax.default_backend() == "cpu", reason="JAX finds no accelerator on this machine"),
]


def trained(epochs: int, device: str) -> Run:
    run = Run(Experiment(), device=device)
    run.advance(until_epoch=epochs, budget_secs=120)
    return run


def flat(run: Run) -> np.ndarray:
    return np.concatenate([values.ravel() for arrays in run.parameters().values() for values in arrays.values()])


def test_xor_is_solved_there() -> None:
    run = trained(100, "gpu")
    assert run.device.startswith("gpu: ")
    assert (run.history[-1].validation_metric or 0) >= 0.97
    assert len(run.frame(Watch())) > 4000


def test_equal_documents_give_equal_bits_there() -> None:
    np.testing.assert_array_equal(flat(trained(20, "gpu")), flat(trained(20, "gpu")))


def test_a_checkpoint_goes_on_to_the_last_bit_there() -> None:
    run = Run.resume(trained(7, "gpu").checkpoint(), device="gpu")
    run.advance(until_epoch=20, budget_secs=120)
    np.testing.assert_array_equal(flat(run), flat(trained(20, "gpu")))


def test_it_computes_what_a_cpu_computes() -> None:
    np.testing.assert_allclose(flat(trained(10, "gpu")), flat(trained(10, "cpu")), atol=1e-4)


def test_runs_trained_together_are_the_runs_that_they_would_be_alone() -> None:
    seeds = [Seeds(weights=seed, order=seed) for seed in range(4)]
    cohort = Cohort([Experiment().model_copy(update={"seeds": each}) for each in seeds], device="gpu")
    rows = np.asarray(cohort.advance(10_000, 3).rows)
    for place, each in enumerate(seeds):
        alone = Run(Experiment().model_copy(update={"seeds": each}), device="cpu")
        alone.advance(until_epoch=3, budget_secs=60)
        losses = np.array([row.train_loss for row in alone.history[1:]], np.float32)
        np.testing.assert_allclose(rows[place, :3, 0], losses, rtol=1e-3)
