from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import class_sizes, on_circle


class Blobs(Dataset):
    """Round Gaussian clouds, their middles evenly spaced on a circle of radius 4, the first one at the top.

    Noise raises the standard deviation of each coordinate from 0.5 (none) to 1.5 (noise 0.5).
    """

    type: Literal["blobs"] = "blobs"
    title: ClassVar[str] = "Blobs"
    help: ClassVar[str] = "Two to six round clouds in a ring: the plainest case of several classes."

    classes: int = Field(default=3, ge=2, le=6, title="Classes")
    """How many clouds there are, each a class of its own."""

    @property
    def task(self) -> Task:
        return Task("classification", classes=self.classes, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        targets = np.repeat(np.arange(self.classes, dtype=np.float64), class_sizes(count, self.classes))
        middles = on_circle(4, 2 * np.pi * targets / self.classes)
        inputs = middles + (0.5 + 2 * noise) * rng.standard_normal((count, 2))
        return shuffled(Points(inputs, targets, classes=self.classes), rng)
