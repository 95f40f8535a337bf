from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from netloom.datasets.base import Dataset, Points, Task


class Sine(Dataset):
    """y = sin(frequency · x), x uniform on −6..6.

    Noise adds to y a Gaussian whose standard deviation is the noise.
    """

    type: Literal["sine"] = "sine"
    title: ClassVar[str] = "Noisy sine"
    help: ClassVar[str] = "A wave to fit from points beside it: see underfitting, a good fit and overfitting."

    frequency: float = Field(default=1.0, ge=0.1, le=4, title="Frequency", json_schema_extra={"unit": "radians per x"})
    """How fast the wave swings: higher is harder."""

    @property
    def task(self) -> Task:
        return Task("regression", classes=0, inputs=1)

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        x = rng.uniform(-6, 6, count)
        return Points(x[:, None], np.sin(self.frequency * x) + noise * rng.standard_normal(count))
