from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task

_TOPS = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
_SIGNS = np.array([1, -1, 1, -1, 1, -1])


class GaussRegression(Dataset):
    """TensorFlow Playground's multi-Gaussian: three hills and three hollows, cones of radius 2, on the square −6..6.

    Noise moves each point by up to 6 · noise a side only while its target is computed.
    """

    type: Literal["gauss_regression"] = "gauss_regression"
    title: ClassVar[str] = "Multi-Gaussian"
    help: ClassVar[str] = "Three hills and three hollows on flat ground: fitting them takes several neurons."

    @property
    def task(self) -> Task:
        return Task("regression", classes=0, inputs=2)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs = rng.uniform(-6, 6, (count, 2))
        nudge = rng.uniform(-6, 6, (count, 2)) * noise
        return Points(inputs, height(inputs + nudge))


def height(inputs: np.ndarray) -> np.ndarray:
    """The height in −1..1 of the nearest cone, 0 further than 2 from all of them. inputs: `[points, 2]`."""
    distances = np.hypot(*(inputs[:, None] - _TOPS).transpose(2, 0, 1))
    nearest = distances.argmin(1)
    return _SIGNS[nearest] * np.maximum(0.0, 1 - distances.min(1) / 2)
