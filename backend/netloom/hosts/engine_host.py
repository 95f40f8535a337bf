"""Many runs in one engine, sharing its time fairly. Knows no transport: requests in, batches out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

import structlog

from netloom.errors import NetloomError, UnknownRun
from netloom.experiment import Experiment, read_experiment
from netloom.hosts import telling
from netloom.hosts.fair import Shares
from netloom.hosts.member import IDLE_SECS, Member
from netloom.hosts.memory import sentence_of
from netloom.hosts.messages import Answer, Batch, Request, Wish
from netloom.hosts.meter import Meter
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.workshop import Stock, Workshop
from netloom.protocol.commands import Changes

if TYPE_CHECKING:
    from netloom.engine.run import Run

POLLED_EVERY = 8
"""Turns, in which two hundred runs are asked whether an edit of theirs is ready: as long as half a turn takes."""

_log = structlog.get_logger()


class RunMaker(NamedTuple):
    """How runs come into being; tests hand in a small one."""

    fresh: Callable[[Experiment], Run]
    resume: Callable[[bytes], Run]
    peek: Callable[[bytes], Experiment]
    """The document in a checkpoint. Raises BadCheckpoint."""
    stock: Stock


def jax_runs(device: str, cache: str = "") -> RunMaker:
    from netloom.engine import checkpoint
    from netloom.engine.run import Run
    from netloom.hosts.stock import JaxStock

    return RunMaker(
        lambda e: Run(e, device=device),
        lambda c: Run.resume(c, device=device),
        lambda c: checkpoint.from_bytes(c).situation.experiment,
        JaxStock(device, cache),
    )


class EngineHost:
    """`receive` requests, call `turn` again and again; `tell` gets the batches, `wake` when background work is done;
    what is done for one run is done inside `at_work` of its name."""

    def __init__(
        self,
        tell: Callable[[Batch], None],
        runs: RunMaker,
        *,
        clock: Callable[[], float] = time.monotonic,
        wake: Callable[[], None] = lambda: None,
        wish: Callable[[Wish], None] | None = None,
        at_work: Callable[[str], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._tell = tell
        self._runs = runs
        self._clock = clock
        self._wake = wake
        self._at_work = at_work
        self._members: dict[str, Member] = {}
        self._opening: dict[str, tuple[Request, Future[Run]]] = {}
        self._early: dict[str, list[Request]] = {}
        self._meter = Meter(clock)
        self._shares = Shares()
        self._round: deque[str] = deque()
        self._turns = 0
        self._workshop = Workshop(runs.stock, wish)

    def receive(self, request: Request) -> None:
        if request.operation == "open":
            self._open(request)
        elif request.operation == "compiled":
            self._workshop.compiled(**request.arguments)
        elif request.operation == "queued":
            self._note_place(**request.arguments)
        elif request.operation == "close":
            self._close(request)
        elif request.run in self._opening:
            self._early[request.run].append(request)
        elif member := self._members.get(request.run):
            with self._charged_to(member), self._at_work(request.run):
                member.handle(request)
        else:
            self._refuse(request, UnknownRun(run_id=request.run))

    def turn(self) -> float:
        """Gives one run a slice of time; returns the seconds until there is something to do."""
        self._finish_opening()
        self._turns += 1
        if not self._round or self._turns % POLLED_EVERY == 0:
            self._poll()
        if not self._round:
            wanting = {m.name: m.learner for m in self._members.values() if m.wait_secs() <= 0}
            self._round.extend(self._shares.grant(wanting))
        if not self._round:
            return min((member.wait_secs() for member in self._members.values()), default=IDLE_SECS)
        self._slice(self._round.popleft())
        return 0.0

    def _poll(self) -> None:
        for member in [member for member in self._members.values() if member.waiting]:
            with self._charged_to(member):
                member.poll()

    def close(self) -> None:
        self._workshop.close()
        self._meter.close()

    def _slice(self, name: str) -> None:
        if member := self._members.get(name):
            with self._charged_to(member), self._at_work(name):
                member.work(self._shares.quantum_secs)

    @contextmanager
    def _charged_to(self, member: Member) -> Generator[None]:
        """All that the engine does for a learner counts, whether or not it was a turn."""
        start = self._meter.secs()
        yield
        self._shares.spent(member.name, member.learner, self._meter.secs() - start)

    def _open(self, request: Request) -> None:
        """In the background, while the others train on."""
        future = self._workshop.submit(lambda: self._document(request), USUAL_CELLS, lambda: self._make(request))
        future.add_done_callback(lambda _: self._wake())
        self._opening[request.run] = (request, future)
        self._early[request.run] = []

    def _document(self, request: Request) -> Experiment:
        return self._runs.peek(request.blob) if _resuming(request) else read_experiment(request.blob)

    def _make(self, request: Request) -> Run:
        with self._at_work(request.run):
            resuming = _resuming(request)
            run = self._runs.resume(request.blob) if resuming else self._runs.fresh(read_experiment(request.blob))
            run.prepare(Changes())
            return run

    def _finish_opening(self) -> None:
        ready = [name for name, (_, future) in self._opening.items() if future.done()]
        for name in ready:
            request, future = self._opening.pop(name)
            early = self._early.pop(name)
            with self._at_work(name):
                self._admit(request, future)
            for waiting in early:
                self.receive(waiting)

    def _admit(self, request: Request, future: Future[Run]) -> None:
        try:
            member = Member(
                request.run,
                future.result(),
                self._tell,
                learner=request.arguments.get("owner") or request.run,
                workshop=self._workshop,
                clock=self._clock,
                wake=self._wake,
            )
        except NetloomError as error:
            self._refuse(request, error)
        except Exception as error:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("open failed", run=request.run)
            self._refuse(request, NetloomError(sentence_of(error, "This experiment could not be started here.")))
        else:
            self._members[request.run] = member
            with self._charged_to(member):
                member.begin(request)

    def _close(self, request: Request) -> None:
        if member := self._members.pop(request.run, None):
            member.leave()
        if opening := self._opening.pop(request.run, None):
            _, future = opening
            future.cancel()
        self._early.pop(request.run, None)
        self._tell(Batch(request.run, answer=Answer(request.number)))

    def _note_place(self, key: str, ahead: int) -> None:
        """Of an edit, or of a run that is being opened."""
        waiting = self._workshop.waiting_for(key)
        for member in self._members.values():
            if member.preparing in waiting:
                member.queued(ahead)
        for name, (_, future) in self._opening.items():
            if future in waiting:
                self._tell(Batch(name, ahead=ahead))

    def _refuse(self, request: Request, error: NetloomError) -> None:
        self._tell(Batch(request.run, answer=Answer(request.number, error=telling.problem(error))))


def _resuming(request: Request) -> bool:
    return bool(request.arguments.get("checkpoint"))
