"""A watch that waits for what its pictures call: until that is made, they stay as they were watched before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import structlog

from netloom.engine.cells import Cells
from netloom.errors import NetloomError
from netloom.hosts.frames import Frames
from netloom.hosts.memory import sentence_of
from netloom.hosts.messages import Answer
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.teller import Teller
from netloom.hosts.workshop import Workshop
from netloom.protocol.commands import Watch

if TYPE_CHECKING:
    from netloom.engine.run import Run

QUICK_WATCH_SECS = 0.005

_log = structlog.get_logger()


class PendingWatch:
    """The newest one asked for; its answer settles those before it."""

    def __init__(self, run: Run, frames: Frames, teller: Teller, workshop: Workshop, wake: Callable[[], None]) -> None:
        self._run = run
        self._frames = frames
        self._teller = teller
        self._workshop = workshop
        self._wake = wake
        self._numbers: list[int] = []
        """Of the requests that wait for their answer."""
        self._watch: Watch | None = None
        self._cells = USUAL_CELLS
        self.preparing: Future[bool] | None = None

    def begin(self, watch: Watch | None) -> None:
        """What the run is opened with; answered with that."""
        self._seek(watch)

    def add(self, number: int, watch: Watch | None) -> None:
        """Answered when it takes effect."""
        self._numbers.append(number)
        before = self._frames.watch
        self._seek(watch)
        if self.preparing is None:
            self._tell()
        elif self._frames.watch is not before:
            self._teller.flush(frame=True)

    def leave(self) -> tuple[int, ...]:
        """It is wanted no more. The requests that its answer would have settled."""
        self._cancel()
        return self._take_numbers()

    def poll(self) -> None:
        """Watch so, once all that it takes has been made."""
        made = self.preparing
        if made is None or not made.done():
            return
        self.preparing = None
        error = made.exception()
        if error is not None:
            self._refuse(error)
            return
        # Not yet where an edit has brought another network meanwhile.
        self._seek(self._watch)
        if self.preparing is None:
            self._tell()

    def _seek(self, watch: Watch | None) -> None:
        """At once where nothing has to be made for it."""
        self._watch = watch
        if watch is None or self._run.ready_for(Cells.of(watch)):
            self._cancel()
            self._frames.watch = watch
            return
        self._frames.watch = self._instead_of(watch)
        self._prepare(Cells.of(watch))

    def _prepare(self, cells: Cells) -> None:
        if self.preparing is not None and cells == self._cells:
            return
        self._cancel()
        experiment, self._cells = self._run.experiment, cells
        future = self._workshop.submit(lambda: experiment, cells, self._run.warming(cells))
        future.add_done_callback(lambda _: self._wake())
        self.preparing = future

    def _cancel(self) -> None:
        if self.preparing is not None:
            self.preparing.cancel()
        self.preparing = None

    def _instead_of(self, watch: Watch) -> Watch | None:
        """As before; where that shows no map, the usual ones."""
        before = self._frames.watch
        if (before is not None and Cells.of(before).mapped) or not self._run.ready_for(USUAL_CELLS):
            return before
        boundary, neurons, _ = USUAL_CELLS
        plain = {"boundary": boundary, "neurons": neurons, "point": None, "pins": (), "slow_motion": False}
        return watch.model_copy(update=plain)

    def _tell(self) -> None:
        numbers = self._take_numbers()
        answer = Answer(numbers[-1]) if numbers else None
        self._teller.flush(answer=answer, settles=numbers[:-1], frame=True)

    def _refuse(self, error: BaseException) -> None:
        """The pictures stay as they are."""
        if not isinstance(error, NetloomError):
            _log.error("watch failed", run=self._run.run_id, exc_info=error)
            error = NetloomError(sentence_of(error, "These pictures could not be made here."))
        self._watch = self._frames.watch
        for number in self._take_numbers():
            self._teller.refuse(number, error)

    def _take_numbers(self) -> tuple[int, ...]:
        numbers, self._numbers = self._numbers, []
        return tuple(numbers)
