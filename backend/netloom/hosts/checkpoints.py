"""When a run is saved: what would be lost with its engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netloom.engine.run import Run

EVERY_SECS = 2.0
SHARE = 0.05
"""Checkpoints take at most this share of the run's time."""


class Checkpoints:
    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self._run = run
        self._clock = clock
        self._saved: tuple[int, int, int, str] | None = None
        self.due_at = clock() + EVERY_SECS

    def forget(self) -> None:
        """The next one is made also when nothing has changed."""
        self._saved = None

    def take(self) -> bytes:
        """Nothing when nothing has changed since the last one."""
        start, run = self._clock(), self._run
        moment = (run.step, run.revision, run.history.total, run.status)
        if moment == self._saved:
            return b""
        self._saved = moment
        saved = run.checkpoint()
        cost = self._clock() - start
        self.due_at = start + max(EVERY_SECS, cost / SHARE)
        return saved
