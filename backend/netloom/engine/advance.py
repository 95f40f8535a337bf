"""Training: any number of updates in one call, epochs measured as they end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netloom.arrays import jax, jnp, lax
from netloom.engine.data import Data
from netloom.engine.live import Live
from netloom.engine.measure import measure
from netloom.engine.state import Carry, TrainState
from netloom.engine.structure import Structure
from netloom.engine.update import Rows, scheduled_rate, update

if TYPE_CHECKING:
    from jax import Array

EPOCHS_PER_CALL = 256
EXPLODED = 1000.0
"""Diverged, if still finite: the loss is this many times that of epoch 0."""
RUNNING, EARLY_STOPPED, LOSS_EXPLODED, NOT_FINITE = 0, 1, 2, 3


class Advanced(NamedTuple):
    """rows: float32 `[EPOCHS_PER_CALL, 5]`, of which `row_count` are set: training loss, validation loss, training
    metric, validation metric, learning rate at the end of each epoch that ended. updates: how many were carried out.
    stopped: why before all that was asked (RUNNING: it was not stopped). rate: the learning rate of the next update."""

    carry: Carry
    rows: Array
    row_count: Array
    updates: Array
    stopped: Array
    rate: Array


def advance(structure: Structure, carry: Carry, data: Data, live: Live, updates: Array, until_epoch: Array) -> Advanced:
    """Trains `updates` updates, but not past `until_epoch`, nor past EPOCHS_PER_CALL epochs. However a run is cut into
    calls, its states are the same to the last bit: nothing here depends on where a call begins."""
    count = data.counts[0]

    def goes_on(so_far: Advanced) -> Array:
        return (
            (so_far.updates < updates)
            & (so_far.stopped == RUNNING)
            & (so_far.carry.now.epoch < until_epoch)
            & (so_far.row_count < EPOCHS_PER_CALL)
        )

    def segment(so_far: Advanced) -> Advanced:
        """What is left of an epoch, or of the updates asked for."""
        state = so_far.carry.now
        rows = epoch_rows(structure, data, live, state.epoch)
        left_in_epoch = -((state.cursor - count) // live.training.batch_size)
        steps = jnp.clip(left_in_epoch, 0, updates - so_far.updates)
        state = lax.fori_loop(0, steps, lambda _, state: update(structure, state, rows, live), state)
        trained = so_far._replace(
            carry=so_far.carry._replace(now=state), updates=so_far.updates + jnp.maximum(steps, 0)
        )
        return lax.cond(
            state.cursor >= count,
            lambda trained: _end_epoch(structure, trained, data, live),
            lambda same: same,
            trained,
        )

    start = Advanced(carry, jnp.zeros((EPOCHS_PER_CALL, 5), jnp.float32), *(jnp.int32(0),) * 3, jnp.float32(0))
    done = lax.while_loop(goes_on, segment, start)
    broken = ~jnp.isfinite(done.carry.now.params).all()
    return done._replace(
        stopped=jnp.where(broken, NOT_FINITE, done.stopped), rate=scheduled_rate(done.carry.now, count, live)
    )


def epoch_rows(structure: Structure, data: Data, live: Live, epoch: Array) -> Rows:
    order = lax.cond(live.training.shuffled, _shuffled, _stored, data, live, epoch)

    def padded(values: Array) -> Array:
        return jnp.concatenate([values[order], jnp.zeros((structure.batch, *values.shape[1:]), values.dtype)])

    return Rows(padded(data.inputs), padded(data.targets), padded(data.weights), data.counts[0])


def _shuffled(data: Data, live: Live, epoch: Array) -> Array:
    """Training rows by random number, then the others; the same however much padding follows."""
    capacity = data.weights.shape[0]
    key = jax.random.fold_in(jax.random.key(live.training.order_seed), epoch)
    drawn = jax.random.bits(key, (capacity,), jnp.uint32) >> 1
    places = jnp.arange(capacity, dtype=jnp.int32)
    drawn = jnp.where(places < data.counts[0], drawn, jnp.uint32(2**32 - 1))
    return lax.sort((drawn, places), num_keys=1, is_stable=True)[1]


def _stored(data: Data, live: Live, epoch: Array) -> Array:
    return jnp.arange(data.weights.shape[0], dtype=jnp.int32)


def _end_epoch(structure: Structure, trained: Advanced, data: Data, live: Live) -> Advanced:
    state = trained.carry.now._replace(epoch=trained.carry.now.epoch + 1, cursor=jnp.int32(0))
    measures = measure(structure, state, data, live)
    rate = scheduled_rate(state, data.counts[0], live)
    row = jnp.stack([measures.losses[0], measures.losses[1], measures.metrics[0], measures.metrics[1], rate])
    state = _watched(state, measures.losses[1], live)
    loss = measures.losses[0]
    stopped = jnp.where(state.epochs_since_best >= live.training.patience, EARLY_STOPPED, RUNNING)
    stopped = jnp.where(loss > EXPLODED * state.start_loss, LOSS_EXPLODED, stopped)
    stopped = jnp.where(jnp.isfinite(loss), stopped, NOT_FINITE)
    sane = loss <= 2 * state.start_loss
    safe = jax.tree.map(lambda now, before: jnp.where(sane, now, before), state, trained.carry.safe)
    return trained._replace(
        carry=Carry(state, safe),
        rows=lax.dynamic_update_slice_in_dim(trained.rows, row[None], trained.row_count, 0),
        row_count=trained.row_count + 1,
        stopped=stopped.astype(jnp.int32),
    )


def _watched(state: TrainState, validation_loss: Array, live: Live) -> TrainState:
    """Early stopping's count: epochs since the validation loss was last a new lowest."""
    better = validation_loss < state.best - live.training.min_delta
    waits = ~better & jnp.isfinite(validation_loss)
    return state._replace(
        best=jnp.where(better, validation_loss, state.best),
        epochs_since_best=jnp.where(waits, state.epochs_since_best + 1, 0),
    )
