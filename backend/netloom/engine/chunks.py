"""A stretch of training, kept so that its last update can be looked at and a divergence traced to its update."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from netloom.arrays import jnp, lax
from netloom.engine.advance import EARLY_STOPPED, LOSS_EXPLODED, Advanced, epoch_rows
from netloom.engine.forward import forward
from netloom.engine.objective import row_losses
from netloom.engine.packing import unflatten, unpack
from netloom.engine.prepared import Stage
from netloom.engine.situation import Stop
from netloom.engine.state import PackedCarry, TrainState
from netloom.engine.structure import Structure
from netloom.engine.update import Rows, batch_gradient, row_keys
from netloom.probes.base import LastUpdate
from netloom.protocol.events import Row

ANY_EPOCH = 2**31 - 1


class Facts(NamedTuple):
    """What the host has to know of a stretch of training; `epoch`, `step` and `cursor` are those at its end."""

    row_count: int
    updates: int
    stopped: int
    epoch: int
    step: int
    cursor: int


def facts_of(result: Advanced) -> Facts:
    return Facts(*np.asarray(result.facts).tolist())


class Chunk:
    """Training from `start` on. The state before it is kept, not given away: any update of it can be done again."""

    def __init__(self, stage: Stage, start: PackedCarry) -> None:
        self._stage, self._start = stage, start
        self.facts: Facts
        """Of what was run last."""

    def run(self, updates: int, until_epoch: int) -> Advanced:
        """A tiny network stops at the end of each epoch, whose numbers enter the history."""
        if self._stage.picture.is_tiny:
            until_epoch = min(until_epoch, int(self._start.now.unpacked().epoch) + 1)
        result = self._stage.advance(self._start, updates, until_epoch)
        self.facts = facts_of(result)
        return result

    def last_finite(self, result: Advanced, until_epoch: int) -> tuple[Advanced, Stop]:
        """What there was before the first update that made a number not finite, and the stop that names this update.
        Found by halving: it costs nothing while all is well."""
        if _finite(result.carry):
            return result, Stop("not_finite", f"In epoch {self.facts.epoch} the loss grew beyond all numbers.")
        good, bad = 0, self.facts.updates
        while bad - good > 1:
            middle = (good + bad) // 2
            if _finite(self._stage.advance(self._start, middle, until_epoch).carry):
                good = middle
            else:
                bad = middle
        finite = self.run(good, until_epoch)
        step, epoch = self.facts.step + 1, self.facts.epoch + 1
        sentence = f"At update {step:,} (epoch {epoch:,}) the weights grew beyond all numbers."
        return finite, Stop("not_finite", sentence)

    def last_update(self, now: PackedCarry) -> LastUpdate:
        stage = self._stage
        before = self._start
        if self.facts.updates > 1:
            before = stage.advance(self._start, self.facts.updates - 1, ANY_EPOCH).carry
        followed = stage.program.function("followed", _make_followed)
        gradient, rows, loss = map(np.asarray, followed(before, stage.packed_data, stage.packed_live))
        change = now.now.unpacked().params - before.now.unpacked().params
        structure, shapes = stage.program.structure, stage.picture.shown_shapes
        return LastUpdate(
            unpack(structure, stage.ids, gradient, shapes),
            unpack(structure, stage.ids, change, shapes),
            stage.sampled.order[rows[rows >= 0]],
            float(loss),
        )


def stop_of(result: Advanced, facts: Facts) -> Stop | None:
    epoch = facts.epoch
    match facts.stopped:
        case code if code == EARLY_STOPPED:
            waited = int(result.carry.now.unpacked().epochs_since_best)
            return Stop(
                "early_stopping", f"Stopped at epoch {epoch:,}: the validation loss has not fallen for {waited} epochs."
            )
        case code if code == LOSS_EXPLODED:
            return Stop(
                "exploded", f"In epoch {epoch:,} the loss grew to more than 1,000 times what it was at the start."
            )
        case _:
            return None


def rows_of(before: tuple[int, int, int], result: Advanced, count: int, stage: Stage) -> list[Row]:
    """History rows of the `count` epochs that ended. before: epoch, step and cursor at the start."""
    if not count:
        return []
    epoch, step, cursor = before
    train, batch = stage.sampled.train_count, stage.batch_size
    left, per_epoch = max(0, -(-(train - cursor) // batch)), -(-train // batch)
    numbers = np.asarray(result.rows)[:count].tolist()
    parameters = _parameters_of(stage, result.carry)
    return [_row(epoch + 1 + i, step + left + i * per_epoch, values, parameters) for i, values in enumerate(numbers)]


def start_row(stage: Stage, carry: PackedCarry) -> Row:
    """Epoch 0."""
    looked = stage.advance(carry, 0, 0)
    losses, metrics = looked.measures.losses.tolist(), looked.measures.metrics.tolist()
    return _row(0, 0, [losses[0], losses[1], metrics[0], metrics[1], looked.rate], _parameters_of(stage, carry))


def _parameters_of(stage: Stage, carry: PackedCarry) -> tuple[float | None, ...] | None:
    """Every trained number of a tiny network, in the order of the `parameter` channels."""
    if not stage.picture.is_tiny:
        return None
    found = unpack(stage.program.structure, stage.ids, carry.now.unpacked().params, stage.picture.shown_shapes)
    return tuple(number(value) for names in found.values() for values in names.values() for value in values.ravel())


def _row(epoch: int, step: int, values: list[float], parameters: tuple[float | None, ...] | None) -> Row:
    train_loss, validation_loss, train_metric, validation_metric, rate = (number(value) for value in values)
    return Row(
        epoch=epoch,
        step=step,
        train_loss=train_loss,
        validation_loss=validation_loss,
        train_metric=train_metric,
        validation_metric=validation_metric,
        learning_rate=rate,
        parameters=parameters,
    )


def number(value: float) -> float | None:
    """None where it is not finite."""
    value = float(value)
    return value if np.isfinite(value) else None


def _finite(carry: PackedCarry) -> bool:
    return bool(np.isfinite(carry.now.unpacked().params).all())


def _make_followed(structure: Structure) -> Any:
    """What the next update follows: its gradient, flat; int32 `[batch]`, the rows of the data in its mini-batch, -1
    past its end; and their mean loss, weighted as the update weighs it, without penalties."""

    def followed(carry: PackedCarry, data: Any, live: Any) -> Any:
        state = carry.now.unpacked()
        rows = epoch_rows(structure, data, live, state.epoch, state.cursor)
        numbered = data._replace(inputs=jnp.arange(structure.capacity)[:, None])
        numbers = epoch_rows(structure, numbered, live, state.epoch, state.cursor).inputs[:, 0]
        taken = jnp.arange(structure.batch) < jnp.minimum(live.training.batch_size, rows.used - state.cursor)
        members = jnp.where(taken, lax.dynamic_slice_in_dim(numbers, state.cursor, structure.batch), -1)
        gradient = batch_gradient(structure, state, rows, live)[0]
        return gradient, members, _batch_loss(structure, state, rows, live, taken.astype(jnp.float32))

    return followed


def _batch_loss(structure: Structure, state: TrainState, rows: Rows, live: Any, taken: Any) -> Any:
    inputs, targets, shares = (
        lax.dynamic_slice_in_dim(values, state.cursor, structure.batch)
        for values in (rows.inputs, rows.targets, rows.shares)
    )
    keys = row_keys(structure, state, live)
    passed = forward(structure, unflatten(structure, state.params), state.layers, live, inputs, taken, keys)
    losses = row_losses(passed.sums[-1], targets, live.layers[-1]["activation"], live.training)
    return (jnp.where(taken > 0, shares * losses, 0)).sum()
