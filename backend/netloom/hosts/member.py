"""One run in an engine: what is asked of it, one thing after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import structlog

from netloom.errors import NetloomError
from netloom.export.weights import weights_file
from netloom.hosts import telling
from netloom.hosts.controls import ABOUT_TRAINING, Controls
from netloom.hosts.edits import Edits
from netloom.hosts.frames import Frames
from netloom.hosts.goal import Goal
from netloom.hosts.memory import sentence_of
from netloom.hosts.messages import Answer, Batch, Request
from netloom.hosts.pending_watch import PendingWatch
from netloom.hosts.standing import Standing
from netloom.hosts.teller import Teller
from netloom.hosts.trainer import Trainer
from netloom.hosts.workshop import Workshop
from netloom.protocol.commands import COMMAND, Acknowledge, Command, Edit, Play, Watch

if TYPE_CHECKING:
    from netloom.engine.run import Run

IDLE_SECS = 0.5

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
        self._clock = clock
        self._opening: Request | None = None
        """Until it is answered."""
        self._early: deque[Request] = deque()
        self._waiting: deque[tuple[int, Command]] = deque()
        self._standing = Standing(run)
        self._frames = Frames(run, clock)
        self._teller = Teller(name, self._standing, self._frames, tell, clock)
        self._trainer = Trainer(self._standing, self._teller, clock)
        self._controls = Controls(self._standing, self._trainer, self._teller)
        self._edits = Edits(self._standing, self._frames, self._teller, workshop, clock, wake)
        self._watch = PendingWatch(run, self._frames, self._teller, workshop, wake)

    # The opening

    def begin(self, request: Request) -> None:
        """Answer `open`; after a lost engine once all that it told is trained again, in turns, as training is."""
        self._opening = request
        if not self._behind(request):
            self._go_on(request)

    def _behind(self, opening: Request) -> bool:
        """Whether the former engine told rows that this one has not trained yet."""
        return self.run.history.total < opening.arguments.get("rows", 0) and not self._standing.stopped

    def _catch_up(self, opening: Request, budget_secs: float) -> None:
        """Untold."""
        until = self.run.epoch + opening.arguments["rows"] - self.run.history.total
        self.run.advance(until_epoch=until, budget_secs=budget_secs)

    def _go_on(self, opening: Request) -> None:
        """As before the former engine was lost; the layout is told anew. Then what was asked meanwhile, in order."""
        arguments, self._opening = opening.arguments, None
        self._teller.rows_are_told()
        self._watch.begin(_watch_of(opening))
        if arguments.get("playing") and not self._standing.stopped and not self._standing.failure:
            self._trainer.start(Goal(**arguments["playing"]))
        if "rows" in arguments and not arguments.get("unnoticed"):
            self._teller.events.append(telling.resumed(self.run.epoch))
            self._teller.tell_status()
        self._teller.flush(answer=Answer(opening.number), checkpoint=True, frame=True)
        while self._early:
            self.handle(self._early.popleft())

    # What is asked

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
            self._teller.refuse(request.number, error)

    def _on_watch(self, request: Request) -> None:
        self._watch.add(request.number, _watch_of(request))

    def _on_snapshot(self, request: Request) -> None:
        told = self._teller.snapshot()
        answer = Answer(request.number, viewer=request.arguments["viewer"], snapshot=told)
        self._teller.flush(answer=answer, frame=True)

    def _on_unwatched(self, request: Request) -> None:
        """Nobody has looked for a while."""
        unanswered = self._watch.leave()
        self._frames.watch = None
        self._controls.pause("not_watched", "Paused, as nobody was watching.")
        self._teller.flush(answer=Answer(request.number), settles=unanswered, checkpoint=True)

    def _on_checkpoint(self, request: Request) -> None:
        """One is asked for, also when nothing has changed."""
        self._teller.checkpoints.forget()
        self._teller.flush(answer=Answer(request.number), checkpoint=True)

    def _on_weights(self, request: Request) -> None:
        run = self.run
        blob = weights_file(run.experiment, run.parameters(), run.states())
        self._teller.flush(answer=Answer(request.number), blob=blob)

    def _on_frames(self, request: Request) -> None:
        self._frames.wanted = request.arguments["wanted"]
        self._teller.flush(answer=Answer(request.number))

    def _receive(self, number: int, command: Command) -> None:
        """While an edit waits for its program the present network takes what is about training alone, and a further
        edit joins the one that waits; the rest keeps its order (PR6)."""
        joins = self._edits.waiting and not self._waiting and isinstance(command, Edit)
        if joins or isinstance(command, ABOUT_TRAINING):
            self._carry_out(number, command)
        else:
            self._waiting.append((number, command))
            self._carry_on()

    def _carry_on(self) -> None:
        while self._waiting and not self._edits.waiting:
            self._carry_out(*self._waiting.popleft())

    def _carry_out(self, number: int, command: Command) -> None:
        try:
            self._do(number, command)
        except NetloomError as error:
            self._teller.refuse(number, error)
        except Exception:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("command failed", run=self.name, command=command.type)
            self._teller.refuse(number, NetloomError("That did not work here; the run is as it was."))

    def _do(self, number: int, command: Command) -> None:
        """Each is answered once (PR3), and done once, also when a server has ended that had not told its answer."""
        assert not isinstance(command, Acknowledge)
        if command.id in self.run.commands:
            self._teller.events.append(telling.accepted(command.id))
            self._teller.flush(answer=Answer(number))
            return
        if isinstance(command, Edit):
            self._edits.add(number, command)
            return
        if not self._controls.carry_out(command):
            self._teller.events.append(telling.accepted(command.id))
        # Nothing to see has changed with Play: the frame that is due shows its first update.
        self._teller.flush(answer=Answer(number), checkpoint=True, frame=not isinstance(command, Play))

    # What is done by itself

    @property
    def waiting(self) -> bool:
        """For something to be compiled, so that there may be something to poll for."""
        return self._edits.waiting or self._watch.preparing is not None

    @property
    def preparing(self) -> Future[Any] | None:
        """While an edit waits for its program."""
        return self._edits.preparing

    def queued(self, ahead: int) -> None:
        """How many are served first by the compiler that makes it."""
        self._edits.queued(ahead)

    def leave(self) -> None:
        """What was still being made is wanted no more."""
        self._edits.leave()
        self._watch.leave()

    def poll(self) -> None:
        """Take what has become ready, an edit or a watch; say so when an edit takes a while."""
        self._edits.poll()
        self._carry_on()
        self._watch.poll()

    def wait_secs(self) -> float:
        """Until it wants a turn: 0 is now."""
        if self._opening is not None:
            return 0.0
        if self._standing.goal is None:
            return IDLE_SECS
        due = self._trainer.wait_secs()
        return 0.0 if due is None else min(IDLE_SECS, max(due, self._teller.next_at - self._clock()))

    def work(self, budget_secs: float) -> None:
        """One turn of training, and telling what is due."""
        opening = self._opening
        try:
            if opening is None:
                self._trainer.train(budget_secs)
            else:
                self._catch_up(opening, budget_secs)
        except NetloomError as error:
            self._trainer.fail(str(error))
        except Exception as error:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("training failed", run=self.name)
            self._trainer.fail(sentence_of(error, "Training stopped on an error of the engine; restart the run."))
        if opening is None:
            self._teller.flush_due()
        elif self._standing.failure or not self._behind(opening):
            self._go_on(opening)


def _watch_of(request: Request) -> Watch | None:
    watch = request.arguments.get("watch")
    return None if watch is None else Watch.model_validate(watch)
