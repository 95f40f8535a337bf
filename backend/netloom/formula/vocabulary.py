"""Every name that a formula may use, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

CONSTANTS = MappingProxyType({"pi": math.pi, "e": math.e})


class Function(NamedTuple):
    """A function of a formula. `source` is the same in NumPy code, with {} for each argument."""

    apply: Callable[..., np.ndarray]
    source: str
    arguments: int = 1


FUNCTIONS = MappingProxyType(
    {
        "sin": Function(np.sin, "np.sin({})"),
        "cos": Function(np.cos, "np.cos({})"),
        "tan": Function(np.tan, "np.tan({})"),
        "tanh": Function(np.tanh, "np.tanh({})"),
        "exp": Function(np.exp, "np.exp({})"),
        "log": Function(np.log, "np.log({})"),
        "sqrt": Function(np.sqrt, "np.sqrt({})"),
        "abs": Function(np.abs, "np.abs({})"),
        "min": Function(np.minimum, "np.minimum({}, {})", arguments=2),
        "max": Function(np.maximum, "np.maximum({}, {})", arguments=2),
        "sign": Function(np.sign, "np.sign({})"),
        # By way of tanh, which cannot overflow.
        "sigmoid": Function(lambda z: 0.5 + 0.5 * np.tanh(0.5 * z), "(0.5 + 0.5 * np.tanh(0.5 * {}))"),
    }
)

ALIASES = MappingProxyType({"ln": "log", "π": "pi", "√": "sqrt", "σ": "sigmoid"})
"""Other spellings that learners use."""
