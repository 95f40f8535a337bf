"""Optimizers are optax's, schedules what their formulas say."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from netloom.optimizers import (
    HYPERPARAMETERS,
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from netloom.schedules import SCHEDULE_PARAMETERS, SCHEDULES, Constant, Cosine, Exponential, Schedule, Step, Warmup

RATE = 0.01
PAIRS = [
    (SGD(), optax.sgd(RATE)),
    (Momentum(momentum=0.8), optax.sgd(RATE, momentum=0.8)),
    (Nesterov(momentum=0.8), optax.sgd(RATE, momentum=0.8, nesterov=True)),
    (RMSProp(decay=0.95, epsilon=1e-6), optax.rmsprop(RATE, decay=0.95, eps=1e-6, eps_in_sqrt=False)),
    (Adagrad(), optax.adagrad(RATE, initial_accumulator_value=0.0, eps=0.0)),
    (Adam(beta1=0.8), optax.adam(RATE, b1=0.8)),
    (AdamW(weight_decay=0.1), optax.adamw(RATE, weight_decay=0.1)),
    (Lion(weight_decay=0.1), optax.lion(RATE, b1=0.9, b2=0.99, weight_decay=0.1)),
]


def test_every_optimizer_is_compared() -> None:
    assert [type(optimizer) for optimizer, _ in PAIRS] == list(OPTIMIZERS)


@pytest.mark.parametrize(("optimizer", "theirs"), PAIRS, ids=[pair[0].type for pair in PAIRS])
def test_an_optimizer_walks_as_in_optax(optimizer: Optimizer, theirs: optax.GradientTransformation) -> None:
    rng = np.random.default_rng(1)
    start = jnp.asarray(rng.standard_normal(20), jnp.float32)
    hyper = jnp.zeros(HYPERPARAMETERS).at[: len(optimizer.hyperparameters)].set(jnp.array(optimizer.hyperparameters))

    @jax.jit
    def ours_step(params: Any, first: Any, second: Any, gradient: Any, step: Any) -> Any:
        update = optimizer.update(gradient, params, first, second, rate=jnp.float32(RATE), step=step, hyper=hyper)
        return params + update.change, update.first, update.second

    @jax.jit
    def their_step(params: Any, state: Any, gradient: Any) -> Any:
        change, state = theirs.update(gradient, state, params)
        return optax.apply_updates(params, change), state

    ours, first, second = start, jnp.zeros(20), jnp.zeros(20)
    other, state = start, theirs.init(start)
    for step in range(1, 51):
        noise = jnp.asarray(rng.standard_normal(20), jnp.float32)
        ours, first, second = ours_step(ours, first, second, ours + noise, jnp.float32(step))
        other, state = their_step(other, state, other + noise)

    np.testing.assert_allclose(ours, other, atol=1e-5)
    assert np.abs(np.asarray(ours - start)).max() > RATE


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        (Constant(), [1, 1, 1]),
        (Step(factor=0.5, every=10), [1, 0.5, 0.25]),
        (Exponential(factor=0.9), [1, 0.9**10, 0.9**25]),
        (Cosine(epochs=20, end=0.1), [1, 0.55, 0.1]),
        (Warmup(epochs=20, start=0.2), [0.2, 0.6, 1]),
    ],
    ids=[schedule.model_fields["type"].default for schedule in SCHEDULES],
)
def test_a_schedule_scales_the_rate(schedule: Schedule, wanted: list[float]) -> None:
    parameters = jnp.zeros(SCHEDULE_PARAMETERS).at[: len(schedule.parameters)].set(jnp.array(schedule.parameters))

    np.testing.assert_allclose(schedule.scale(jnp.array([0.0, 10.0, 25.0]), parameters), wanted, rtol=1e-5)
