"""What one run tells, gathered into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from netloom.errors import NetloomError
from netloom.hosts import telling
from netloom.hosts.checkpoints import Checkpoints
from netloom.hosts.frames import Frames
from netloom.hosts.messages import Answer, Batch
from netloom.hosts.standing import Standing
from netloom.protocol.events import Row

if TYPE_CHECKING:
    from netloom.engine.run import EditOutcome

ROWS_EVERY_SECS = 0.1


class Teller:
    """`events` wait for the next `flush`."""

    def __init__(
        self,
        name: str,
        standing: Standing,
        frames: Frames,
        tell: Callable[[Batch], None],
        clock: Callable[[], float],
    ) -> None:
        self._name = name
        self._standing = standing
        self._run = standing.run
        self._frames = frames
        self._tell = tell
        self._clock = clock
        self.checkpoints = Checkpoints(standing.run, clock)
        self.events: list[telling.Event] = []
        self._rows: list[Row] = []
        self._rows_at = float("-inf")
        self._told_rows = self._run.history.total
        self._told_marks = list(self._run.marks)

    @property
    def next_at(self) -> float:
        """When anybody is told of it next: updates that fall due before are carried out together."""
        rows_at, frame_at = self._rows_at + ROWS_EVERY_SECS, self._frames.due_at
        if frame_at is None:
            return rows_at
        return frame_at if self._frames.as_often_as(ROWS_EVERY_SECS) else min(rows_at, frame_at)

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Told when they are due."""
        self._rows.extend(rows)

    def tell_rows(self) -> None:
        if self._rows:
            self.events.append(telling.history(self._told_rows, self._rows))
            self._told_rows += len(self._rows)
            self._rows = []
        self._rows_at = self._clock()

    def rows_are_told(self) -> None:
        """All that the history holds; by the former engine, or as a whole."""
        self._told_rows = self._run.history.total

    def tell_status(self, reason: str | None = None, message: str | None = None) -> None:
        self.events.append(self._standing.status(reason, message))

    def tell_edited(self, outcome: EditOutcome, command: int) -> None:
        """`edited`, then what changed with it (EV4)."""
        self.tell_rows()
        self.events.append(telling.edited(outcome, command))
        if outcome.history_reset:
            self.rows_are_told()
            self.events.append(telling.history_anew(self._run))
        if outcome.points_changed:
            self.events.append(telling.points(self._run))
        if self._run.marks != self._told_marks:
            self._told_marks = list(self._run.marks)
            self.events.append(telling.marks(self._run.marks))
        if self._standing.stopped:
            self._standing.goal = None
        self.tell_status()

    def snapshot(self) -> telling.Event:
        """With all that has been told."""
        self.tell_rows()
        self._frames.tell_layout(self.events)
        return telling.snapshot(self._run, self._frames.watch, self._standing.current())

    def refuse(self, number: int, error: NetloomError) -> None:
        self.flush(answer=Answer(number, error=telling.problem(error)))

    def flush_due(self) -> None:
        """What is due; all of it once training has stopped."""
        now = self._clock()
        stopped = self._standing.goal is None
        # Together with the frame that comes as often, whichever of them is a little early.
        if stopped or now - self._rows_at >= 0.9 * ROWS_EVERY_SECS:
            self.tell_rows()
        self.flush(checkpoint=stopped or now >= self.checkpoints.due_at, frame=stopped)

    def flush(
        self,
        *,
        answer: Answer | None = None,
        checkpoint: bool = False,
        frame: bool = False,
        blob: bytes = b"",
        settles: tuple[int, ...] = (),
    ) -> None:
        """Tell everything at once, so that none of it can be lost alone; `frame`: also when none is due."""
        if checkpoint:
            self.tell_rows()
        self._run.commands.extend(event["command"] for event in self.events if "command" in event)
        saved = self.checkpoints.take() if checkpoint else b""
        picture = self._frames.take(self.events, forced=frame)
        events, self.events = self.events, []
        told = [event["status"] for event in events if event["type"] == "status"]
        if told and self._standing.compiling and told[-1] != "compiling":
            # The page was just told whether the present network trains; the new one is still being made.
            events.append(self._standing.current())
        if events or answer or saved or picture:
            goal = self._standing.goal
            playing = goal.told() if goal else {}
            self._tell(Batch(self._name, events, answer, playing, picture, saved, blob, settles))
