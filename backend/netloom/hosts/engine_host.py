"""Many runs in one engine, sharing its time fairly. Knows no transport: requests in, batches out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import structlog

from netloom.errors import NetloomError, UnknownRun
from netloom.experiment import Experiment, read_experiment
from netloom.hosts import telling
from netloom.hosts.fair import Turns
from netloom.hosts.member import IDLE_SECS, Member
from netloom.hosts.messages import Answer, Batch, Request
from netloom.protocol.commands import Changes

if TYPE_CHECKING:
    from netloom.engine.run import Run

_log = structlog.get_logger()


class RunMaker(NamedTuple):
    """How runs come into being; tests hand in a small one."""

    fresh: Callable[[Experiment], Run]
    resume: Callable[[bytes], Run]


def jax_runs(device: str) -> RunMaker:
    from netloom.engine.run import Run

    return RunMaker(lambda e: Run(e, device=device), lambda c: Run.resume(c, device=device))


class EngineHost:
    """`receive` requests, call `turn` again and again; `tell` gets the batches, `wake` when background work is done."""

    def __init__(
        self,
        tell: Callable[[Batch], None],
        runs: RunMaker,
        *,
        clock: Callable[[], float] = time.monotonic,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._tell = tell
        self._runs = runs
        self._clock = clock
        self._wake = wake
        self._members: dict[str, Member] = {}
        self._opening: dict[str, tuple[Request, Future[Run]]] = {}
        self._early: dict[str, list[Request]] = {}
        self._turns = Turns()
        self._round: deque[str] = deque()
        # One thread: tracing holds the interpreter's lock, so that a second one would only take time from training.
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compile")

    def receive(self, request: Request) -> None:
        if request.operation == "open":
            self._open(request)
        elif request.operation == "close":
            self._close(request)
        elif request.run in self._opening:
            self._early[request.run].append(request)
        elif member := self._members.get(request.run):
            member.handle(request)
        else:
            self._refuse(request, UnknownRun(run_id=request.run))

    def turn(self) -> float:
        """Gives one run a slice of time; returns the seconds until there is something to do."""
        self._finish_opening()
        for member in self._members.values():
            member.poll()
        if not self._round:
            self._round.extend(self._turns.grant([m.name for m in self._members.values() if m.wait_secs() <= 0]))
        if not self._round:
            return min((member.wait_secs() for member in self._members.values()), default=IDLE_SECS)
        self._slice(self._round.popleft())
        return 0.0

    def close(self) -> None:
        self._background.shutdown(wait=False, cancel_futures=True)

    def _slice(self, name: str) -> None:
        if member := self._members.get(name):
            start = self._clock()
            member.work(self._turns.quantum_secs)
            self._turns.spent(name, self._clock() - start)

    def _open(self, request: Request) -> None:
        """Traces and compiles in the background, while the others train on."""
        future = self._background.submit(self._make, request)
        future.add_done_callback(lambda _: self._wake())
        self._opening[request.run] = (request, future)
        self._early[request.run] = []

    def _make(self, request: Request) -> Run:
        resuming = bool(request.arguments.get("checkpoint"))
        run = self._runs.resume(request.blob) if resuming else self._runs.fresh(read_experiment(request.blob))
        run.prepare(Changes())
        return run

    def _finish_opening(self) -> None:
        ready = [name for name, (_, future) in self._opening.items() if future.done()]
        for name in ready:
            request, future = self._opening.pop(name)
            early = self._early.pop(name)
            self._admit(request, future)
            for waiting in early:
                self.receive(waiting)

    def _admit(self, request: Request, future: Future[Run]) -> None:
        try:
            member = Member(
                request.run,
                future.result(),
                self._tell,
                background=self._background,
                clock=self._clock,
                wake=self._wake,
            )
        except NetloomError as error:
            self._refuse(request, error)
        except Exception:  # noqa: BLE001 (one run's error must not end the engine of the others)
            _log.exception("open failed", run=request.run)
            self._refuse(request, NetloomError("This experiment could not be started here."))
        else:
            self._members[request.run] = member
            member.begin(request)

    def _close(self, request: Request) -> None:
        self._members.pop(request.run, None)
        self._opening.pop(request.run, None)
        self._early.pop(request.run, None)
        self._tell(Batch(request.run, answer=Answer(request.number)))

    def _refuse(self, request: Request, error: NetloomError) -> None:
        self._tell(Batch(request.run, answer=Answer(request.number, error=telling.problem(error))))
