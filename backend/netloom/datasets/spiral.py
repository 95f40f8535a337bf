from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import spiral_arms


class Spiral(Dataset):
    """TensorFlow Playground's spiral: two arms of 1.75 turns, evenly spaced along their radius, the first one blue.

    Without noise the places do not depend on the seed. Noise moves each coordinate by up to ± noise.
    """

    type: Literal["spiral"] = "spiral"
    title: ClassVar[str] = "Spiral"
    help: ClassVar[str] = "Two arms wound into each other: the hardest of the four, and worth more neurons."

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs, arm = spiral_arms(count, arms=2, turns=1.75)
        inputs = inputs + rng.uniform(-1, 1, (count, 2)) * noise
        return shuffled(Points(inputs, 1.0 - arm, classes=2), rng)
