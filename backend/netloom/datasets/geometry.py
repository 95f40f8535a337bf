"""Shapes that several data sets share."""

from __future__ import annotations

import numpy as np


def on_circle(radius: np.ndarray | float, angle: np.ndarray) -> np.ndarray:
    """`[points, 2]`: places at `radius` from the origin, `angle` in radians clockwise from straight up."""
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def class_sizes(count: int, classes: int) -> list[int]:
    """`count` shared as evenly as whole points allow; the first classes get one more."""
    return [len(part) for part in np.array_split(np.arange(count), classes)]


def spiral_arms(count: int, *, arms: int, turns: float) -> tuple[np.ndarray, np.ndarray]:
    """Places `[count, 2]` and arm numbers `[count]`: each arm leaves the origin and reaches almost radius 5.

    Point i of an arm of n lies at fraction i/n of the radius and of the `turns`, as in TensorFlow Playground.
    """
    sizes = class_sizes(count, arms)
    fraction = np.concatenate([np.arange(size) / (count / arms) for size in sizes])
    arm = np.repeat(np.arange(arms), sizes)
    return on_circle(5 * fraction, turns * 2 * np.pi * fraction + 2 * np.pi * arm / arms), arm
