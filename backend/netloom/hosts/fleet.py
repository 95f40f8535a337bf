"""The engines of a cluster: started where there is room, listened to, replaced when they are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

import structlog

from netloom.hosts.courier import Courier
from netloom.hosts.messages import Request, pack_request

SILENT_SECS = 5.0
"""An engine that says nothing for so long is replaced."""
GROW_SECS = 0.5
RETRY_SECS = 2.0
"""Before an engine that did not even start is tried again."""

_log = structlog.get_logger()


class Remote(Protocol):
    """An engine somewhere else, as `RayEngine` is."""

    def receive(self, messages: list[bytes]) -> Awaitable[object]: ...

    def next(self) -> Awaitable[list[bytes]]:
        """What it has told since, at least every second; raises when it has ended."""
        ...

    def kill(self) -> None: ...


class Cluster(Protocol):
    async def room(self) -> int:
        """How many more engines would find a free processor, or GPU, now."""
        ...

    async def start_engine(self) -> tuple[Remote, str]:
        """It, and the name of its device, once it can train. Raises where it does not start."""
        ...


class ClusterEngine:
    """One engine that can train."""

    def __init__(self, remote: Remote, device: str) -> None:
        self.device = device
        self.runs = 0
        self._remote = remote
        self._courier = Courier(remote.receive, failed=remote.kill)

    def send(self, request: Request) -> None:
        """What is lost on the way takes the engine with it, so that the next one is asked again."""
        self._courier.put(pack_request(request))

    def next(self) -> Awaitable[list[bytes]]:
        return self._remote.next()

    def kill(self) -> None:
        """Also one that may only be unreachable, so that it does not train on for nobody."""
        self._courier.stop()
        self._remote.kill()


class FleetListener(Protocol):
    def on_engine(self) -> None:
        """One more can train."""
        ...

    def on_told(self, engine: ClusterEngine, message: bytes) -> None: ...

    def on_engine_lost(self, engine: ClusterEngine) -> None: ...


class Fleet:
    """`most`: 0 is as many as find room."""

    def __init__(self, cluster: Cluster, listener: FleetListener, *, most: int) -> None:
        self._cluster = cluster
        self._listener = listener
        self._most = most
        self._starting = 0
        self._retry_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self.engines: list[ClusterEngine] = []

    def begin(self) -> None:
        self._later(self._grow())

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for engine in self.engines:
            engine.kill()

    def least_loaded(self) -> ClusterEngine | None:
        return min(self.engines, key=lambda engine: engine.runs, default=None)

    async def _grow(self) -> None:
        """For ever. Only when none is being started is it known what is free."""
        loop = asyncio.get_running_loop()
        while True:
            missing = self._most - len(self.engines) if self._most else 1000
            if missing > 0 and not self._starting and loop.time() >= self._retry_at:
                for _ in range(min(missing, await self._cluster.room())):
                    self._starting += 1
                    self._later(self._start())
            await asyncio.sleep(GROW_SECS)

    async def _start(self) -> None:
        try:
            remote, device = await self._cluster.start_engine()
        except Exception:  # noqa: BLE001 (a machine may vanish at any moment; it is tried again)
            _log.exception("engine not started")
            self._retry_at = asyncio.get_running_loop().time() + RETRY_SECS
        else:
            self.engines.append(engine := ClusterEngine(remote, device))
            self._later(self._listen(engine))
            self._listener.on_engine()
        finally:
            self._starting -= 1

    async def _listen(self, engine: ClusterEngine) -> None:
        try:
            while True:
                for message in await asyncio.wait_for(engine.next(), SILENT_SECS):
                    self._listener.on_told(engine, message)
        except Exception as error:  # noqa: BLE001 (whatever it is, nothing more will come)
            _log.warning("engine lost", runs=engine.runs, reason=repr(error))
        self.engines.remove(engine)
        engine.kill()
        self._listener.on_engine_lost(engine)

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
