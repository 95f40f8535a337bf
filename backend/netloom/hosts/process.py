"""Engines in child processes: the embedded default. Nothing to install or to start beside the server.

An engine that ends, however it ends, is noticed as its socket closes, or as it falls silent. A spare one that is
warm takes over its runs, from their last checkpoints; what was told before is retrained without being told again,
so that histories go on without a gap or a duplicate.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from dataclasses import dataclass, field
from typing import Any

import structlog

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.base import HostHealth, HostLoad, Listener
from netloom.hosts.child import Child
from netloom.hosts.compilers import COMPILE_SECS, Compilers, TooSlowToCompile
from netloom.hosts.messages import Batch, Request, Wish
from netloom.hosts.pending import Pending

SILENT_SECS = 10.0
START_SECS = 180.0
RETRY_SECS = 1.0
"""Before an engine that did not even start is tried again."""
MOST_STRIKES = 3
"""A run whose engine ended this many times before it told anything is given up."""

_log = structlog.get_logger()


@dataclass
class Hosted:
    """What it takes to go on with a run in another engine."""

    child: Child
    owner: str
    checkpoint: bytes = b""
    rows: int = 0
    """Of history, told so far."""
    playing: dict[str, Any] = field(default_factory=dict)
    watch: dict[str, Any] | None = None
    strikes: int = 0
    pending: Pending = field(default_factory=Pending)
    """Asked and not answered. An answer, its events and its checkpoint arrive in one message or not at all, so
    that asking again carries out nothing twice."""

    def note(self, batch: Batch) -> None:
        self.strikes = 0
        self.checkpoint = batch.checkpoint or self.checkpoint
        self.playing = self.playing if batch.playing is None else batch.playing
        for event in batch.events:
            if event["type"] == "history":
                self.rows = event["offset"] + len(event["rows"])


class ProcessHost:
    """`cache`: the folder of compiled programs; without it there is no compiler either, and every engine compiles for
    itself. `ahead`: compile what newcomers are likely to need. `most_mb`: an engine that has grown larger hands over to
    a spare one at a quiet moment. `compile_secs`: of a processor's time, for one network."""

    def __init__(
        self,
        *,
        workers: int,
        spares: int = 1,
        device: str = "auto",
        cache: str = "",
        ahead: bool = False,
        most_mb: int = 1500,
        compile_secs: float = COMPILE_SECS,
    ) -> None:
        self._wanted = workers
        self._most_bytes = most_mb * 2**20
        self._wanted_spares = spares
        self._ahead = ahead
        common = ("--device", device, "--cache", cache)
        self._options = (*common, "--cores", _engine_cores())
        self._compilers = Compilers(*common, most_secs=compile_secs) if cache else None
        self._children: list[Child] = []
        self._spares: list[Child] = []
        self._alive: set[Child] = set()
        """Every engine from its birth to its end, also one that nobody uses yet."""
        self._runs: dict[str, Hosted] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._restarts = 0

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        for _ in range(self._wanted):
            self._children.append(await self._spawn())
        self._later(self._stand_by())
        self._later(self._watch_over())

    async def close(self) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        compilers = [self._compilers.close()] if self._compilers else []
        await asyncio.gather(*(child.close() for child in self._alive), *compilers)
        for hosted in self._runs.values():
            hosted.pending.fail(EngineLost("The server is closing."))

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        self._runs[run] = Hosted(self._least_loaded(), owner)
        try:
            await self.ask(run, "open", {"checkpoint": bool(checkpoint), "owner": owner}, checkpoint or experiment)
        except BaseException:
            self._runs.pop(run, None)
            raise

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        request = Request(next(self._numbers), run, operation, arguments or {}, blob)
        hosted = self._runs.get(run)
        pending = hosted.pending if hosted else Pending()
        future = pending.add(request)
        if hosted is None or self._closing:
            pending.fail(EngineLost("The server is closing.") if self._closing else UnknownRun(run_id=run))
            return future
        if operation == "watch":
            hosted.watch = request.arguments["watch"]
        hosted.child.send(request)
        return future

    async def release(self, run: str) -> None:
        if hosted := self._runs.pop(run, None):
            hosted.child.send(Request(0, run, "close"))
            hosted.pending.fail(UnknownRun(run_id=run))

    def health(self) -> HostHealth:
        ready = [child for child in self._children if child.device is not None]
        device = ready[0].device if ready else None
        warmed, to_warm = self._compilers.warmed if self._compilers else (0, 0)
        return HostHealth(
            device=device or "",
            workers=len(ready),
            runs=len(self._runs),
            warmed=warmed,
            to_warm=to_warm,
            load=self._load(),
        )

    def _load(self) -> HostLoad:
        compiling, compiled, compile_secs = self._compilers.load if self._compilers else (0, 0, 0.0)
        return HostLoad(
            spares=sum(spare.ready.is_set() for spare in self._spares),
            restarts=self._restarts,
            memory_bytes=sum(child.memory_bytes() for child in (*self._children, *self._spares)),
            compiling=compiling,
            compiled=compiled,
            compile_secs=compile_secs,
        )

    def pids(self) -> list[int]:
        """Of the engines that hold runs, or may."""
        return [child.pid for child in self._children]

    async def ready(self) -> None:
        """Until one engine can train."""
        await self._children[0].ready.wait()

    # Engines come and go

    async def _spawn(self) -> Child:
        child = Child(self._on_batch, self._on_end, self._on_wish)
        self._alive.add(child)
        await child.spawn("worker", *self._options)
        return child

    async def _stand_by(self) -> None:
        """What is not needed for the first run starts once the first engine is ready."""
        await self.ready()
        if self._compilers:
            await self._compilers.start()
        await self._add_spares()
        for spare in self._spares:
            await spare.ready.wait()
        if self._compilers and self._ahead:
            await self._compilers.work_ahead(self._children[0].device or "")

    async def _add_spares(self) -> None:
        """After the others are ready, so that they start sooner."""
        for child in self._children:
            await child.ready.wait()
        while len(self._spares) < self._wanted_spares:
            self._spares.append(await self._spawn())

    def _on_end(self, child: Child) -> None:
        self._alive.discard(child)
        if self._closing:
            return
        self._restarts += 1
        _log.warning("engine lost", pid=child.pid, runs=sum(h.child is child for h in self._runs.values()))
        self._later(self._replace(child))

    async def _replace(self, child: Child) -> None:
        if child in self._spares:
            self._spares.remove(child)
        else:
            await self._take_over(child)
        await self._add_spares()

    async def _take_over(self, child: Child) -> None:
        for name in self._runs_of(child):
            self._listener.on_lost(name)
        if child.device is None:
            await asyncio.sleep(RETRY_SECS)
        heir = self._spares.pop(0) if self._spares else await self._spawn()
        self._children[self._children.index(child)] = heir
        for name in self._runs_of(child):
            self._move(name, self._runs[name], heir)

    def _runs_of(self, child: Child) -> list[str]:
        return [name for name, hosted in self._runs.items() if hosted.child is child]

    def _move(self, name: str, hosted: Hosted, heir: Child) -> None:
        hosted.strikes += 1
        if hosted.strikes > MOST_STRIKES:
            self._give_up(name, hosted)
            return
        hosted.child = heir
        if hosted.checkpoint:
            heir.send(self._reopening(name, unnoticed=False))
        for request in hosted.pending.requests():
            heir.send(request)

    def _give_up(self, name: str, hosted: Hosted) -> None:
        """It would take every engine down, one after the other."""
        sentence = "The engine ended each time it tried this run; change the network or start a new run."
        self._runs.pop(name)
        failed = {"type": "status", "status": "failed", "playing": False, "epoch": 0, "step": 0, "message": sentence}
        self._listener.on_batch(Batch(name, [{**failed, "reason": None, "queue_position": None}]))
        hosted.pending.fail(EngineLost(sentence))

    async def _watch_over(self) -> None:
        """A stopped or hung engine says nothing; its socket stays open."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1.0)
            for child in (*self._children, *self._spares):
                patience = START_SECS if child.device is None else SILENT_SECS
                if loop.time() - child.heard_at > patience:
                    _log.warning("engine silent", pid=child.pid)
                    child.kill()
            for child in self._children:
                if child.memory_bytes() > self._most_bytes and self._quiet(child):
                    await self._hand_over(child)

    def _quiet(self, child: Child) -> bool:
        """Nothing is being trained or asked there, and a spare engine could take over at once."""
        runs = [hosted for hosted in self._runs.values() if hosted.child is child]
        still = all(hosted.checkpoint and not hosted.playing and not hosted.pending.count for hosted in runs)
        return still and bool(self._spares) and self._spares[0].ready.is_set()

    async def _hand_over(self, child: Child) -> None:
        """Unnoticed: each run is opened from its last checkpoint, since which nothing has happened."""
        _log.info("engine renewed", pid=child.pid)
        heir = self._spares.pop(0)
        self._children[self._children.index(child)] = heir
        for name in self._runs_of(child):
            self._runs[name].child = heir
            heir.send(self._reopening(name, unnoticed=True))
        await child.close()
        self._alive.discard(child)
        self._later(self._add_spares())

    def _reopening(self, name: str, *, unnoticed: bool) -> Request:
        hosted = self._runs[name]
        arguments = {
            "checkpoint": True,
            "owner": hosted.owner,
            "rows": hosted.rows,
            "playing": hosted.playing,
            "watch": hosted.watch,
            "unnoticed": unnoticed,
        }
        return Request(0, name, "open", arguments, hosted.checkpoint)

    # What engines tell

    def _on_batch(self, child: Child, batch: Batch) -> None:
        hosted = self._runs.get(batch.run)
        if hosted is None or hosted.child is not child:
            return
        hosted.note(batch)
        self._listener.on_batch(batch)
        hosted.pending.settle(batch)

    def _on_wish(self, child: Child, wish: Wish) -> None:
        self._later(self._fulfill(child, wish))

    async def _fulfill(self, child: Child, wish: Wish) -> None:
        """An engine whose wish cannot be fulfilled compiles by itself, unless it takes too long for anybody."""
        ok, refusal = False, None
        try:
            ok = self._compilers is not None and await self._compilers.compile(wish)
        except TooSlowToCompile as error:
            refusal = str(error)
        child.send(Request(0, "", "compiled", {"key": wish.key, "ok": ok, "refusal": refusal}))

    def _least_loaded(self) -> Child:
        loads = {id(child): 0 for child in self._children}
        for hosted in self._runs.values():
            loads[id(hosted.child)] = loads.get(id(hosted.child), 0) + 1
        return min(self._children, key=lambda child: loads[id(child)])

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _engine_cores() -> str:
    """All but the first, which is the server's."""
    if not hasattr(os, "sched_getaffinity"):
        return ""
    cores = sorted(os.sched_getaffinity(0))
    return ",".join(map(str, cores[1:] or cores))
