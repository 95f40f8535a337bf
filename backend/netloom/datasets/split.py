"""Which points are trained on, watched, and kept for the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from netloom.datasets.base import Points
from netloom.errors import InvalidField

FEWEST_TO_SHARE = 20
"""Fewer free points than this all go to train: four rows of a truth table are no sample to hold back from."""


class Split(NamedTuple):
    """Indices into the points, each array int64 and ascending, so the stored order is the training order."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(points: Points, shares: Sequence[int], rng: np.random.Generator) -> Split:
    """Train, validation and test by `shares`, three whole percents that sum to 100.

    Points with a split of their own (`points.assigned`) go there; the rest is shared out at random, the classes in
    proportion, a rare one first to train. Fewer than 20 points to share all go to train. Sizes are exact to within
    rounding, and train is never empty: InvalidField when every point asks to be elsewhere.
    """
    free = np.arange(len(points.inputs)) if points.assigned is None else np.flatnonzero(points.assigned == -1)
    parts = np.split(_interleaved(points, free, rng), np.cumsum(_sizes(len(free), shares))[:2])
    if points.assigned is not None:
        parts = [np.append(part, np.flatnonzero(points.assigned == which)) for which, part in enumerate(parts)]
    if not len(parts[0]):
        raise InvalidField(path="data.source.items", problem="no point is left to train on; move some to train.")
    return Split(*(np.sort(part) for part in parts))


def _interleaved(points: Points, free: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The free indices in a drawn order in which every stretch holds the classes in proportion."""
    drawn = rng.permutation(free)
    label = points.targets[drawn] if points.classes else np.zeros(len(drawn))
    position = np.empty(len(drawn))
    for each in np.unique(label):
        members = np.flatnonzero(label == each)
        position[members] = np.arange(len(members)) / len(members)
    return drawn[np.argsort(position, kind="stable")]


def _sizes(count: int, shares: Sequence[int]) -> tuple[int, int, int]:
    """How many of `count` each part gets: largest remainder first, and at least one for train."""
    if count < FEWEST_TO_SHARE:
        return count, 0, 0
    exact = [count * share / 100 for share in shares]
    sizes = [int(part) for part in exact]
    by_remainder = sorted(range(3), key=lambda which: sizes[which] - exact[which])
    for which in by_remainder[: count - sum(sizes)]:
        sizes[which] += 1
    train, validation, test = sizes
    if train == 0:
        return 1, validation - (validation >= test), test - (validation < test)
    return train, validation, test
