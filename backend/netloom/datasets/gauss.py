from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import class_sizes


class Gauss(Dataset):
    """TensorFlow Playground's two Gaussians: blue around (2, 2), orange around (−2, −2).

    Noise raises the variance of each coordinate from 0.5 (none) to 4 (noise 0.5).
    """

    type: Literal["gauss"] = "gauss"
    title: ClassVar[str] = "Gaussian"
    help: ClassVar[str] = "Two round clouds that one straight line separates: a single neuron is enough."

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        blue, orange = class_sizes(count, 2)
        targets = np.repeat([1.0, 0.0], [blue, orange])
        middle = np.where(targets == 1, 2.0, -2.0)[:, None]
        inputs = middle + np.sqrt(0.5 + 7 * noise) * rng.standard_normal((count, 2))
        return shuffled(Points(inputs, targets, classes=2), rng)
