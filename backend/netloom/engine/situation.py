"""Where a run stands: all that makes it go on, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from netloom.engine.history import History
from netloom.engine.state import Carry
from netloom.experiment import Experiment
from netloom.protocol.events import Mark


class Stop(NamedTuple):
    """Why a run stopped by itself; `message` is one sentence for the learner."""

    reason: Literal["epoch_limit", "early_stopping", "exploded", "not_finite"]
    message: str

    @property
    def diverged(self) -> bool:
        return self.reason in {"exploded", "not_finite"}


@dataclass(frozen=True)
class Situation:
    """A moment that can be gone back to, and what a checkpoint holds. carry: NumPy, on this machine's memory; history:
    nobody adds to it."""

    experiment: Experiment
    carry: Carry
    history: History
    marks: tuple[Mark, ...]
    stopped: Stop | None
