"""Edits of a run that wait for their program: the old one trains on while the new one is made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import structlog

from netloom.errors import NetloomError
from netloom.experiment import Experiment
from netloom.hosts import telling
from netloom.hosts.frames import Frames
from netloom.hosts.memory import sentence_of
from netloom.hosts.messages import Answer
from netloom.hosts.pending_edit import PendingEdit
from netloom.hosts.standing import Standing
from netloom.hosts.teller import Teller
from netloom.hosts.workshop import Workshop
from netloom.protocol.commands import Changes, Edit

if TYPE_CHECKING:
    from netloom.engine.run import Prepared

QUICK_EDIT_SECS = 0.005
COMPILING_AFTER_SECS = 0.1
PLACE_AFTER_SECS = 1.0

_log = structlog.get_logger()


class Edits:
    """One is prepared at a time, in the `workshop`; a further one joins it."""

    def __init__(
        self,
        standing: Standing,
        frames: Frames,
        teller: Teller,
        workshop: Workshop,
        clock: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        self._standing = standing
        self._run = standing.run
        self._frames = frames
        self._teller = teller
        self._workshop = workshop
        self._clock = clock
        self._wake = wake
        self._pending: PendingEdit | None = None
        self.preparing: Future[Prepared] | None = None
        self._asked_at = 0.0
        self._ahead = 0

    @property
    def waiting(self) -> bool:
        return self._pending is not None

    def add(self, number: int, edit: Edit) -> None:
        pending = self._pending
        self._prepare(PendingEdit.first(number, edit) if pending is None else pending.joined(number, edit))

    def queued(self, ahead: int) -> None:
        """How many are served first by the compiler that makes it."""
        self._ahead = ahead

    def leave(self) -> None:
        """What was still being made is wanted no more."""
        if self.preparing is not None:
            self.preparing.cancel()

    def poll(self) -> None:
        """Apply one that has become ready; say so when it takes a while."""
        if self.preparing is None:
            return
        if self.preparing.done():
            self._apply()
        elif self._clock() - self._asked_at > COMPILING_AFTER_SECS:
            self._tell_compiling()

    def _prepare(self, pending: PendingEdit) -> None:
        self.leave()
        self._ahead = 0
        run, changes, cells = self._run, pending.edit.changes, self._frames.cells
        future = self._workshop.submit(lambda: self._needed(changes), cells, lambda: run.prepare(changes, cells))
        future.add_done_callback(lambda _: self._wake())
        if self._pending is None:
            self._asked_at = self._clock()
        self._pending, self.preparing = pending, future
        try:
            future.exception(timeout=QUICK_EDIT_SECS)
        except TimeoutError:
            return
        self._apply()

    def _needed(self, changes: Changes) -> Experiment | None:
        """The document that the changes lead to, where another program may serve it. Raises InvalidExperiment."""
        from netloom.engine.changes import merged

        training = changes.training
        batches = training is not None and training.batch_size != self._run.experiment.training.batch_size
        if batches or any((changes.network, changes.data, changes.seeds)):
            return merged(self._run.experiment, changes)
        return None

    def _apply(self) -> None:
        assert self._pending is not None
        assert self.preparing is not None
        pending, future = self._pending, self.preparing
        if not future.exception() and not future.result().ready_for(self._frames.cells):
            # It is looked at otherwise than when the edit was asked for.
            self._prepare(pending)
            return
        self._pending = self.preparing = None
        try:
            outcome = self._run.edit(future.result(), restore=pending.edit.restore, label=pending.edit.label)
        except NetloomError as error:
            self._refuse(pending, error)
        except Exception as error:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("edit failed", run=self._run.run_id)
            sentence = sentence_of(error, "This change did not work here; the run is as it was.")
            self._refuse(pending, NetloomError(sentence))
        else:
            self._standing.compiling = False
            self._teller.events += [telling.accepted(command) for command in pending.earlier_commands]
            self._teller.tell_edited(outcome, pending.edit.id)
            answer = Answer(pending.number)
            self._teller.flush(answer=answer, settles=pending.earlier_numbers, checkpoint=True, frame=True)

    def _refuse(self, pending: PendingEdit, error: NetloomError) -> None:
        """Those before it are tried again without it."""
        self._teller.refuse(pending.number, error)
        if pending.before is not None:
            self._prepare(pending.before)
        elif self._standing.compiling:
            self._standing.compiling = False
            self._teller.tell_status()
            self._teller.flush()

    def _tell_compiling(self) -> None:
        """When it begins to take a while, and when the place in the line has changed."""
        standing, place = self._standing, self._place()
        if standing.compiling and place == standing.place:
            return
        standing.compiling, standing.place = True, place
        self._teller.events.append(standing.current())
        self._teller.flush()

    def _place(self) -> int | None:
        """How many are served first, where that takes long enough to wonder."""
        return self._ahead or None if self._clock() - self._asked_at > PLACE_AFTER_SECS else None
