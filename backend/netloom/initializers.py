"""How weights start. Drawn in NumPy: a hundred times faster to start than `jax.random` (docs/adr)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np

InitializerName = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "normal",
    "playground",
    "zeros",
]


class Initializer(NamedTuple):
    """`draw(rng, inputs, units)` gives float32 `[inputs, units]`; biases start at `bias`."""

    title: str
    help: str
    draw: Callable[[np.random.Generator, int, int], np.ndarray]
    bias: float = 0.0


def _uniform(limit: float, rng: np.random.Generator, inputs: int, units: int) -> np.ndarray:
    return rng.uniform(-limit, limit, (inputs, units)).astype(np.float32)


def _normal(deviation: float, rng: np.random.Generator, inputs: int, units: int) -> np.ndarray:
    return (deviation * rng.standard_normal((inputs, units))).astype(np.float32)


def _orthogonal(rng: np.random.Generator, inputs: int, units: int) -> np.ndarray:
    """Saxe et al. 2014: Q of a QR decomposition, signs fixed by R's diagonal so that Q is uniform."""
    tall = rng.standard_normal((max(inputs, units), min(inputs, units)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))
    return (q if inputs >= units else q.T).astype(np.float32)


INITIALIZERS: dict[InitializerName, Initializer] = {
    "glorot_uniform": Initializer(
        "Glorot uniform",
        "Keeps signals the same size forward and backward; for tanh and sigmoid (Glorot & Bengio 2010, eq. 16).",
        lambda rng, i, u: _uniform((6 / (i + u)) ** 0.5, rng, i, u),
    ),
    "glorot_normal": Initializer(
        "Glorot normal",
        "Glorot with normal numbers.",
        lambda rng, i, u: _normal((2 / (i + u)) ** 0.5, rng, i, u),
    ),
    "he_uniform": Initializer(
        "He uniform",
        "Makes up for the half that ReLU cuts away (He et al. 2015).",
        lambda rng, i, u: _uniform((6 / i) ** 0.5, rng, i, u),
    ),
    "he_normal": Initializer(
        "He normal", "He with normal numbers; for ReLU.", lambda rng, i, u: _normal((2 / i) ** 0.5, rng, i, u)
    ),
    "lecun_uniform": Initializer(
        "LeCun uniform",
        "Keeps the forward signal at variance 1 (LeCun et al. 1998).",
        lambda rng, i, u: _uniform((3 / i) ** 0.5, rng, i, u),
    ),
    "lecun_normal": Initializer(
        "LeCun normal",
        "LeCun with normal numbers; for SELU.",
        lambda rng, i, u: _normal((1 / i) ** 0.5, rng, i, u),
    ),
    "orthogonal": Initializer("Orthogonal", "Rotations: no direction is stretched (Saxe et al. 2014).", _orthogonal),
    "normal": Initializer(
        "Normal (σ = 1)", "Plain normal numbers: often too large.", lambda rng, i, u: _normal(1.0, rng, i, u)
    ),
    "playground": Initializer(
        "Uniform ±0.5, bias 0.1",
        "TensorFlow Playground's own start.",
        lambda rng, i, u: _uniform(0.5, rng, i, u),
        bias=0.1,
    ),
    "zeros": Initializer(
        "Zeros",
        "All alike: every neuron of a layer then learns the same thing.",
        lambda rng, i, u: np.zeros((i, u), np.float32),
    ),
}

assert set(INITIALIZERS) == set(get_args(InitializerName))
