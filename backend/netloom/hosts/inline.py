"""An engine inside the server's own process: for tests, and to see in a debugger what an engine does."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.base import HostHealth, Listener
from netloom.hosts.engine_host import EngineHost, RunMaker
from netloom.hosts.messages import Batch, Request
from netloom.hosts.pending import Pending, asked, opening


class InlineHost:
    def __init__(self, runs: RunMaker, *, device: str = "cpu") -> None:
        self._runs = runs
        self._device = device
        self._names: dict[str, Pending] = {}
        self._numbers = itertools.count(1)

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        self._asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._engine = EngineHost(self._on_batch, self._runs, wake=self._wake)
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        self._task.cancel()
        self._engine.close()
        for pending in self._names.values():
            pending.fail(EngineLost("The server is closing."))

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        self._names[run] = Pending()
        try:
            await self.ask(run, "open", *opening(owner, experiment, checkpoint))
        except BaseException:
            self._names.pop(run, None)
            raise

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        request = Request(next(self._numbers), run, operation, arguments or {}, blob)
        future = asked(request, self._names.get(run))
        if not future.done():
            self._engine.receive(request)
            self._asked.set()
        return future

    async def release(self, run: str) -> None:
        if pending := self._names.pop(run, None):
            self._engine.receive(Request(0, run, "close"))
            pending.fail(UnknownRun(run_id=run))

    def health(self) -> HostHealth:
        return HostHealth(device=self._device, workers=1, runs=len(self._names))

    def _wake(self) -> None:
        """Called from the thread that compiles."""
        self._loop.call_soon_threadsafe(self._asked.set)

    def _on_batch(self, batch: Batch) -> None:
        if pending := self._names.get(batch.run):
            self._listener.on_batch(batch)
            pending.settle(batch)

    async def _work(self) -> None:
        while True:
            self._asked.clear()
            wait_secs = self._engine.turn()
            try:
                await asyncio.wait_for(self._asked.wait(), wait_secs or 0.0001)
            except TimeoutError:
                await asyncio.sleep(0)
