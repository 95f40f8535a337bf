"""Data sets. To add one: write its file, and name it here once, at its place in the menu."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from netloom.datasets.base import Dataset, Points, Task
from netloom.datasets.blobs import Blobs
from netloom.datasets.circle import Circle
from netloom.datasets.gauss import Gauss
from netloom.datasets.gauss_regression import GaussRegression
from netloom.datasets.line import Line
from netloom.datasets.moons import Moons
from netloom.datasets.plane import Plane
from netloom.datasets.points import OwnPoints, Point
from netloom.datasets.sine import Sine
from netloom.datasets.spiral import Spiral
from netloom.datasets.spirals import Spirals
from netloom.datasets.xor import Xor
from netloom.datasets.xor_table import XorTable

AnyDataset = Annotated[
    Circle
    | Xor
    | Gauss
    | Spiral
    | Moons
    | Blobs
    | Spirals
    | XorTable
    | Line
    | Sine
    | Plane
    | GaussRegression
    | OwnPoints,
    Field(discriminator="type"),
]

DATASETS: tuple[type[Dataset], ...] = get_args(get_args(AnyDataset)[0])

__all__ = ["DATASETS", "AnyDataset", "Dataset", "OwnPoints", "Point", "Points", "Task"]
