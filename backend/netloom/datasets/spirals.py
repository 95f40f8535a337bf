from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import spiral_arms


class Spirals(Dataset):
    """TensorFlow Playground's spiral with any number of arms, each a class of its own.

    Without noise the places do not depend on the seed. Noise moves each coordinate by up to ± noise.
    """

    type: Literal["spirals"] = "spirals"
    title: ClassVar[str] = "Spirals"
    help: ClassVar[str] = "Two to six arms wound into each other: hard, with as many classes as arms."

    arms: int = Field(default=3, ge=2, le=6, title="Arms")
    """How many arms there are, each a class of its own."""
    turns: float = Field(default=1.0, ge=0.25, le=3, title="Turns")
    """How often each arm winds around the middle: more turns are harder."""

    @property
    def task(self) -> Task:
        return Task("classification", classes=self.arms, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs, arm = spiral_arms(count, arms=self.arms, turns=self.turns)
        inputs = inputs + rng.uniform(-1, 1, (count, 2)) * noise
        return shuffled(Points(inputs, arm.astype(np.float64), classes=self.arms), rng)
