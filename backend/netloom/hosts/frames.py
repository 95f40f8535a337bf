"""Pictures of a run, as often as whoever watches wants them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netloom.engine.cells import Cells
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.telling import Event
from netloom.protocol.commands import Watch

if TYPE_CHECKING:
    from netloom.engine.run import Run


class Frames:
    """Of the run as `watch` says; without it there are none. `wanted`: whether any browser takes frames now; those
    that answer a command are made anyhow."""

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self._run = run
        self._clock = clock
        self.watch: Watch | None = None
        self.wanted = True
        self._due_at = float("-inf")
        self._seen: tuple[int, int] | None = None
        self._told_layout: int | None = None

    @property
    def cells(self) -> Cells:
        """What of the pictures is compiled; those of a run that is not looked at are the usual ones."""
        if self.watch is None:
            return USUAL_CELLS
        cells = Cells.of(self.watch)
        return cells if cells.mapped else USUAL_CELLS._replace(closer=cells.closer)

    @property
    def due_at(self) -> float | None:
        """None: nobody waits for one."""
        return self._due_at if self.watch is not None and self.wanted else None

    def as_often_as(self, secs: float) -> bool:
        return self.watch is not None and self.watch.frames_per_second >= 1 / secs

    def take(self, events: list[Event], *, forced: bool) -> bytes:
        """Nothing unless one is due or `forced`. To `events` is added how it is laid out, where that is news."""
        watch = self.watch
        if watch is None:
            return b""
        now, moment = self._clock(), (self._run.step, self._run.revision)
        if not forced and (not self.wanted or moment == self._seen or now < self._due_at):
            return b""
        self._seen = moment
        # Counted from the last due time, so that a rate is kept on average; not after a pause, which owes nothing.
        interval = 1 / watch.frames_per_second
        self._due_at = max(self._due_at + interval, now + interval / 2)
        self.tell_layout(events)
        return self._run.frame(watch)

    def tell_layout(self, events: list[Event]) -> None:
        if self.watch is None:
            return
        layout = self._run.layout(self.watch)
        if layout.id != self._told_layout:
            self._told_layout = layout.id
            events.append(layout.model_dump(mode="json"))
