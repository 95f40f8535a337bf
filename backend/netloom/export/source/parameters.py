"""Initial parameters as NumPy text: the numbers themselves, or for a large network the recipe that draws them."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np

from netloom.engine.initial import initial_params
from netloom.experiment import Experiment
from netloom.export.source.data import parameter_literals
from netloom.export.source.literals import nested
from netloom.initializers import INITIALIZERS, InitializerName
from netloom.layers import Dense, Layer, Output, Shape

MOST_LITERALS = 2000

DRAWS: dict[InitializerName, str] = {
    "glorot_uniform": "uniform(rng, (6 / ({i} + {u})) ** 0.5, {i}, {u})",
    "glorot_normal": "normal(rng, (2 / ({i} + {u})) ** 0.5, {i}, {u})",
    "he_uniform": "uniform(rng, (6 / {i}) ** 0.5, {i}, {u})",
    "he_normal": "normal(rng, (2 / {i}) ** 0.5, {i}, {u})",
    "lecun_uniform": "uniform(rng, (3 / {i}) ** 0.5, {i}, {u})",
    "lecun_normal": "normal(rng, (1 / {i}) ** 0.5, {i}, {u})",
    "orthogonal": "orthogonal(rng, {i}, {u})",
    "normal": "normal(rng, 1.0, {i}, {u})",
    "playground": "uniform(rng, 0.5, {i}, {u})",
    "zeros": "np.zeros(({i}, {u}))",
}

DRAWERS = {
    "uniform": """def uniform(rng, limit, inputs, units):
    return rng.uniform(-limit, limit, (inputs, units))""",
    "normal": """def normal(rng, deviation, inputs, units):
    return deviation * rng.standard_normal((inputs, units))""",
    "orthogonal": '''def orthogonal(rng, inputs, units):
    """A random rotation (Saxe et al. 2014)."""
    q, r = np.linalg.qr(rng.standard_normal((max(inputs, units), min(inputs, units))))
    q = q * np.sign(np.diag(r))
    return q if inputs >= units else q.T''',
}


def parameters_text(experiment: Experiment) -> str:
    shapes = experiment.network.input_shapes(len(experiment.data.features))
    arrays = {
        f"{layer}.{name}": array
        for layer, named in initial_params(experiment).items()
        for name, array in named.items()
        if name != "bias" or experiment.network.layer(layer).bias  # pyright: ignore[reportAttributeAccessIssue]
    }
    arrays |= _states(experiment, shapes)
    if sum(array.size for array in arrays.values()) <= MOST_LITERALS:
        return parameter_literals(arrays)
    return _recipe(experiment, arrays)


def _states(experiment: Experiment, shapes: Mapping[str, tuple[Shape, ...]]) -> dict[str, np.ndarray]:
    """Batch norm's running mean and variance."""
    return {
        f"{layer.id}.{name}": array
        for layer in experiment.network.in_order()
        for name, array in layer.initial_state(*shapes[layer.id]).items()
    }


def _recipe(experiment: Experiment, arrays: Mapping[str, np.ndarray]) -> str:
    lines = ["p = {}"]
    for layer in experiment.network.in_order():
        mine = {name: array for name, array in arrays.items() if name.startswith(layer.id + ".")}
        if isinstance(layer, Dense | Output):
            lines.append(f"rng = np.random.default_rng([{experiment.seeds.weights}, {crc32(layer.id.encode())}, 0])")
        lines += [f'p["{name}"] = {_value(layer, name, array)}' for name, array in mine.items()]
    used = [text for name, text in DRAWERS.items() if any(f" {name}(" in line for line in lines)]
    body = "\n".join(f"    {line}" for line in lines)
    last = "    return {name: np.asarray(values, np.float32) for name, values in p.items()}"
    return "\n\n\n".join([*used, f"def initial_parameters():\n{body}\n{last}"])


def _value(layer: Layer, name: str, array: np.ndarray) -> str:
    if name.endswith(".weight") and getattr(getattr(layer, "initial", None), "weight", None) is None:
        rule: InitializerName = layer.initializer  # pyright: ignore[reportAttributeAccessIssue]
        return DRAWS[rule].format(i=array.shape[0], u=array.shape[1])
    if array.ndim == 1 and np.all(array == array[0]):
        return f"np.full({len(array)}, {nested(array[0])})"
    return nested(array)


assert set(DRAWS) == set(INITIALIZERS)
