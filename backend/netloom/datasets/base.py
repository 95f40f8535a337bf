"""What every data set is."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np

from netloom.record import Record


class Task(NamedTuple):
    """What there is to learn. `classes` is 0 for regression; `inputs` is 1 (x) or 2 (x, y)."""

    kind: Literal["classification", "regression"]
    classes: int
    inputs: int


class Points(NamedTuple):
    """inputs: float64 `[points, inputs]`, x and y mostly within −6..6; targets: float64 `[points]`, class ids
    0, 1, … or values; classes: 0 for regression; assigned: int8 `[points]`, the split that a point asks for
    (0 train, 1 validation, 2 test, −1 any), or None when no point asks."""

    inputs: np.ndarray
    targets: np.ndarray
    classes: int = 0
    assigned: np.ndarray | None = None


class Dataset(Record):
    """A rule that makes points. Equal generators, counts and noise give equal points.

    Noise is drawn even where it is 0, so the same generator keeps a point in its place while the noise is raised.
    """

    title: ClassVar[str]
    help: ClassVar[str]
    noisy: ClassVar[bool] = True
    """Whether `noise` changes anything (else the page shows no such control)."""
    sized: ClassVar[bool] = True
    """Whether `count` changes anything."""

    @property
    def task(self) -> Task:
        raise NotImplementedError

    @property
    def window(self) -> tuple[float, float]:
        """The lowest and highest input that pictures show, the same for x and y."""
        return -6.0, 6.0

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        """`count` points with `noise` in 0..0.5 (a half is the most that the slider offers)."""
        raise NotImplementedError


def shuffled(points: Points, rng: np.random.Generator) -> Points:
    """The same points in a drawn order, so that a mini-batch meets every class even when training never shuffles."""
    order = rng.permutation(len(points.inputs))
    return points._replace(inputs=points.inputs[order], targets=points.targets[order])
