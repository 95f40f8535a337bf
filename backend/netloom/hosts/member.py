"""One run in an engine: what is asked of it, one thing after the other, and what it tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from math import ceil
from typing import TYPE_CHECKING, Any

import structlog

from netloom.errors import NetloomError, NotPossible
from netloom.experiment import Experiment
from netloom.export.weights import weights_file
from netloom.hosts import telling
from netloom.hosts.goal import Goal
from netloom.hosts.memory import OUT_OF_MEMORY, ran_out
from netloom.hosts.messages import Answer, Batch, Request
from netloom.hosts.pace import Pace, updates_per_second
from netloom.hosts.pending_edit import PendingEdit
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.workshop import Workshop
from netloom.protocol.commands import (
    COMMAND,
    Acknowledge,
    Advance,
    Changes,
    Command,
    Edit,
    FinalTest,
    Pause,
    Play,
    Recover,
    Restart,
    SetParameter,
    SetSpeed,
    Watch,
)
from netloom.protocol.events import Row

if TYPE_CHECKING:
    from netloom.engine.run import EditOutcome, Prepared, Run

ROWS_EVERY_SECS = 0.1
CHECKPOINT_EVERY_SECS = 2.0
CHECKPOINT_SHARE = 0.05
"""Checkpoints take at most this share of the run's time."""
AT_ONCE_SECS = 0.02
"""An advance that takes no longer is carried out in one go, without a passing "training"."""
QUICK_EDIT_SECS = 0.005
COMPILING_AFTER_SECS = 0.1
PLACE_AFTER_SECS = 1.0
IDLE_SECS = 0.5

_ABOUT_TRAINING = (Play, Pause, Advance, Restart, SetSpeed, FinalTest)
"""Done to the network as it is, whatever edit waits."""

_log = structlog.get_logger()


