"""Activations and their slopes as NumPy functions of the sum `z` (and the value `y` that came of it)."""

from __future__ import annotations

from typing import NamedTuple

from netloom.activations import ActivationName, OutputActivationName


class ActivationSource(NamedTuple):
    """`value` is an expression of z, `slope` one of z and y; both may read `parameter` where there is one.

    Every number is kept float32: NumPy would widen `np.where(z > 0, 1, 0.01)`.
    """

    value: str
    slope: str
    parameter: str = ""


HELPERS: dict[str, str] = {
    "erf": "erf = np.vectorize(math.erf, otypes=[np.float32])",
    "logistic": '''def logistic(z):
    """1 / (1 + exp(-z)), written so that it never overflows."""
    return 0.5 * (np.tanh(0.5 * z) + 1)''',
}

ACTIVATION_SOURCES: dict[ActivationName | OutputActivationName, ActivationSource] = {
    "tanh": ActivationSource("np.tanh(z)", "1 - y * y"),
    "relu": ActivationSource("np.maximum(z, 0)", "(z > 0).astype(np.float32)"),
    "sigmoid": ActivationSource("logistic(z)", "y * (1 - y)"),
    "leaky_relu": ActivationSource(
        "np.where(z > 0, z, slope * z)", "np.where(z > 0, 1, slope).astype(np.float32)", "slope"
    ),
    "elu": ActivationSource(
        "np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))",
        "np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))).astype(np.float32)",
        "alpha",
    ),
    "selu": ActivationSource(
        "1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))",
        "1.0507009873554805 * np.where(z > 0, 1, 1.6732632423543772 * np.exp(np.minimum(z, 0))).astype(np.float32)",
    ),
    "gelu": ActivationSource(
        "z * 0.5 * (1 + erf(z / math.sqrt(2)))",
        "0.5 * (1 + erf(z / math.sqrt(2))) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)",
    ),
    "silu": ActivationSource("z * logistic(z)", "logistic(z) + y * (1 - logistic(z))"),
    "softplus": ActivationSource("np.logaddexp(z, np.float32(0))", "logistic(z)"),
    "mish": ActivationSource(
        "z * np.tanh(np.logaddexp(z, np.float32(0)))",
        "np.tanh(np.logaddexp(z, np.float32(0)))"
        " + z * logistic(z) * (1 - np.tanh(np.logaddexp(z, np.float32(0))) ** 2)",
    ),
    "sine": ActivationSource("np.sin(z)", "np.cos(z)"),
    "step": ActivationSource("(z >= 0).astype(np.float32)", "np.zeros_like(z)"),
}
"""All but linear, which is no function at all, and softmax, whose slope is a matrix."""

SOFTMAX = '''def softmax(z):
    """One probability per class; together they make 1."""
    shares = np.exp(z - z.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)'''


def value_function(name: ActivationName | OutputActivationName) -> str:
    source = ACTIVATION_SOURCES[name]
    return f"def {name}({_arguments('z', source)}):\n    return {source.value}"


def slope_function(name: ActivationName | OutputActivationName) -> str:
    source = ACTIVATION_SOURCES[name]
    return f"def {name}_slope({_arguments('z, y', source)}):\n    return {source.slope}"


def _arguments(first: str, source: ActivationSource) -> str:
    return f"{first}, {source.parameter}" if source.parameter else first
