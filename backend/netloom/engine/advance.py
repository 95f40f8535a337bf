"""Training: any number of updates in one call, epochs measured as they end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netloom.arrays import jax, jnp, lax
from netloom.engine.data import Data
from netloom.engine.live import Live
from netloom.engine.measure import Measures, measure
from netloom.engine.one_function import in_one_function
from netloom.engine.order import shuffled_order
from netloom.engine.packed import Packed, pack_tree
from netloom.engine.state import PackedCarry, TrainState
from netloom.engine.structure import Structure
from netloom.engine.update import Rows, scheduled_rate, train

if TYPE_CHECKING:
    from jax import Array

EPOCHS_PER_CALL = 256
EXPLODED = 1000.0
"""Diverged, if still finite: the loss is this many times that of epoch 0."""
RUNNING, EARLY_STOPPED, LOSS_EXPLODED, NOT_FINITE = 0, 1, 2, 3


class Advanced(NamedTuple):
    """rows: float32 `[EPOCHS_PER_CALL, 5]`, of which the first are set: training loss, validation loss, training
    metric, validation metric, learning rate at the end of each epoch that ended. facts: int32 `[6]`: how many rows are
    set, how many updates were carried out, why it stopped before all that was asked (RUNNING: it did not), and the
    epoch, step and cursor of the state. numbers: float32 `[7]`: the state's losses and metrics, and the learning rate
    of the next update. outputs, predicted: as in `Measures`."""

    carry: PackedCarry
    rows: Array
    facts: Array
    numbers: Array
    outputs: Array
    predicted: Array

    @property
    def measures(self) -> Measures:
        """On this machine's memory."""
        numbers = np.asarray(self.numbers)
        return Measures(numbers[:3], numbers[3:6], np.asarray(self.outputs), np.asarray(self.predicted))

    @property
    def rate(self) -> float:
        return float(np.asarray(self.numbers)[6])


class _SoFar(NamedTuple):
    """Of a call in progress, as in `Advanced`."""

    now: TrainState
    safe: Packed
    rows: Array
    row_count: Array
    updates: Array
    stopped: Array
    measures: Measures


def advance(structure: Structure, carry: PackedCarry, data: Packed, live: Packed, asked: Array) -> Advanced:
    """Trains `asked[0]` updates, but not past epoch `asked[1]`, nor past EPOCHS_PER_CALL epochs. However a run is cut
    into calls, its states are the same to the last bit: nothing here depends on where a call begins."""

    def once(carry: PackedCarry, data: Packed, live: Packed, asked: Array) -> Advanced:
        return advance_unpacked(structure, carry, data.unpacked(), live.unpacked(), asked)

    if not structure.small:
        return once(carry, data, live, asked)
    return in_one_function(once, (carry, data, live, asked), zero=jnp.minimum(asked[0], 0))


def advance_unpacked(structure: Structure, carry: PackedCarry, data: Data, live: Live, asked: Array) -> Advanced:
    """As `advance`, for a caller that maps it over many runs."""
    updates, until_epoch = asked
    state = carry.now.unpacked()

    def goes_on(so_far: _SoFar) -> Array:
        return (
            (so_far.updates < updates)
            & (so_far.stopped == RUNNING)
            & (so_far.now.epoch < until_epoch)
            & (so_far.row_count < EPOCHS_PER_CALL)
        )

    def segment(loop: tuple[Array, _SoFar]) -> tuple[Array, _SoFar]:
        """What is left of an epoch, or of the updates asked for; then a look at where that has led."""
        _, so_far = loop
        active = goes_on(so_far)
        trained = _train(structure, so_far, data, live, jnp.where(active, updates - so_far.updates, 0))
        ended = active & (trained.now.cursor >= data.counts[0])
        return jnp.bool_(False), _measured(structure, trained, ended, data, live)

    nothing = jax.eval_shape(lambda state: measure(structure, state, data, live), state)
    start = _SoFar(
        now=state,
        safe=carry.safe,
        rows=jnp.zeros((EPOCHS_PER_CALL, 5), jnp.float32),
        row_count=jnp.int32(0),
        updates=jnp.int32(0),
        stopped=jnp.int32(RUNNING),
        measures=jax.tree.map(lambda like: jnp.zeros(like.shape, like.dtype), nothing),
    )
    # At least once, so that asking for no update measures the present state.
    _, done = lax.while_loop(lambda loop: loop[0] | goes_on(loop[1]), segment, (jnp.bool_(True), start))
    broken = ~jnp.isfinite(done.now.params).all()
    now, measures = done.now, done.measures
    stopped = jnp.where(broken, NOT_FINITE, done.stopped)
    rate = scheduled_rate(now.epoch + now.cursor / data.counts[0], live)
    return Advanced(
        carry=PackedCarry(pack_tree(now), done.safe),
        rows=done.rows,
        facts=jnp.stack([done.row_count, done.updates, stopped, now.epoch, now.step, now.cursor]),
        numbers=jnp.concatenate([measures.losses, measures.metrics, rate[None]]),
        outputs=measures.outputs,
        predicted=measures.predicted,
    )


