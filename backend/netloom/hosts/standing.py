"""Where a run stands, as those who follow it are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netloom.hosts import telling
from netloom.hosts.goal import Goal

if TYPE_CHECKING:
    from netloom.engine.run import Run


class Standing:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.goal: Goal | None = None
        """None while it does not train."""
        self.failure: str | None = None
        """Why it cannot go on."""
        self.compiling = False
        """Whether it was told that an edit takes a while."""
        self.place: int | None = None
        """How many are served before that edit, as it was told."""

    @property
    def stopped(self) -> bool:
        """By itself."""
        return self.run.status in {"finished", "diverged"}

    def status(self, reason: str | None = None, message: str | None = None) -> telling.Event:
        """Whether or not an edit of it is being compiled."""
        if self.failure:
            return telling.status(self.run, "failed", message=self.failure)
        if self.goal:
            return telling.status(self.run, "training", playing=True)
        stop = self.run.stopped if self.stopped else None
        if stop is not None:
            return telling.status(self.run, self.run.status, reason=stop.reason, message=stop.message)
        return telling.status(self.run, self.run.status, reason=reason, message=message)

    def current(self) -> telling.Event:
        """For those who have just come."""
        if self.compiling:
            return telling.status(self.run, "compiling", playing=self.goal is not None, queue_position=self.place)
        return self.status()
