"""The start of a run: drawn in NumPy, so that a new run waits for no compiler."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from netloom.engine.packing import Named, pack, pack_states
from netloom.engine.state import TrainState, fresh_state
from netloom.engine.structure import Structure
from netloom.experiment import Experiment


def initial_params(experiment: Experiment) -> Named:
    """Unpadded. Each layer draws from a generator of its own, so adding one changes no other."""
    inputs = experiment.network.input_shapes(len(experiment.data.features))
    return {
        layer.id: layer.initial_params(generator(experiment, layer.id), *inputs[layer.id])
        for layer in experiment.network.in_order()
    }


def initial_state(experiment: Experiment, structure: Structure) -> TrainState:
    ids = [layer.id for layer in experiment.network.in_order()]
    return fresh_state(pack(structure, ids, initial_params(experiment)), pack_states(structure, ids, {}))


def generator(experiment: Experiment, layer_id: str, revision: int = 0) -> np.random.Generator:
    """For the weights of a layer; with a `revision`, for what an edit of that number adds to it."""
    return np.random.default_rng([experiment.seeds.weights, crc32(layer_id.encode()), revision])