def _train(structure: Structure, so_far: _SoFar, data: Data, live: Live, most: Array) -> _SoFar:
    state = so_far.now
    rows = epoch_rows(structure, data, live, state.epoch, state.cursor)
    left_in_epoch = -((state.cursor - data.counts[0]) // live.training.batch_size)
    steps = jnp.clip(left_in_epoch, 0, most)
    state = train(structure, state, rows, live, steps)
    return so_far._replace(now=state, updates=so_far.updates + steps)


def _measured(structure: Structure, trained: _SoFar, ended: Array, data: Data, live: Live) -> _SoFar:
    """Measures the state; where an epoch has `ended`, notes its row and whether that is a reason to stop."""
    state = trained.now
    measures = measure(structure, state, data, live)
    loss, metrics = measures.losses, measures.metrics
    closed = _watched(state._replace(epoch=state.epoch + 1, cursor=jnp.int32(0)), loss[1], live)
    rate = scheduled_rate(closed.epoch.astype(jnp.float32), live)
    row = jnp.stack([loss[0], loss[1], metrics[0], metrics[1], rate])
    sound = ended & (loss[0] <= 2 * state.start_loss)
    closed = _chosen(ended, closed, state)
    return trained._replace(
        now=closed,
        safe=_chosen(sound, pack_tree(closed), trained.safe),
        rows=jnp.where(
            ended, lax.dynamic_update_slice_in_dim(trained.rows, row[None], trained.row_count, 0), trained.rows
        ),
        row_count=trained.row_count + ended,
        stopped=jnp.where(ended, _reason(closed, loss[0], live), trained.stopped),
        measures=measures,
    )


def _reason(state: TrainState, loss: Array, live: Live) -> Array:
    stopped = jnp.where(state.epochs_since_best >= live.training.patience, EARLY_STOPPED, RUNNING)
    stopped = jnp.where(loss > EXPLODED * state.start_loss, LOSS_EXPLODED, stopped)
    return jnp.where(jnp.isfinite(loss), stopped, NOT_FINITE).astype(jnp.int32)


def _chosen(condition: Array, yes: Any, no: Any) -> Any:
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)


def epoch_rows(structure: Structure, data: Data, live: Live, epoch: Array, cursor: Array) -> Rows:
    """The rows of an epoch whose mini-batches are cut from `cursor` on."""
    order = lax.cond(live.training.shuffled, _shuffled, _stored, data, live, epoch)
    count = data.counts[0]

    def padded(values: Array) -> Array:
        return jnp.concatenate([values, jnp.zeros((structure.batch, *values.shape[1:]), values.dtype)])

    fraction = jnp.arange(structure.capacity) / count
    return Rows(
        inputs=padded(data.inputs[order]),
        targets=padded(data.targets[order]),
        shares=padded(_shares(data.weights[order], count, cursor, live.training.batch_size)),
        rates=scheduled_rate(epoch + fraction, live),
        used=count,
    )


def _shares(weights: Array, count: Array, cursor: Array, batch_size: Array) -> Array:
    """Each row's weight over the sum of its mini-batch's, 0 past the end."""
    places = jnp.arange(weights.shape[0])
    weights = jnp.where(places < count, weights, 0)
    sums = jnp.concatenate([jnp.zeros(1), jnp.cumsum(weights)])
    start = places - (places - cursor) % batch_size
    total = sums[jnp.minimum(start + batch_size, count)] - sums[jnp.maximum(start, 0)]
    return jnp.where(total > 0, weights / jnp.where(total > 0, total, 1), 0)


def _shuffled(data: Data, live: Live, epoch: Array) -> Array:
    return shuffled_order(live.training.order_seed, epoch, data.counts[0], data.weights.shape[0])


def _stored(data: Data, _live: Live, _epoch: Array) -> Array:
    return jnp.arange(data.weights.shape[0], dtype=jnp.int32)


def _watched(state: TrainState, validation_loss: Array, live: Live) -> TrainState:
    """Early stopping's count: epochs since the validation loss was last a new lowest."""
    better = validation_loss < state.best - live.training.min_delta
    waits = ~better & jnp.isfinite(validation_loss)
    return state._replace(
        best=jnp.where(better, validation_loss, state.best),
        epochs_since_best=jnp.where(waits, state.epochs_since_best + 1, 0),
    )
