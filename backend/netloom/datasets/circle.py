from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task, shuffled
from netloom.datasets.geometry import class_sizes, on_circle


class Circle(Dataset):
    """TensorFlow Playground's circle: blue within 2.5 of the middle, orange from 3.5 to 5.

    Radius and angle are uniform. Noise moves each point by up to 5 · noise a side only while it is labeled,
    so points keep their places and those near the rim change color.
    """

    type: Literal["circle"] = "circle"
    title: ClassVar[str] = "Circle"
    help: ClassVar[str] = "A blue disk inside an orange ring: no straight line separates them."

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        disk, ring = class_sizes(count, 2)
        radius = np.concatenate([rng.uniform(0, 2.5, disk), rng.uniform(3.5, 5, ring)])
        inputs = on_circle(radius, rng.uniform(0, 2 * np.pi, count))
        nudge = rng.uniform(-5, 5, (count, 2)) * noise
        return shuffled(Points(inputs, inside(inputs + nudge), classes=2), rng)


def inside(inputs: np.ndarray) -> np.ndarray:
    """1 (blue) nearer than 2.5 to the origin, else 0 (orange). inputs: `[points, 2]`."""
    return (np.hypot(inputs[:, 0], inputs[:, 1]) < 2.5).astype(np.float64)
