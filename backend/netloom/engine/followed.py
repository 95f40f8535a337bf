"""What an update follows, done again for a closer look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from netloom.arrays import jnp, lax
from netloom.engine.advance import epoch_rows
from netloom.engine.forward import forward
from netloom.engine.objective import row_losses
from netloom.engine.packed import Packed
from netloom.engine.packing import unflatten
from netloom.engine.program import Program
from netloom.engine.state import PackedCarry, TrainState
from netloom.engine.structure import Structure
from netloom.engine.update import Rows, batch_gradient, row_keys


def followed(
    program: Program, carry: PackedCarry, data: Packed, live: Packed
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the next update follows: its gradient, flat; int32 `[batch]`, the rows of the data in its mini-batch, -1
    past its end; and their mean loss, weighted as the update weighs it, without penalties."""
    gradient, rows, loss = program.function("followed", _make_followed)(carry, data, live)
    return np.asarray(gradient), np.asarray(rows), np.asarray(loss)


def _make_followed(structure: Structure) -> Callable[..., Any]:
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
