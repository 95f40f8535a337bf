"""Engines in child processes: the embedded default. Nothing to install or to start beside the server.

An engine that ends, however it ends, is noticed as its socket closes, or as it falls silent. A spare one that is
warm takes over its runs, from their last checkpoints; what was told before is retrained without being told again,
so that histories go on without a gap or a duplicate.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import structlog

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.base import HostHealth, Listener
from netloom.hosts.child import Child
from netloom.hosts.compilers import COMPILE_SECS, Compilers, TooSlowToCompile
from netloom.hosts.engines import Engines
from netloom.hosts.hosted import Hosted
from netloom.hosts.messages import Batch, Request, Wish
from netloom.hosts.pending import Pending

SILENT_SECS = 10.0
START_SECS = 180.0
RETRY_SECS = 1.0
"""Before an engine that did not even start is tried again."""
MOST_STRIKES = 3
"""A run whose engine ended this many times before it told anything is given up."""

_log = structlog.get_logger()


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
        self._most_bytes = most_mb * 2**20
        self._ahead = ahead
        common = ("--device", device, "--cache", cache)
        self._engines = Engines(self._child, common, workers=workers, spares=spares)
        self._compilers = Compilers(*common, most_secs=compile_secs) if cache else None
        self._runs: dict[str, Hosted] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        await self._engines.start()
        self._later(self._stand_by())
        self._later(self._watch_over())

    async def close(self) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        compilers = [self._compilers.close()] if self._compilers else []
        await asyncio.gather(self._engines.close(), *compilers)
        for hosted in self._runs.values():
            hosted.pending.fail(EngineLost("The server is closing."))

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        self._runs[run] = Hosted(run, self._least_loaded(), owner)
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
        hosted.asked(request)
        hosted.child.send(request)
        return future

    async def release(self, run: str) -> None:
        if hosted := self._runs.pop(run, None):
            hosted.child.send(Request(0, run, "close"))
            hosted.pending.fail(UnknownRun(run_id=run))

    def health(self) -> HostHealth:
        ready = [child for child in self._engines.working if child.device is not None]
        device = ready[0].device if ready else None
        warmed, to_warm = self._compilers.warmed if self._compilers else (0, 0)
        return HostHealth(device=device or "", workers=len(ready), runs=len(self._runs), warmed=warmed, to_warm=to_warm)

    def pids(self) -> list[int]:
        """Of the engines that hold runs, or may."""
        return [child.pid for child in self._engines.working]

    async def ready(self) -> None:
        """Until one engine can train."""
        await self._engines.working[0].ready.wait()

    # Engines come and go

    def _child(self) -> Child:
        return Child(self._on_batch, self._on_end, self._on_wish)

    async def _stand_by(self) -> None:
        """What is not needed for the first run starts once the first engine is ready."""
        await self.ready()
        if self._compilers:
            await self._compilers.start()
        await self._engines.add_spares()
        for spare in self._engines.spares:
            await spare.ready.wait()
        if self._compilers and self._ahead:
            await self._compilers.work_ahead(self._engines.working[0].device or "")

    def _on_end(self, child: Child) -> None:
        self._engines.alive.discard(child)
        if self._closing:
            return
        if self._compilers:
            self._compilers.drop(child)
        _log.warning("engine lost", pid=child.pid, runs=len(self._runs_of(child)))
        self._later(self._replace(child))

    async def _replace(self, child: Child) -> None:
        if child in self._engines.spares:
            self._engines.spares.remove(child)
        else:
            await self._take_over(child)
        await self._engines.add_spares()

    async def _take_over(self, child: Child) -> None:
        for hosted in self._runs_of(child):
            self._listener.on_lost(hosted.name)
        if child.device is None:
            await asyncio.sleep(RETRY_SECS)
        heir = await self._engines.succeed(child)
        for hosted in self._runs_of(child):
            self._move(hosted, heir)

    def _runs_of(self, child: Child) -> list[Hosted]:
        return [hosted for hosted in self._runs.values() if hosted.child is child]

    def _move(self, hosted: Hosted, heir: Child) -> None:
        hosted.strikes += 1
        if hosted.strikes > MOST_STRIKES:
            self._give_up(hosted)
        else:
            hosted.move(heir, unnoticed=False)

    def _give_up(self, hosted: Hosted) -> None:
        """It would take every engine down, one after the other."""
        sentence = "The engine ended each time it tried this run; change the network or start a new run."
        self._runs.pop(hosted.name)
        failed = {"type": "status", "status": "failed", "playing": False, "epoch": 0, "step": 0, "message": sentence}
        self._listener.on_batch(Batch(hosted.name, [{**failed, "reason": None, "queue_position": None}]))
        hosted.pending.fail(EngineLost(sentence))

    async def _watch_over(self) -> None:
        """A stopped or hung engine says nothing; its socket stays open."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1.0)
            for child in (*self._engines.working, *self._engines.spares):
                patience = START_SECS if child.device is None else SILENT_SECS
                if loop.time() - child.heard_at > patience:
                    _log.warning("engine silent", pid=child.pid)
                    child.kill()
            for child in self._engines.working:
                if child.memory_bytes() > self._most_bytes and self._quiet(child):
                    await self._hand_over(child)

    def _quiet(self, child: Child) -> bool:
        """Nothing is being trained or asked there, and a spare engine could take over at once."""
        runs = self._runs_of(child)
        still = all(hosted.checkpoint and not hosted.playing and not hosted.pending.count for hosted in runs)
        return still and self._engines.spare_ready

    async def _hand_over(self, child: Child) -> None:
        """Unnoticed: each run is opened from its last checkpoint, since which nothing has happened."""
        _log.info("engine renewed", pid=child.pid)
        heir = await self._engines.succeed(child)
        for hosted in self._runs_of(child):
            hosted.move(heir, unnoticed=True)
        await self._engines.dismiss(child)
        self._later(self._engines.add_spares())

    # What engines tell

    def _on_batch(self, child: Child, batch: Batch) -> None:
        hosted = self._runs.get(batch.run)
        if hosted is None or hosted.child is not child:
            return
        hosted.note(batch)
        self._listener.on_batch(batch)
        hosted.pending.settle(batch)

    def _on_wish(self, child: Child, wish: Wish) -> None:
        if not wish.dropped:
            self._later(self._fulfill(child, wish))
        elif self._compilers:
            # Not before the wish, which may have come in the same moment, has its place in the line.
            asyncio.get_running_loop().call_soon(self._compilers.drop, child, wish.key)

    async def _fulfill(self, child: Child, wish: Wish) -> None:
        """An engine whose wish cannot be fulfilled compiles by itself, unless it takes too long for anybody."""
        ok, refusal = False, None

        def tell(ahead: int) -> None:
            child.send(Request(0, "", "queued", {"key": wish.key, "ahead": ahead}))

        try:
            ok = self._compilers is not None and await self._compilers.compile(wish, child, tell)
        except TooSlowToCompile as error:
            refusal = str(error)
        child.send(Request(0, "", "compiled", {"key": wish.key, "ok": ok, "refusal": refusal}))

    def _least_loaded(self) -> Child:
        loads = {id(child): 0 for child in self._engines.working}
        for hosted in self._runs.values():
            loads[id(hosted.child)] = loads.get(id(hosted.child), 0) + 1
        return min(self._engines.working, key=lambda child: loads[id(child)])

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
