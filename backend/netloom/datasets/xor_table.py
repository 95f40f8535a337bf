from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from netloom.datasets.base import Dataset, Points, Task


class XorTable(Dataset):
    """The truth table of exclusive or: (0, 0) → 0, (0, 1) → 1, (1, 0) → 1, (1, 1) → 0, in this order."""

    type: Literal["xor_table"] = "xor_table"
    title: ClassVar[str] = "XOR truth table"
    help: ClassVar[str] = "The four rows of exclusive or, as in the textbooks: 1 when exactly one input is 1."
    noisy: ClassVar[bool] = False
    sized: ClassVar[bool] = False

    @property
    def task(self) -> Task:
        return Task("classification", classes=2, inputs=2)

    @property
    def window(self) -> tuple[float, float]:
        return -0.5, 1.5

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
        return Points(inputs, np.array([0.0, 1.0, 1.0, 0.0]), classes=2)
