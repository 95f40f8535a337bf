"""Numbers as text that reads back to the very same float32."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

WIDTH = 112


def number(value: float | np.floating) -> str:
    """The shortest text of a float32: 0.3 and not 0.30000001192092896."""
    text = np.format_float_positional(np.float32(value), unique=True, trim="-")
    return text if len(text) < 16 else np.format_float_scientific(np.float32(value), unique=True, trim="-")


def exact(value: float) -> str:
    """A float64 in full; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def nested(array: np.ndarray) -> str:
    """`[[0.1, 0.2], [0.3, 0.4]]`"""
    if array.ndim == 0:
        return number(float(array))
    return "[" + ", ".join(nested(part) for part in array) + "]"


def block(items: Sequence[str], indent: int = 4) -> str:
    """Items separated by commas, as many on a line as fit."""
    wrapped = textwrap.wrap(
        ",\0".join(item.replace(" ", "\1") for item in items).replace("\0", " "),
        width=WIDTH - indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(" " * indent + line.replace("\1", " ") for line in wrapped) + ","
