from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task


class Xor(Dataset):
    """TensorFlow Playground's exclusive or: blue where x and y have the same sign, with a gap of 0.3 at each axis.

    Noise moves each point by up to 5 · noise a side only while it is labeled.
    """

    type: Literal["xor"] = "xor"
    title: ClassVar[str] = "Exclusive or (XOR)"
    help: ClassVar[str] = "Four squares, blue where x and y have the same sign: one neuron cannot do it, a few can."

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs = rng.uniform(-5, 5, (count, 2))
        inputs += np.where(inputs > 0, 0.3, -0.3)
        nudge = rng.uniform(-5, 5, (count, 2)) * noise
        return Points(inputs, same_sign(inputs + nudge), classes=2)


def same_sign(inputs: np.ndarray) -> np.ndarray:
    """1 (blue) where x · y ≥ 0, else 0 (orange). inputs: `[points, 2]`."""
    return (inputs[:, 0] * inputs[:, 1] >= 0).astype(np.float64)
