"""The engine on a network of MNIST's shape. A document has at most 16 inputs, so its structure is written out here."""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np

from netloom.engine.data import Data
from netloom.engine.device import find_device
from netloom.engine.live import Live, live_of
from netloom.engine.packed import pack_tree
from netloom.engine.packing import flat_size, pack, pack_states
from netloom.engine.program import program_for
from netloom.engine.state import PackedCarry, fresh_state
from netloom.engine.structure import structure_of
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from tasks import Digits


def train_digits(task: Digits) -> Callable[[int], None]:
    """Trains that many epochs more, each measured as it ends."""
    device, program = find_device("cpu"), program_for(task.structure)
    data = jax.device_put(pack_tree(_data(task)), device)
    live = jax.device_put(pack_tree(_live(task)), device)
    ids = ["input", "hidden1", "output"]
    named = dict(zip(ids[1:], task.first_weights(), strict=True))
    weights = {name: {"weight": weight, "bias": bias} for name, (weight, bias) in named.items()}
    state = fresh_state(pack(task.structure, ids, {"input": {}, **weights}), pack_states(task.structure, ids, {}))
    state = state._replace(start_loss=np.float32(10))
    carry = jax.device_put(PackedCarry(pack_tree(state), pack_tree(state)), device)

    def train(epochs: int) -> None:
        nonlocal carry
        until = int(carry.now.unpacked().epoch) + epochs
        carry = program.advance(carry, data, live, np.array([2**31 - 1, until], np.int32)).carry
        jax.block_until_ready(carry)

    return train


def _data(task: Digits) -> Data:
    structure, (features, classes) = task.structure, task.arrays
    spare = structure.capacity - task.points
    parts = np.zeros((3, structure.capacity), np.bool_)
    parts[0, : task.points] = True
    return Data(
        inputs=np.pad(features, ((0, spare), (0, 0))),
        targets=np.pad(np.eye(structure.outputs, dtype=np.float32)[classes], ((0, spare), (0, 0))),
        classes=np.pad(classes, (0, spare)).astype(np.int32),
        values=np.zeros(structure.capacity, np.float32),
        weights=np.pad(np.ones(task.points, np.float32), (0, spare)),
        counts=np.array([task.points, 0, 0], np.int32),
        parts=parts,
        spreads=np.full(3, np.nan, np.float32),
    )


def _live(task: Digits) -> Live:
    """Of the nearest document, with as many inputs as there are."""
    hidden = Dense(id="hidden1", units=task.hidden[0], activation="relu")
    document = Experiment.model_validate(
        {
            "data": {"source": {"type": "blobs", "classes": 6}},
            "network": chain(Input(), hidden, Output(units=6, activation="softmax")),
            "training": {
                "learning_rate": task.rate,
                "batch_size": task.batch,
                "optimizer": {"type": "adam"},
                "loss": {"type": "categorical_cross_entropy"},
            },
        }
    )
    live = live_of(document, structure_of(document, points=task.points, train=task.points), train=task.points)
    source, dense, output = live.layers
    counts = {"units": np.int32(task.sizes[0]), "inputs": np.int32(task.sizes[0])}
    layers = (
        {**source, **counts},
        {**dense, "inputs": np.int32(task.sizes[0])},
        {**output, "units": np.int32(task.sizes[-1])},
    )
    every = np.ones(flat_size(task.structure), np.float32)
    return live._replace(layers=layers, trainable=every, decays=0 * every)
