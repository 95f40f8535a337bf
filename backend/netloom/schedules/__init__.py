"""How the learning rate changes while training, in the order of the list on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netloom.schedules.base import SCHEDULE_PARAMETERS, Schedule
from netloom.schedules.constant import Constant
from netloom.schedules.cosine import Cosine
from netloom.schedules.exponential import Exponential
from netloom.schedules.step import Step
from netloom.schedules.warmup import Warmup

SCHEDULES: tuple[type[Schedule], ...] = (Constant, Step, Exponential, Cosine, Warmup)
"""Also the order of the engine's `lax.switch`."""

AnySchedule = Annotated[Constant | Step | Exponential | Cosine | Warmup, Field(discriminator="type")]

__all__ = [
    "SCHEDULES",
    "SCHEDULE_PARAMETERS",
    "AnySchedule",
    "Constant",
    "Cosine",
    "Exponential",
    "Schedule",
    "Step",
    "Warmup",
]