class Member:
    """Tells `Batch`es. Single-threaded, but for `Run.prepare`, which runs in the `workshop`."""

    def __init__(
        self,
        name: str,
        run: Run,
        tell: Callable[[Batch], None],
        *,
        learner: str,
        workshop: Workshop,
        clock: Callable[[], float],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        run.run_id = name
        self.name = name
        self.learner = learner
        self.run = run
        self._tell = tell
        self._workshop = workshop
        self._clock = clock
        self._wake = wake
        self._opening: Request | None = None
        """Until it is answered."""
        self._early: deque[Request] = deque()
        self._watch: Watch | None = None
        self._goal: Goal | None = None
        self._failure: str | None = None
        self._compiling = False
        self._waiting: deque[tuple[int, Command]] = deque()
        self._pending: PendingEdit | None = None
        self._preparing: Future[Prepared] | None = None
        self._frames_wanted = True
        self._asked_at = 0.0
        self._ahead = 0
        self._told_place: int | None = None
        self._pace = Pace(clock())
        self._owing = False
        """Whether its last turn was too short for what was due."""
        self._rows: list[Row] = []
        self._told_rows = run.history.total
        self._told_layout: int | None = None
        self._told_marks = list(run.marks)
        self._events: list[telling.Event] = []
        self._rows_at = self._frame_at = float("-inf")
        self._checkpoint_at = clock() + CHECKPOINT_EVERY_SECS
        self._seen: tuple[int, int] | None = None
        self._saved: tuple[int, int, int, str] | None = None
        self._updates_per_epoch = self._count_updates()

    # What is asked

    def begin(self, request: Request) -> None:
        """Answer `open`; after a lost engine once all that it told is trained again, in turns, as training is."""
        watch = request.arguments.get("watch")
        self._watch = None if watch is None else Watch.model_validate(watch)
        self._opening = request
        if not self._behind():
            self._go_on(request)

    def _behind(self) -> bool:
        """Whether the former engine told rows that this one has not trained yet."""
        told = self._opening.arguments.get("rows", 0) if self._opening else 0
        return self.run.history.total < told and not self._stopped()

    def _catch_up(self, opening: Request, budget_secs: float) -> None:
        """Untold."""
        until = self.run.epoch + opening.arguments["rows"] - self.run.history.total
        self.run.advance(until_epoch=until, budget_secs=budget_secs)

    def _go_on(self, opening: Request) -> None:
        """As before the former engine was lost; the layout is told anew. Then what was asked meanwhile, in order."""
        arguments, self._opening = opening.arguments, None
        self._told_rows = self.run.history.total
        if arguments.get("playing") and not self._stopped() and not self._failure:
            self._start(Goal(**arguments["playing"]))
        if "rows" in arguments and not arguments.get("unnoticed"):
            self._events += [telling.resumed(self.run.epoch), self._status()]
        self._flush(answer=Answer(opening.number), checkpoint=True, frame=True)
        while self._early:
            self.handle(self._early.popleft())

    def handle(self, request: Request) -> None:
        """Raises no NetloomError: a refusal is told to who asked."""
        if self._opening is not None:
            self._early.append(request)
            return
        if request.operation == "command":
            self._receive(request.number, COMMAND.validate_json(request.blob))
            return
        try:
            getattr(self, f"_on_{request.operation}")(request)
        except NetloomError as error:
            self._refuse(request.number, error)

    def _on_watch(self, request: Request) -> None:
        watch = request.arguments["watch"]
        self._watch = None if watch is None else Watch.model_validate(watch)
        self._flush(answer=Answer(request.number), frame=True)

    def _on_snapshot(self, request: Request) -> None:
        self._tell_rows()
        self._tell_layout()
        told = telling.snapshot(self.run, self._watch, self._current())
        self._flush(answer=Answer(request.number, viewer=request.arguments["viewer"], snapshot=told), frame=True)

    def _on_unwatched(self, request: Request) -> None:
        """Nobody has looked for a while."""
        self._watch = None
        if self._goal:
            self._halt("not_watched", "Paused, as nobody was watching.")
        self._flush(answer=Answer(request.number), checkpoint=True)

    def _on_checkpoint(self, request: Request) -> None:
        """One is asked for, also when nothing has changed."""
        self._saved = None
        self._flush(answer=Answer(request.number), checkpoint=True)

    def _on_weights(self, request: Request) -> None:
        run = self.run
        self._flush(answer=Answer(request.number), blob=weights_file(run.experiment, run.parameters(), run.states()))

    def _on_frames(self, request: Request) -> None:
        """Whether any browser takes frames now; those that answer a command are made anyhow."""
        self._frames_wanted = request.arguments["wanted"]
        self._flush(answer=Answer(request.number))

    def _receive(self, number: int, command: Command) -> None:
        """While an edit waits for its program the present network takes what is about training alone, and a further
        edit joins the one that waits; the rest keeps its order (PR6)."""
        if self._pending is not None and not self._waiting and isinstance(command, Edit):
            self._prepare(self._pending.joined(number, command))
        elif isinstance(command, _ABOUT_TRAINING):
            self._carry_out(number, command)
        else:
            self._waiting.append((number, command))
            self._carry_on()

    def _carry_on(self) -> None:
        while self._waiting and self._pending is None:
            self._carry_out(*self._waiting.popleft())

    def _carry_out(self, number: int, command: Command) -> None:
        try:
            self._do(number, command)
        except NetloomError as error:
            self._refuse(number, error)
        except Exception:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("command failed", run=self.name, command=command.type)
            self._refuse(number, NetloomError("That did not work here; the run is as it was."))

    def _refuse(self, number: int, error: NetloomError) -> None:
        self._flush(answer=Answer(number, error=telling.problem(error)))

    def _do(self, number: int, command: Command) -> None:
        """Each is answered once: `edited` and `tested` are answers too (PR3)."""
        if isinstance(command, Edit):
            self._prepare(PendingEdit.first(number, command))
            return
        assert not isinstance(command, Acknowledge)
        answered = self._at_once(command)
        if not answered:
            self._events.append(telling.accepted(command.id))
        # Nothing to see has changed with Play: the frame that is due shows its first update.
        self._flush(answer=Answer(number), checkpoint=True, frame=not isinstance(command, Play))

    def _at_once(self, command: Command) -> bool:
        """What needs no preparation. True when the answer is among the events already."""
        match command:
            case Play():
                return self._play(command)
            case Pause():
                self._pause()
            case Advance():
                self._advance(command)
            case SetParameter():
                self.run.set_parameter(command.pin, command.value)
            case FinalTest():
                return self._test(command)
            case SetSpeed():
                view = self.run.experiment.view.model_copy(update={"speed": command.speed})
                return self._edited(self.run.edit(Changes(view=view)), command.id)
            case Restart() | Recover():
                return self._go_back(command)
            case _:
                raise NotPossible("This is not asked of an engine.")
        return False

    def _test(self, command: FinalTest) -> bool:
        self._events.append(telling.tested(self.run.final_test(), command.id, self.run.epoch))
        return True

    def _go_back(self, command: Restart | Recover) -> bool:
        outcome = self.run.recover() if isinstance(command, Recover) else self.run.restart("Restart")
        self._goal = self._failure = None
        return self._edited(outcome, command.id)

    def _play(self, command: Play) -> bool:
        if self.run.status == "diverged":
            raise NotPossible("The numbers have left the range; go back to the last finite point, or restart.")
        until = command.until_epoch
        if until is not None and until <= self.run.epoch:
            raise NotPossible(f"Epoch {until} is past; the run is at epoch {self.run.epoch}.")
        raised = self._raise_limit(until)
        self._start(Goal(until_epoch=until, fast=until is not None))
        if raised:
            return self._edited(self.run.edit(Changes()), command.id)
        self._events.append(self._status())
        return False

    def _raise_limit(self, until: int | None) -> bool:
        """The visible epoch limit moves, so the document changes. Whether it did."""
        training = self.run.experiment.training
        if until is not None and until > training.epoch_limit:
            self.run.edit(Changes(training=training.model_copy(update={"epoch_limit": until})))
        if self.run.status == "finished":
            self.run.continue_past_limit()
        return self.run.experiment.training != training

    def _start(self, goal: Goal) -> None:
        self._goal = goal
        self._owing = False
        self._failure = None
        self._pace = Pace(self._clock())

    def _advance(self, command: Advance) -> None:
        if self.run.status in {"diverged", "finished"}:
            raise NotPossible("The run has stopped; continue or restart it.")
        until_epoch = self.run.epoch + command.count if command.unit == "epoch" else None
        until_step = self.run.step + command.count if command.unit == "update" else None
        self._start(Goal(until_epoch, until_step, fast=True))
        self._train(AT_ONCE_SECS)
        if self._goal:
            self._events.append(self._status())

    def _prepare(self, pending: PendingEdit) -> None:
        """The old program trains on while the new one is made."""
        self.leave()
        self._ahead = 0
        run, changes = self.run, pending.edit.changes
        cells = USUAL_CELLS if self._watch is None else (self._watch.boundary, self._watch.neurons)
        future = self._workshop.submit(lambda: self._needed(changes), cells, lambda: run.prepare(changes))
        future.add_done_callback(lambda _: self._wake())
        if self._pending is None:
            self._asked_at = self._clock()
        self._pending, self._preparing = pending, future
        try:
            future.exception(timeout=QUICK_EDIT_SECS)
        except TimeoutError:
            return
        self._apply()

    def _needed(self, changes: Changes) -> Experiment | None:
        """The document that the changes lead to, where another program may serve it. Raises InvalidExperiment."""
        from netloom.engine.changes import merged

        training = changes.training
        batches = training is not None and training.batch_size != self.run.experiment.training.batch_size
        if batches or any((changes.network, changes.data, changes.seeds)):
            return merged(self.run.experiment, changes)
        return None

    def _apply(self) -> None:
        assert self._pending is not None
        assert self._preparing is not None
        pending, future = self._pending, self._preparing
        self._pending = self._preparing = None
        try:
            outcome = self.run.edit(future.result(), restore=pending.edit.restore, label=pending.edit.label)
        except NetloomError as error:
            self._refuse_edit(pending, error)
        except Exception as error:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("edit failed", run=self.name)
            sentence = "This change did not work here; the run is as it was."
            self._refuse_edit(pending, NetloomError(OUT_OF_MEMORY if ran_out(error) else sentence))
        else:
            self._compiling = False
            self._events += [telling.accepted(command) for command in pending.earlier_commands]
            self._edited(outcome, pending.edit.id)
            self._flush(answer=Answer(pending.number), settles=pending.earlier_numbers, checkpoint=True, frame=True)

    def _refuse_edit(self, pending: PendingEdit, error: NetloomError) -> None:
        """Those before it are tried again without it."""
        self._refuse(pending.number, error)
        if pending.before is not None:
            self._prepare(pending.before)
        elif self._compiling:
            self._compiling = False
            self._events.append(self._status())
            self._flush()

    def _edited(self, outcome: EditOutcome, command: int) -> bool:
        """`edited`, then what changed with it (EV4). True: that is the answer."""
        self._tell_rows()
        self._events.append(telling.edited(outcome, command))
        self._updates_per_epoch = self._count_updates()
        if outcome.history_reset:
            self._told_rows = self.run.history.total
            self._events.append(telling.history_anew(self.run))
        if outcome.points_changed:
            self._events.append(telling.points(self.run))
        if self.run.marks != self._told_marks:
            self._told_marks = list(self.run.marks)
            self._events.append(telling.marks(self.run.marks))
        if self._stopped():
            self._goal = None
        self._events.append(self._status())
        return True

    # What is done by itself

    @property
    def preparing(self) -> Future[Prepared] | None:
        """While an edit waits for its program, so that there may be something to poll for."""
        return self._preparing

    def queued(self, ahead: int) -> None:
        """How many are served first by the compiler that makes it."""
        self._ahead = ahead

    def leave(self) -> None:
        """What was still being made is wanted no more."""
        if self._preparing is not None:
            self._preparing.cancel()

    def poll(self) -> None:
        """Apply an edit that has become ready; say so when it takes a while."""
        if self._preparing is None:
            return
        if self._preparing.done():
            self._apply()
            self._carry_on()
        elif self._clock() - self._asked_at > COMPILING_AFTER_SECS:
            self._tell_compiling()

    def _tell_compiling(self) -> None:
        """When it begins to take a while, and when the place in the line has changed."""
        place = self._place()
        if self._compiling and place == self._told_place:
            return
        self._compiling, self._told_place = True, place
        self._events.append(self._current())
        self._flush()

    def _place(self) -> int | None:
        """How many are served first, where that takes long enough to wonder."""
        return self._ahead or None if self._clock() - self._asked_at > PLACE_AFTER_SECS else None

    def wait_secs(self) -> float:
        """Until it wants a turn: 0 is now."""
        if self._opening is not None:
            return 0.0
        if self._goal is None:
            return IDLE_SECS
        rate, now = self._rate(), self._clock()
        if rate is None or self._owing:
            return 0.0
        self._pace.due(now, rate)
        return min(IDLE_SECS, max(self._pace.wait_secs(rate), self._told_at() - now))

    def _told_at(self) -> float:
        """When anybody is told of it next: updates that fall due before are carried out together."""
        rows_at = self._rows_at + ROWS_EVERY_SECS
        if self._watch is None or not self._frames_wanted:
            return rows_at
        return self._frame_at if self._watch.frames_per_second >= 1 / ROWS_EVERY_SECS else min(rows_at, self._frame_at)

    def work(self, budget_secs: float) -> None:
        """One turn of training, and telling what is due."""
        opening = self._opening
        try:
            if opening is None:
                self._train(budget_secs)
            else:
                self._catch_up(opening, budget_secs)
        except NetloomError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("training failed", run=self.name)
            sentence = "Training stopped on an error of the engine; restart the run."
            self._fail(OUT_OF_MEMORY if ran_out(error) else sentence)
        if opening is None:
            self._tell_what_is_due()
        elif self._failure or not self._behind():
            self._go_on(opening)

    def _tell_what_is_due(self) -> None:
        now = self._clock()
        stopped = self._goal is None
        # Together with the frame that comes as often, whichever of them is a little early.
        rows_due = stopped or now - self._rows_at >= 0.9 * ROWS_EVERY_SECS
        if rows_due:
            self._tell_rows()
        self._flush(checkpoint=stopped or now >= self._checkpoint_at, frame=stopped)

    def _pause(self) -> None:
        if self._goal:
            self._halt("asked")

    def _train(self, budget_secs: float) -> None:
        goal = self._goal
        if goal is None:
            return
        due = self._pace.due(self._clock(), self._rate())
        updates = goal.updates(self.run.step, due)
        progress = self.run.advance(updates=updates, until_epoch=goal.until_epoch, budget_secs=budget_secs)
        self._pace.done(progress.updates)
        self._owing = updates is not None and progress.updates < updates
        self._rows.extend(progress.rows)
        if self._stopped():
            self._halt()
        elif goal.reached(self.run.epoch, self.run.step):
            self._halt("reached")

    def _halt(self, reason: str | None = None, message: str | None = None) -> None:
        self._goal = None
        self._tell_rows()
        self._events.append(self._status(reason, message))

    def _fail(self, message: str) -> None:
        self._goal = None
        self._failure = message
        self._events.append(self._status())

    def _stopped(self) -> bool:
        return self.run.status in {"finished", "diverged"}

    def _rate(self) -> float | None:
        if self._goal and self._goal.fast:
            return None
        return updates_per_second(self.run.experiment.view.speed, self._updates_per_epoch)

    def _count_updates(self) -> int:
        """Updates in an epoch."""
        training = sum(point.split == "train" for point in self.run.points())
        batch = self.run.experiment.training.batch_size
        return 1 if batch == "all" else max(1, ceil(training / batch))

    # What is told

    def _status(self, reason: str | None = None, message: str | None = None) -> telling.Event:
        """Where the run stands, whether or not an edit of it is being compiled."""
        if self._failure:
            return telling.status(self.run, "failed", message=self._failure)
        if self._goal:
            return telling.status(self.run, "training", playing=True)
        stop = self.run.stopped if self._stopped() else None
        if stop is not None:
            return telling.status(self.run, self.run.status, reason=stop.reason, message=stop.message)
        return telling.status(self.run, self.run.status, reason=reason, message=message)

    def _current(self) -> telling.Event:
        """For those who have just come."""
        if self._compiling:
            return telling.status(self.run, "compiling", playing=self._goal is not None, queue_position=self._place())
        return self._status()

    def _tell_rows(self) -> None:
        if self._rows:
            self._events.append(telling.history(self._told_rows, self._rows))
            self._told_rows += len(self._rows)
            self._rows = []
        self._rows_at = self._clock()

    def _tell_layout(self) -> None:
        if self._watch is None:
            return
        layout = self.run.layout(self._watch)
        if layout.id != self._told_layout:
            self._told_layout = layout.id
            self._events.append(layout.model_dump(mode="json"))

    def _flush(
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
            self._tell_rows()
        saved = self._checkpoint() if checkpoint else b""
        picture = self._frame(frame)
        events, self._events = self._events, []
        told = [event["status"] for event in events if event["type"] == "status"]
        if self._compiling and told and told[-1] != "compiling":
            # The page was just told whether the present network trains; the new one is still being made.
            events.append(self._current())
        if events or answer or saved or picture:
            self._tell(Batch(self.name, events, answer, self._playing(), picture, saved, blob, settles))

    def _playing(self) -> dict[str, Any]:
        return self._goal.told() if self._goal else {}

    def _checkpoint(self) -> bytes:
        """Nothing when nothing has changed since the last one."""
        start = self._clock()
        moment = (self.run.step, self.run.revision, self.run.history.total, self.run.status)
        if moment == self._saved:
            return b""
        self._saved = moment
        saved = self.run.checkpoint()
        cost = self._clock() - start
        self._checkpoint_at = start + max(CHECKPOINT_EVERY_SECS, cost / CHECKPOINT_SHARE)
        return saved

    def _frame(self, forced: bool) -> bytes:
        if self._watch is None:
            return b""
        now, moment = self._clock(), (self.run.step, self.run.revision)
        if not forced and (not self._frames_wanted or moment == self._seen or now < self._frame_at):
            return b""
        self._seen = moment
        # Counted from the last due time, so that a rate is kept on average; not after a pause, which owes nothing.
        interval = 1 / self._watch.frames_per_second
        self._frame_at = max(self._frame_at + interval, now + interval / 2)
        self._tell_layout()
        return self.run.frame(self._watch)
