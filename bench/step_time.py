"""What an update and a frame cost: `python bench/step_time.py`, one core, CPU time, medians.

"exact" is a network written out by hand, with nothing to tweak, masked or switched: the least that XLA can do. The
ratio to it is what Netloom's freedom costs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from netloom.engine.advance import epoch_rows
from netloom.engine.device import configure, find_device
from netloom.engine.measure import measure
from netloom.engine.prepared import Stage, make_stage
from netloom.engine.run import Run
from netloom.engine.structure import Structure
from netloom.engine.update import train
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from netloom.protocol.commands import Watch

EPOCHS, UPDATES, REPEATS = 200, 25, 9
"""250 training points in batches of 10."""


def experiment(*widths: int) -> Experiment:
    hidden = [Dense(id=f"hidden{place}", units=units) for place, units in enumerate(widths)]
    return Experiment.model_validate(
        {
            "data": {
                "source": {"type": "spiral"},
                "count": 250,
                "shares": {"train": 100, "validation": 0, "test": 0},
            },
            "network": chain(Input(), *hidden, Output()).model_dump(),
            "training": {"learning_rate": 0.03, "epoch_limit": 10_000_000},
        }
    )


def seconds(call: Callable[[], Any]) -> float:
    """CPU seconds of a call: the median of several, the first one, which compiles, left out."""
    jax.block_until_ready(call())
    times: list[float] = []
    for _ in range(REPEATS):
        start = time.process_time()
        jax.block_until_ready(call())
        times.append(time.process_time() - start)
    return statistics.median(times)


def padded_step(stage: Stage) -> float:
    structure, carry = stage.program.structure, stage.first_carry
    mix = jax.jit(lambda data, live: epoch_rows(structure, data, live, jnp.int32(3), jnp.int32(0)))
    rows = mix(stage.data, stage.live)

    @jax.jit
    def epochs(state: Any, rows: Any, live: Any) -> Any:
        def epoch(_: Any, state: Any) -> Any:
            return train(structure, state._replace(cursor=jnp.int32(0)), rows, live, jnp.int32(UPDATES))

        return lax.fori_loop(0, EPOCHS, epoch, state)

    return seconds(lambda: epochs(carry.now, rows, stage.live)) / (EPOCHS * UPDATES)


def exact_step(stage: Stage, *widths: int) -> float:
    """The same network and batches by hand: tanh, sigmoid with cross-entropy, plain gradient descent."""
    rng = np.random.default_rng(0)
    sizes = [2, *widths, 1]
    params = [
        (jnp.asarray(rng.standard_normal(pair) * 0.5, jnp.float32), jnp.zeros(pair[1])) for pair in pairwise(sizes)
    ]
    inputs, targets = stage.data.inputs[:250, :2], stage.data.targets[:250]

    def loss(params: Any, x: Any, target: Any) -> Any:
        for weight, bias in params[:-1]:
            x = jnp.tanh((x[:, :, None] * weight).sum(1) + bias)
        z = (x[:, :, None] * params[-1][0]).sum(1) + params[-1][1]
        return (jax.nn.softplus(z) - target * z).mean()

    @jax.jit
    def steps(params: Any, inputs: Any, targets: Any) -> Any:
        def step(place: Any, params: Any) -> Any:
            start = place % UPDATES * 10
            batch = (lax.dynamic_slice_in_dim(values, start, 10) for values in (inputs, targets))
            return jax.tree.map(lambda p, g: p - 0.03 * g, params, jax.grad(loss)(params, *batch))

        return lax.fori_loop(0, EPOCHS * UPDATES, step, params)

    return seconds(lambda: steps(params, inputs, targets)) / (EPOCHS * UPDATES)


def once(stage: Stage, function: Callable[..., Any]) -> float:
    """One of the things that an epoch needs besides its updates, a thousand times over in one call."""
    state = stage.first_carry.now

    @jax.jit
    def many(state: Any, data: Any, live: Any) -> Any:
        def one(place: Any, total: Any) -> Any:
            return total + function(state._replace(params=state.params + 1e-9 * total), data, live, place)

        return lax.fori_loop(0, 1000, one, jnp.float32(0))

    return seconds(lambda: many(state, stage.data, stage.live)) / 1000


def mixed(structure: Structure) -> Callable[..., Any]:
    return lambda _, data, live, epoch: epoch_rows(structure, data, live, epoch, jnp.int32(0)).inputs[0, 0]


def frames(run: Run, watch: Watch) -> float:
    """One epoch, both losses, and a frame."""
    times: list[float] = []
    for _ in range(200):
        start = time.process_time()
        run.advance(until_epoch=run.epoch + 1, budget_secs=1000)
        run.frame(watch)
        times.append(time.process_time() - start)
    return statistics.median(times[20:])


def measure_steps() -> dict[str, dict[str, float]]:
    """Microseconds, by network: an update masked and switched, the least by hand, mixing and measuring an epoch."""
    configure(None, "cpu")
    found: dict[str, dict[str, float]] = {}
    for widths in ((4, 2), (8, 8), (8,) * 6):
        stage = make_stage(experiment(*widths), find_device("cpu"))
        structure = stage.program.structure
        look = once(stage, lambda state, data, live, _, of=structure: measure(of, state, data, live).losses[0])
        seconds_of = {
            "update": padded_step(stage),
            "by_hand": exact_step(stage, *widths),
            "mixing": once(stage, mixed(structure)),
            "measuring": look,
        }
        name = f"2-{'-'.join(map(str, widths))}-1"
        found[name] = {what: round(took * 1e6, 2) for what, took in seconds_of.items()}
    return found


def main() -> None:
    for name, took in measure_steps().items():
        ratio = took["update"] / took["by_hand"]
        print(f"{name}: {took['update']} µs an update, exact {took['by_hand']}, ratio {ratio:.2f}")
        print(f"{name}: {took['mixing']} µs to mix an epoch's points, {took['measuring']} µs to measure it")
    run = Run(experiment(4, 2))
    print(f"2-4-2-1: {frames(run, Watch()) * 1e3:.3f} ms for an epoch and a default frame")
    large = Watch(boundary=100).model_copy(update={"neurons": 100})
    print(f"2-4-2-1: {frames(run, large) * 1e3:.3f} ms for an epoch and 100×100 of every neuron")
    run = Run(Experiment.model_validate({"training": {"epoch_limit": 10_000}}))
    run.advance(updates=1)
    start = time.process_time()
    run.advance(budget_secs=1000)
    print(f"2-6-4-1: {time.process_time() - start:.2f} s for 10,000 epochs of the default experiment")


if __name__ == "__main__":
    main()
