"""A run as a pytree: saving it is saving the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netloom.engine.packed import Packed

if TYPE_CHECKING:
    from jax import Array


class TrainState(NamedTuple):
    """`params`, `first`, `second`: float32 flat (`packing.py`); the others scalars unless said.

    `layers`: each layer's own state; `cursor`: points of the present epoch that have been used; `step`: updates since
    epoch 0; `moments_step`: updates since the moments were empty, which Adam's correction counts; `best` and
    `epochs_since_best`: early stopping's; `start_loss`: the training loss at epoch 0.
    """

    params: Array | Any
    first: Array | Any
    second: Array | Any
    layers: tuple[dict[str, Any], ...]
    epoch: Array | Any
    cursor: Array | Any
    step: Array | Any
    moments_step: Array | Any
    best: Array | Any
    epochs_since_best: Array | Any
    start_loss: Array | Any


class Carry(NamedTuple):
    """`now`, and `safe`: the end of the last epoch whose training loss was at most twice that of epoch 0. It is what a
    diverged run can go back to; kept on the device at every epoch, it depends on nothing but the run itself."""

    now: TrainState
    safe: TrainState


class PackedCarry(NamedTuple):
    """A `Carry` as programs take it and give it back."""

    now: Packed
    safe: Packed


def fresh_state(params: np.ndarray, layers: tuple[dict[str, Any], ...]) -> TrainState:
    """Epoch 0. `start_loss` is unknown until it has been measured."""
    return TrainState(
        params=params,
        first=np.zeros_like(params),
        second=np.zeros_like(params),
        layers=layers,
        epoch=np.int32(0),
        cursor=np.int32(0),
        step=np.int32(0),
        moments_step=np.int32(0),
        best=np.float32(np.inf),
        epochs_since_best=np.int32(0),
        start_loss=np.float32(np.inf),
    )
