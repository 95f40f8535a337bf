"""Engines in child processes: the embedded default. Nothing to install or to start beside the server.

An engine that ends, however it ends, is noticed as its socket closes; one that hangs, as it does not come round. A
spare one that is warm takes over its runs, from their last checkpoints; what was told before is retrained without
being told again, so that histories go on without a gap or a duplicate.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.arranging import Arranging
from netloom.hosts.base import HostHealth, HostLoad, Listener
from netloom.hosts.child import Child
from netloom.hosts.compilers import COMPILE_SECS, Compilers, fulfill
from netloom.hosts.cores import every_core
from netloom.hosts.engines import Engines
from netloom.hosts.hosted import Hosted
from netloom.hosts.messages import Batch, Request, Wish
from netloom.hosts.moving import Moving
from netloom.hosts.pending import Pending, asked, opening
from netloom.hosts.roster import Roster
from netloom.hosts.slate import Slate
from netloom.hosts.supervision import Limits, Supervision


class ProcessHost:
    """`cache`: the folder of compiled programs; without it there is no compiler either, and every engine compiles for
    itself. `ahead`: compile what newcomers are likely to need. Memory: an engine that has grown larger than `most_mb`
    hands over to a spare one; one that holds more than `engine_mb` is ended, and a quarter beyond that no process is
    given; `total_mb` is for engines and compilers together. `compile_secs`: of a processor's time, for one network."""

    def __init__(
        self,
        *,
        workers: int,
        spares: int = 1,
        device: str = "auto",
        cache: str = "",
        ahead: bool = False,
        most_mb: int = 1500,
        engine_mb: int = 2000,
        total_mb: int = 3000,
        compile_secs: float = COMPILE_SECS,
    ) -> None:
        self._ahead = ahead
        common = ("--device", device, "--cache", cache, "--most-mb", str(engine_mb * 5 // 4))
        self._engines = Engines(self._child, common, workers=workers, spares=spares)
        compiling = (*common, "--cores", every_core())
        self._compilers = Compilers(*compiling, most_secs=compile_secs) if cache else None
        self._runs = Roster()
        self._errands = Pending()
        limits = Limits(engine=engine_mb * 2**20, total=total_mb * 2**20)
        self._supervision = Supervision(self, self._runs, self._engines, limits)
        moving = Moving(self.ask, self._send_on_errand)
        self._arranging = Arranging(self._runs, self._engines, moving, most_bytes=most_mb * 2**20)
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._restarts = 0

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        await self._engines.start()
        self._later(self._stand_by())
        self._later(self._supervision.look_for_ever())
        self._later(self._supervision.weigh_for_ever())
        self._later(self._arranging.arrange_for_ever())
        self._later(self._arranging.prepare_for_ever())

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
        self._runs[run] = Hosted(run, self._runs.least_loaded(self._engines.working), owner)
        try:
            await self.ask(run, "open", *opening(owner, experiment, checkpoint))
        except BaseException:
            self._runs.pop(run, None)
            raise

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        request = Request(next(self._numbers), run, operation, arguments or {}, blob)
        hosted = self._runs.get(run)
        future = asked(request, hosted and hosted.pending, closing=self._closing)
        if hosted and not future.done():
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
            spares=sum(spare.ready.is_set() for spare in self._engines.spares),
            restarts=self._restarts,
            memory_bytes=sum(child.memory_bytes() for child in self._engines.alive),
            compiling=compiling,
            compiled=compiled,
            compile_secs=compile_secs,
        )

    def pids(self) -> list[int]:
        """Of the engines that hold runs, or may."""
        return [child.pid for child in self._engines.working]

    async def ready(self) -> None:
        """Until one engine can train."""
        await self._engines.working[0].ready.wait()

    async def spare_prepared(self) -> None:
        """Until an engine stands by that has loaded what the runs need."""
        await self._arranging.spare_prepared()

    # Engines come and go

    def _child(self) -> Child:
        return Child(self._on_batch, self._on_end, self._on_wish, Slate.blank())

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
        if self._closing:
            return
        self._restarts += 1
        if self._compilers:
            self._compilers.drop(child)
        self._later(self._replace(child))

    async def _replace(self, child: Child) -> None:
        await self._supervision.take_over(child)
        await self._engines.add_spares()

    def lose(self, hosted: Hosted) -> None:
        self._listener.on_lost(hosted.name)

    def give_up(self, hosted: Hosted, why: str) -> None:
        self._runs.pop(hosted.name)
        failed = {"type": "status", "status": "failed", "playing": False, "epoch": 0, "step": 0, "message": why}
        self._listener.on_batch(Batch(hosted.name, [{**failed, "reason": None, "queue_position": None}]))
        hosted.pending.fail(EngineLost(why))

    def other_processes(self) -> list[Child]:
        return self._compilers.processes if self._compilers else []

    def save_memory(self) -> bool:
        return self._compilers is not None and self._compilers.stop_working_ahead()

    def _send_on_errand(
        self, child: Child, operation: str, arguments: dict[str, Any], blob: bytes
    ) -> asyncio.Future[Batch]:
        """About no run that the engine holds."""
        request = Request(next(self._numbers), "", operation, arguments, blob)
        future = self._errands.add(request)
        future.add_done_callback(lambda _: self._errands.drop(request))
        child.send(request)
        return future

    # What engines tell

    def _on_batch(self, child: Child, batch: Batch) -> None:
        if not batch.run:
            self._errands.settle(batch)
            return
        hosted = self._runs.get(batch.run)
        if hosted is None or hosted.child is not child:
            return
        hosted.note(batch)
        try:
            self._listener.on_batch(batch)
        finally:
            hosted.pending.settle(batch)

    def _on_wish(self, child: Child, wish: Wish) -> None:
        if not wish.dropped:
            self._later(self._fulfill(child, wish))
        elif self._compilers:
            # Not before the wish, which may have come in the same moment, has its place in the line.
            asyncio.get_running_loop().call_soon(self._compilers.drop, child, wish.key)

    async def _fulfill(self, child: Child, wish: Wish) -> None:
        async def compiled(tell: Callable[[int], None]) -> bool:
            return self._compilers is not None and await self._compilers.compile(wish, child, tell)

        await fulfill(wish, child.send, compiled)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
