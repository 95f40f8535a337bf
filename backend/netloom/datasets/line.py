from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from netloom.datasets.base import Dataset, Points, Task


class Line(Dataset):
    """Exact points of y = slope · x + intercept at x = start, start + 1, … stop, in this order."""

    type: Literal["line"] = "line"
    title: ClassVar[str] = "Line"
    help: ClassVar[str] = "A few exact points of a straight line, y = 2x by default: one linear neuron learns it."
    noisy: ClassVar[bool] = False
    sized: ClassVar[bool] = False

    slope: float = Field(default=2.0, ge=-100, le=100, title="Slope")
    """How much y grows when x grows by 1: the weight to be learned."""
    intercept: float = Field(default=0.0, ge=-100, le=100, title="Intercept")
    """The value of y at x = 0: the bias to be learned."""
    start: int = Field(default=1, ge=-100, le=100, title="First x")
    """The smallest x."""
    stop: int = Field(default=4, ge=-100, le=100, title="Last x")
    """The largest x."""

    @model_validator(mode="after")
    def _starts_before_it_stops(self) -> Line:
        if self.start > self.stop:
            raise ValueError(f"the first x ({self.start}) must not be larger than the last x ({self.stop})")
        return self

    @property
    def task(self) -> Task:
        return Task("regression", classes=0, inputs=1)

    @property
    def window(self) -> tuple[float, float]:
        return self.start - 1.0, self.stop + 1.0

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        x = np.arange(self.start, self.stop + 1, dtype=np.float64)
        return Points(x[:, None], self.slope * x + self.intercept)
