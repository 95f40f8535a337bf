"""The engine processes of a server: those that work, and warm ones that stand by."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from netloom.hosts.child import Child


class Engines:
    """`make`: a child that hears; `options`: of its command line. An engine that has ended is replaced by whoever
    uses it."""

    def __init__(self, make: Callable[[], Child], options: tuple[str, ...], *, workers: int, spares: int) -> None:
        self._make = make
        self._options = (*options, "--cores", _engine_cores())
        self._wanted = workers
        self._wanted_spares = spares
        self.working: list[Child] = []
        """That hold runs, or may."""
        self.spares: list[Child] = []
        self.alive: set[Child] = set()
        """Every engine from its birth to its end, also one that nobody uses yet."""

    async def start(self) -> None:
        for _ in range(self._wanted):
            self.working.append(await self.spawn())

    async def close(self) -> None:
        await asyncio.gather(*(child.close() for child in self.alive))

    async def spawn(self) -> Child:
        child = self._make()
        self.alive.add(child)
        await child.spawn("worker", *self._options)
        return child

    async def add_spares(self) -> None:
        """After the others are ready, so that they start sooner."""
        for child in self.working:
            await child.ready.wait()
        while len(self.spares) < self._wanted_spares:
            self.spares.append(await self.spawn())

    @property
    def spare_ready(self) -> bool:
        return bool(self.spares) and self.spares[0].ready.is_set()

    async def succeed(self, child: Child) -> Child:
        """Another one takes its place."""
        heir = self.spares.pop(0) if self.spares else await self.spawn()
        self.working[self.working.index(child)] = heir
        return heir

    async def dismiss(self, child: Child) -> None:
        await child.close()
        self.alive.discard(child)


def _engine_cores() -> str:
    """All but the first, which is the server's."""
    if not hasattr(os, "sched_getaffinity"):
        return ""
    cores = sorted(os.sched_getaffinity(0))
    return ",".join(map(str, cores[1:] or cores))
