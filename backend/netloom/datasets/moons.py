from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import class_sizes


class Moons(Dataset):
    """Two half circles of radius 3 that reach into each other (scikit-learn's `make_moons`, three times as large).

    Places along the arcs are uniform. Noise adds a Gaussian with a standard deviation of 2 · noise.
    """

    type: Literal["moons"] = "moons"
    title: ClassVar[str] = "Two moons"
    help: ClassVar[str] = "Two interlocking half circles: a straight line does well, a curved one does it all."

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        targets = np.repeat([0.0, 1.0], class_sizes(count, 2))
        angle = rng.uniform(0, np.pi, count)
        upper = np.column_stack([3 * np.cos(angle) - 1.5, 3 * np.sin(angle) - 0.75])
        inputs = np.where(targets[:, None] == 0, upper, -upper)
        inputs = inputs + 2 * noise * rng.standard_normal((count, 2))
        return shuffled(Points(inputs, targets, classes=2), rng)
