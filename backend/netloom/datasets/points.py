from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from netloom.datasets.base import Dataset, Points, Task
from netloom.errors import InvalidField
from netloom.record import Record

SPLITS = ("train", "validation", "test")
_Coordinate = Annotated[float, Field(ge=-1000, le=1000)]


class Point(Record):
    """One point that the learner set."""

    x: tuple[_Coordinate] | tuple[_Coordinate, _Coordinate] = Field(title="Inputs")
    """Its inputs: x, or x and y."""
    target: float = Field(ge=-1e6, le=1e6, title="Target")
    """What the network should answer: the class, counted from 0, or a value."""
    split: Literal["train", "validation", "test"] | None = Field(
        default=None, title="Split", exclude_if=lambda split: split is None
    )
    """The part of the data that it belongs to; without one, the shares decide."""


class OwnPoints(Dataset):
    """The learner's own points, in the order in which they were set. Equal points may occur more than once."""

    type: Literal["points"] = "points"
    title: ClassVar[str] = "Own points"
    help: ClassVar[str] = "Points that you set yourself, by click, by brush or by number."
    noisy: ClassVar[bool] = False
    sized: ClassVar[bool] = False

    kind: Literal["classification", "regression"] = Field(default="classification", title="Task")
    """Whether targets are classes or values."""
    classes: int = Field(default=2, ge=2, le=6, title="Classes")
    """How many classes there are to choose from; regression ignores it."""
    inputs: Literal[1, 2] = Field(default=2, title="Inputs")
    """Whether a point has x alone, or x and y."""
    items: tuple[Point, ...] = Field(default=(), max_length=5000, title="Points")
    """The points, at most 5,000."""

    @model_validator(mode="after")
    def _points_fit_the_task(self) -> OwnPoints:
        for number, point in enumerate(self.items, start=1):
            if problem := self._misfit(point):
                raise ValueError(f"point {number} {problem}")
        return self

    def _misfit(self, point: Point) -> str | None:
        if len(point.x) != self.inputs:
            return f"has {len(point.x)} input(s), where this data set has {self.inputs}"
        if self.kind == "classification" and point.target not in range(self.classes):
            return f"is of class {point.target:g}, where the classes are 0 to {self.classes - 1}"
        return None

    @property
    def task(self) -> Task:
        return Task(self.kind, classes=self.classes if self.kind == "classification" else 0, inputs=self.inputs)

    @property
    def window(self) -> tuple[float, float]:
        furthest = max((abs(value) for point in self.items for value in point.x), default=0.0)
        reach = max(6.0, 1.1 * furthest)
        return -reach, reach

    def sample(self, rng: np.random.Generator, *, count: int, noise: float) -> Points:
        """The points as they are. InvalidField when there is none yet."""
        if not self.items:
            raise InvalidField(path="data.source.items", problem="there are no points yet; draw some to train on.")
        return Points(
            inputs=np.array([point.x for point in self.items], dtype=np.float64),
            targets=np.array([point.target for point in self.items], dtype=np.float64),
            classes=self.task.classes,
            assigned=self._assigned(),
        )

    def _assigned(self) -> np.ndarray | None:
        if all(point.split is None for point in self.items):
            return None
        return np.array([-1 if point.split is None else SPLITS.index(point.split) for point in self.items], np.int8)
