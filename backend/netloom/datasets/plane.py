from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task


class Plane(Dataset):
    """TensorFlow Playground's plane: the target is (x + y) / 10 on the square −6..6.

    Noise moves each point by up to 6 · noise a side only while its target is computed.
    """

    type: Literal["plane"] = "plane"
    title: ClassVar[str] = "Plane"
    help: ClassVar[str] = "A tilted plane to fit: a single linear neuron does it exactly."

    @property
    def task(self) -> Task:
        return Task("regression", classes=0, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs = rng.uniform(-6, 6, (count, 2))
        nudge = rng.uniform(-6, 6, (count, 2)) * noise
        return Points(inputs, height(inputs + nudge))


def height(inputs: np.ndarray) -> np.ndarray:
    """(x + y) / 10. inputs: `[points, 2]`."""
    return inputs.sum(1) / 10
