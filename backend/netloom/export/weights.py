"""A trained network as one safetensors file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from safetensors.numpy import save

from netloom import __version__
from netloom.experiment import Experiment

Arrays = Mapping[str, Mapping[str, np.ndarray]]


def weights_file(experiment: Experiment, parameters: Arrays, states: Arrays | None = None) -> bytes:
    """float32 arrays named `layer.parameter`, with batch norm's running mean and variance among them.

    The document travels in the file's metadata, so that the weights are never without their network.
    """
    arrays = {
        f"{layer}.{name}": np.array(array, np.float32, order="C")
        for group in (parameters, states or {})
        for layer, named in group.items()
        for name, array in named.items()
    }
    return save(arrays, metadata={"netloom": __version__, "experiment": experiment.model_dump_json()})
