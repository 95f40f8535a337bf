"""Activations by name: what the page offers, and the formula of each.

`slope` is leaky ReLU's, `alpha` is ELU's; the others ignore both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from netloom.arrays import jax, jnp

if TYPE_CHECKING:
    from jax import Array

ActivationName = Literal[
    "linear", "tanh", "relu", "sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "mish", "sine", "step"
]
OutputActivationName = Literal["sigmoid", "softmax", "tanh", "linear", "relu"]


class Activation(NamedTuple):
    """`value(z, slope, alpha)` works elementwise on any shape. `low`/`high` bound the output."""

    title: str
    help: str
    value: Callable[[Array, Array | float, Array | float], Array]
    low: float = -math.inf
    high: float = math.inf


ACTIVATIONS: dict[ActivationName, Activation] = {
    "linear": Activation("Linear", "Passes the sum on unchanged.", lambda z, slope, alpha: z),
    "tanh": Activation("Tanh", "Squeezes the sum into −1…1.", lambda z, slope, alpha: jnp.tanh(z), -1, 1),
    "relu": Activation(
        "ReLU", "Keeps positive sums, turns negative ones to 0.", lambda z, slope, alpha: jax.nn.relu(z), 0
    ),
    "sigmoid": Activation("Sigmoid", "Squeezes the sum into 0…1.", lambda z, slope, alpha: jax.nn.sigmoid(z), 0, 1),
    "leaky_relu": Activation(
        "Leaky ReLU",
        "Like ReLU, but lets a little of the negative side through, so that it cannot die.",
        lambda z, slope, alpha: jnp.where(z > 0, z, slope * z),
    ),
    "elu": Activation(
        "ELU",
        "Like ReLU with a smooth negative side that ends at −α.",
        lambda z, slope, alpha: jnp.where(z > 0, z, alpha * jnp.expm1(jnp.minimum(z, 0))),
    ),
    "selu": Activation(
        "SELU",
        "A scaled ELU that keeps mean 0 and variance 1 through deep chains (Klambauer et al. 2017).",
        lambda z, slope, alpha: jax.nn.selu(z),
    ),
    "gelu": Activation(
        "GELU",
        "The sum times the chance that a normal number lies below it (Hendrycks & Gimpel 2016, exact form).",
        lambda z, slope, alpha: jax.nn.gelu(z, approximate=False),
    ),
    "silu": Activation("SiLU", "The sum times its sigmoid; also called Swish.", lambda z, slope, alpha: jax.nn.silu(z)),
    "softplus": Activation("Softplus", "A smooth ReLU.", lambda z, slope, alpha: jax.nn.softplus(z), 0),
    "mish": Activation("Mish", "The sum times tanh of its softplus.", lambda z, slope, alpha: jax.nn.mish(z)),
    "sine": Activation("Sine", "A wave; fits repeating patterns.", lambda z, slope, alpha: jnp.sin(z), -1, 1),
    "step": Activation(
        "Step",
        "Rosenblatt's: 1 from zero on, else 0. It has no slope, so nothing below it can learn by gradient descent.",
        lambda z, slope, alpha: (z >= 0).astype(z.dtype),
        0,
        1,
    ),
}
"""In the order the page lists them; also the order of the engine's `lax.switch`."""

OUTPUT_ACTIVATIONS: dict[OutputActivationName, str] = {
    "sigmoid": "One probability, 0…1.",
    "softmax": "One probability per class; together they make 1.",
    "tanh": "−1…1: orange at one end, blue at the other.",
    "linear": "Any number: for regression.",
    "relu": "Zero or more.",
}

assert set(ACTIVATIONS) == set(get_args(ActivationName))
