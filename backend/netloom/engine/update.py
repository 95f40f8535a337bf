"""One update: a mini-batch forward, backward, and the change of every trained number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netloom.arrays import jax, jnp, lax
from netloom.engine.forward import forward
from netloom.engine.live import Live
from netloom.engine.objective import row_losses
from netloom.engine.packing import slots, unflatten
from netloom.engine.state import TrainState
from netloom.engine.structure import Structure
from netloom.optimizers import OPTIMIZERS
from netloom.schedules import SCHEDULES

if TYPE_CHECKING:
    from jax import Array


class Rows(NamedTuple):
    """An epoch's training points in the order in which it uses them, followed by at least a batch of padding."""

    inputs: Array
    targets: Array
    weights: Array
    count: Array


def update(structure: Structure, state: TrainState, rows: Rows, live: Live) -> TrainState:
    """The state after the next mini-batch of the epoch; the last one takes what is left."""
    gradient, layers = batch_gradient(structure, state, rows, live)
    training = live.training
    step = state.moments_step + 1
    branches = [_as_branch(kind.update) for kind in OPTIMIZERS]
    rate = scheduled_rate(state, rows.count, live)
    change, first, second = lax.switch(
        training.optimizer,
        branches,
        gradient,
        state.params * live.decays,
        state.first,
        state.second,
        rate,
        step.astype(jnp.float32),
        training.hyper,
    )
    trains = live.trainable > 0
    return state._replace(
        params=jnp.where(trains, state.params + change, state.params),
        first=jnp.where(trains, first, state.first),
        second=jnp.where(trains, second, state.second),
        layers=layers,
        cursor=jnp.minimum(state.cursor + training.batch_size, rows.count),
        step=state.step + 1,
        moments_step=step,
    )


def batch_gradient(structure: Structure, state: TrainState, rows: Rows, live: Live) -> tuple[Array, tuple]:
    """The gradient of the next mini-batch, flat, with penalties, clipped; and the layers' new states."""
    training = live.training
    taken = [
        lax.dynamic_slice_in_dim(values, state.cursor, structure.batch)
        for values in (rows.inputs, rows.targets, rows.weights)
    ]
    inputs, targets, weights = taken
    real = jnp.arange(structure.batch) < jnp.minimum(training.batch_size, rows.count - state.cursor)
    row_weight = real.astype(jnp.float32)
    weights = weights * row_weight
    total = weights.sum()
    share = jnp.where(total > 0, weights / jnp.where(total > 0, total, 1), 0)
    keys = _row_keys(structure, state, live)

    def objective(params: tuple) -> tuple[Array, tuple]:
        passed = forward(structure, params, state.layers, live, inputs, row_weight, keys)
        losses = row_losses(passed.sums[-1], targets, live.layers[-1]["activation"], training)
        return (share * losses).sum(), passed.states

    gradients, layers = jax.grad(objective, has_aux=True)(unflatten(structure, state.params))
    gradient = jnp.concatenate([gradients[slot.place][slot.name].ravel() for slot in slots(structure)])
    return _clipped(_penalized(gradient, state.params, live) * live.trainable, training.clip_norm), layers


def scheduled_rate(state: TrainState, count: Array, live: Live) -> Array:
    """The learning rate of the next update."""
    training = live.training
    epoch = state.epoch.astype(jnp.float32) + state.cursor / count
    scales = [kind.scale for kind in SCHEDULES]
    return training.learning_rate * lax.switch(training.schedule, scales, epoch, training.schedule_parameters)


def _penalized(gradient: Array, params: Array, live: Live) -> Array:
    """Adds the slope of l1 · Σ|w| + ½ l2 · Σ w² over the weights."""
    training = live.training
    return gradient + live.decays * (training.l1 * jnp.sign(params) + training.l2 * params)


def _clipped(gradient: Array, clip_norm: Array) -> Array:
    norm = jnp.sqrt(jnp.square(gradient).sum())
    return jnp.where(norm > clip_norm, gradient * (clip_norm / norm), gradient)


def _row_keys(structure: Structure, state: TrainState, live: Live) -> Array:
    """One key per row of the batch, the same however far the batch is padded; drawn only where dropout uses them."""
    if not any(step.kind == "dropout" for step in structure.steps):
        return jnp.zeros((structure.batch, 2), jnp.uint32)
    key = jax.random.fold_in(jax.random.key(live.training.dropout_seed), state.step)
    return jax.vmap(jax.random.fold_in, in_axes=(None, 0))(key, jnp.arange(structure.batch))


def _as_branch(rule):  # noqa: ANN001, ANN202
    def branch(gradient, parameter, first, second, rate, step, hyper):  # noqa: ANN001, ANN202
        return tuple(rule(gradient, parameter, first, second, rate=rate, step=step, hyper=hyper))

    return branch
