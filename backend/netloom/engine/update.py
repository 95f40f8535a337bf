"""One update: a mini-batch forward, backward, and the change of every trained number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from netloom.arrays import jax, jnp, lax
from netloom.engine.forward import forward
from netloom.engine.live import Live
from netloom.engine.objective import row_losses
from netloom.engine.one_function import kept_apart
from netloom.engine.packing import slots, unflatten
from netloom.engine.state import TrainState
from netloom.engine.structure import Structure
from netloom.optimizers import OPTIMIZERS, Update
from netloom.schedules import SCHEDULES

if TYPE_CHECKING:
    from jax import Array

Params = tuple[dict[str, Any], ...]


class Rows(NamedTuple):
    """An epoch's training points in the order in which it uses them, followed by at least a batch of padding.

    shares: `[rows]`, each point's part of the mean over its own mini-batch; rates: `[rows]`, the learning rate of the
    update that begins at that row; used: how many rows are real.
    """

    inputs: Array
    targets: Array
    shares: Array
    rates: Array
    used: Array


class Trained(NamedTuple):
    """What an update changes, as in `TrainState`."""

    params: Array
    first: Array
    second: Array
    layers: tuple[dict[str, Any], ...]


def train(structure: Structure, state: TrainState, rows: Rows, live: Live, steps: Array) -> TrainState:
    """The state after the next `steps` mini-batches of the epoch; the last one of an epoch takes what is left."""
    batch_size = live.training.batch_size

    def one(done: Array, trained: Trained) -> Trained:
        done = done if structure.small else kept_apart(done)
        now = state._replace(
            **trained._asdict(),
            cursor=state.cursor + done * batch_size,
            step=state.step + done,
            moments_step=state.moments_step + done,
        )
        return update(structure, now, rows, live)

    start = Trained(state.params, state.first, state.second, state.layers)
    trained = lax.fori_loop(0, steps, one, start)
    return state._replace(
        **trained._asdict(),
        cursor=jnp.minimum(state.cursor + steps * batch_size, rows.used),
        step=state.step + steps,
        moments_step=state.moments_step + steps,
    )


def update(structure: Structure, state: TrainState, rows: Rows, live: Live) -> Trained:
    """One mini-batch."""
    gradient, scale, layers = _unclipped_gradient(structure, state, rows, live)
    params, first, second = lax.switch(
        live.training.optimizer,
        [_as_branch(kind.update) for kind in OPTIMIZERS],
        gradient,
        scale,
        state.params,
        live.decays,
        live.trainable,
        state.first,
        state.second,
        rows.rates,
        state.cursor,
        state.moments_step,
        live.training.hyper,
    )
    return Trained(params, first, second, layers)


def batch_gradient(
    structure: Structure, state: TrainState, rows: Rows, live: Live
) -> tuple[Array, tuple[dict[str, Any], ...]]:
    """The gradient of the next mini-batch, flat, with penalties, clipped; and the layers' new states."""
    gradient, scale, layers = _unclipped_gradient(structure, state, rows, live)
    return scale * gradient, layers


def _unclipped_gradient(
    structure: Structure, state: TrainState, rows: Rows, live: Live
) -> tuple[Array, Array, tuple[dict[str, Any], ...]]:
    """The gradient and what clipping scales it by, apart: so the optimizer's branch does both in one pass."""
    training = live.training
    inputs, targets, shares = (
        lax.dynamic_slice_in_dim(values, state.cursor, structure.batch)
        for values in (rows.inputs, rows.targets, rows.shares)
    )
    taken = jnp.minimum(training.batch_size, rows.used - state.cursor)
    row_weight = (jnp.arange(structure.batch) < taken).astype(jnp.float32)
    shares = shares * row_weight
    keys = row_keys(structure, state, live)

    def objective(params: Params) -> tuple[Array, tuple[dict[str, Any], ...]]:
        passed = forward(structure, params, state.layers, live, inputs, row_weight, keys)
        losses = row_losses(passed.sums[-1], targets, live.layers[-1]["activation"], training)
        return (shares * losses).sum(), passed.states

    gradients, layers = jax.grad(objective, has_aux=True)(unflatten(structure, state.params))
    gradient = jnp.concatenate([gradients[slot.place][slot.name].ravel() for slot in slots(structure)])
    gradient = _penalized(gradient, state.params, live) * live.trainable
    scale = lax.cond(jnp.isfinite(training.clip_norm), _clip_scale, _no_scale, gradient, training.clip_norm)
    return gradient, scale, layers


def scheduled_rate(epoch: Array, live: Live) -> Array:
    """The learning rate at fractional epochs, of any shape."""
    training = live.training
    scales = [kind.scale for kind in SCHEDULES]
    return training.learning_rate * lax.switch(training.schedule, scales, epoch, training.schedule_parameters)


def _penalized(gradient: Array, params: Array, live: Live) -> Array:
    """Adds the slope of l1 · Σ|w| + ½ l2 · Σ w² over the weights."""
    training = live.training
    return gradient + live.decays * (training.l1 * jnp.sign(params) + training.l2 * params)


def _clip_scale(gradient: Array, clip_norm: Array) -> Array:
    norm = jnp.sqrt(jnp.square(gradient).sum())
    return jnp.where(norm > clip_norm, clip_norm / norm, 1.0)


def _no_scale(_gradient: Array, _clip_norm: Array) -> Array:
    return jnp.float32(1)


def row_keys(structure: Structure, state: TrainState, live: Live) -> Array:
    """One key per row of the batch, the same however far the batch is padded; drawn only where dropout uses them."""
    if not any(step.kind == "dropout" for step in structure.steps):
        return jnp.zeros((structure.batch, 2), jnp.uint32)
    key = jax.random.fold_in(jax.random.key(live.training.dropout_seed), state.step)
    return jax.vmap(jax.random.fold_in, in_axes=(None, 0))(key, jnp.arange(structure.batch))


def _as_branch(rule: Callable[..., Update]) -> Callable[..., tuple[Array, Array, Array]]:
    """The parameters and moments after an update, by one optimizer. Numbers that are not trained stay. What it is
    made from is picked inside, where it costs no pass of its own."""

    def branch(
        gradient: Array,
        scale: Array,
        params: Array,
        decays: Array,
        trainable: Array,
        first: Array,
        second: Array,
        rates: Array,
        cursor: Array,
        moments_step: Array,
        hyper: Array,
    ) -> tuple[Array, Array, Array]:
        rate = lax.dynamic_index_in_dim(rates, cursor, keepdims=False)
        step = (moments_step + 1).astype(jnp.float32)
        change, first, second = rule(
            scale * gradient, params * decays, first, second, rate=rate, step=step, hyper=hyper
        )
        return params + trainable * change, first, second

    return branch
