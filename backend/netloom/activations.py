"""Activations by name: what the page offers, and the formula of each.

`slope` is leaky ReLU's, `alpha` is ELU's; the others ignore both.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from netloom.arrays import jax, jnp, lax

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


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _softplus(z: Array) -> Array:
    """log(1 + exp(z)), which does not overflow."""
    return jnp.where(z > 0, z, 0) + jnp.log1p(jnp.exp(jnp.where(z > 0, -z, z)))


def _expm1_below_zero(z: Array) -> Array:
    """0 above it."""
    return jnp.expm1(jnp.where(z > 0, 0, z))


def _mish(z: Array) -> Array:
    """z · tanh(softplus(z)) as a fraction in exp(z), which is 1 within float32 from z = 9 on."""
    power = jnp.exp(jnp.where(z > 9, 9, z))
    part = power * (power + 2)
    return z * part / (part + 2)


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
        lambda z, slope, alpha: jnp.where(z > 0, z, alpha * _expm1_below_zero(z)),
    ),
    "selu": Activation(
        "SELU",
        "A scaled ELU that keeps mean 0 and variance 1 through deep chains (Klambauer et al. 2017).",
        lambda z, slope, alpha: SELU_SCALE * jnp.where(z > 0, z, SELU_ALPHA * _expm1_below_zero(z)),
    ),
    "gelu": Activation(
        "GELU",
        "The sum times the chance that a normal number lies below it (Hendrycks & Gimpel 2016, exact form).",
        lambda z, slope, alpha: 0.5 * z * (1 + lax.erf(z * math.sqrt(0.5))),
    ),
    "silu": Activation("SiLU", "The sum times its sigmoid; also called Swish.", lambda z, slope, alpha: jax.nn.silu(z)),
    "softplus": Activation("Softplus", "A smooth ReLU.", lambda z, slope, alpha: _softplus(z), 0),
    "mish": Activation("Mish", "The sum times tanh of its softplus.", lambda z, slope, alpha: _mish(z)),
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


class OutputRule(NamedTuple):
    """`value(z)` is the output of the sums z `[outputs]`; `logit(z)` is what losses on logits take instead, put so that
    sigmoid(logit) is the probability. `low`/`high` bound the output; above `level` one output means class 1."""

    value: Callable[[Array], Array]
    logit: Callable[[Array], Array]
    level: float = 0.0
    low: float = -math.inf
    high: float = math.inf


def _late(name: str) -> Callable[[Array], Array]:
    """`jax.nn`'s function of that name, looked up when it is called: declaring it must not import JAX."""

    def value(z: Array) -> Array:
        return getattr(jax.nn, name)(z)

    return value


OUTPUT_RULES: dict[OutputActivationName, OutputRule] = {
    "sigmoid": OutputRule(_late("sigmoid"), lambda z: z, 0.5, 0, 1),
    "softmax": OutputRule(_late("softmax"), lambda z: z, 0.5, 0, 1),
    "tanh": OutputRule(_late("tanh"), lambda z: 2 * z, 0.0, -1, 1),
    "linear": OutputRule(lambda z: z, lambda z: z),
    "relu": OutputRule(_late("relu"), _late("relu"), 0.0, 0),
}
"""In the order of the engine's `lax.switch`."""

DEFAULT_SLOPE = 0.01
DEFAULT_ALPHA = 1.0
"""For layers whose activation has no settings of its own."""

assert set(ACTIVATIONS) == set(get_args(ActivationName))
assert list(OUTPUT_RULES) == list(OUTPUT_ACTIVATIONS) == list(get_args(OutputActivationName))


def activation_index(name: str) -> int:
    return list(ACTIVATIONS).index(name)  # type: ignore[arg-type]


def output_activation_index(name: str) -> int:
    return list(OUTPUT_RULES).index(name)  # type: ignore[arg-type]


def activate(index: Array, z: Array, slope: Array | float, alpha: Array | float) -> Array:
    """The activation number `index` of the list, chosen while the program runs."""
    return _activate()(index, z, slope, alpha)


def activate_output(index: Array, z: Array) -> Array:
    """The output activation number `index`: z `[outputs]` -> outputs."""
    return lax.switch(index, [rule.value for rule in OUTPUT_RULES.values()], z)


@functools.cache
def _activate() -> Callable[..., Array]:
    """Value and slope come from one switch while training, as they have most of their work in common; autodiff through
    a switch would keep every branch's intermediate values."""
    values = [activation.value for activation in ACTIVATIONS.values()]
    with_slopes = [_with_slope(value) for value in values]

    @jax.custom_vjp
    def chosen(index: Array, z: Array, slope: Array, alpha: Array) -> Array:
        return lax.switch(index, values, z, slope, alpha)

    def forward(index: Array, z: Array, slope: Array, alpha: Array) -> tuple[Array, Array]:
        return lax.switch(index, with_slopes, z, slope, alpha)

    def backward(slopes: Array, gradient: Array) -> tuple[None, Array, None, None]:
        return None, slopes * gradient, None, None

    chosen.defvjp(forward, backward)
    return chosen


def _with_slope(value: Callable[..., Array]) -> Callable[..., tuple[Array, Array]]:
    def value_and_slope(z: Array, slope: Array, alpha: Array) -> tuple[Array, Array]:
        return jax.jvp(lambda z: value(z, slope, alpha), (z,), (jnp.ones_like(z),))

    return value_and_slope
