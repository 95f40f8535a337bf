"""The engine processes of a server: those that work, warm ones that stand by, and one aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from netloom.hosts.child import Child
from netloom.hosts.cores import engine_cores, every_core

NICE, NICE_ASIDE = "5", "10"


class Engines:
    """`make`: a child that hears; `options`: of its command line. Whoever uses an engine replaces it when it ends."""

    def __init__(self, make: Callable[[], Child], options: tuple[str, ...], *, workers: int, spares: int) -> None:
        self._make = make
        self._options = options
        self._cores, self._every_core = engine_cores(), every_core()
        self._wanted = workers
        self._wanted_spares = spares
        self.working: list[Child] = []
        """That hold runs, or may."""
        self.spares: list[Child] = []
        self.aside: Child | None = None
        """For runs that would disturb the others; there only while there are such."""
        self.alive: set[Child] = set()
        """Every engine from its birth to its end, also one that nobody uses yet."""
        self._starting_aside = asyncio.Lock()

    async def start(self) -> None:
        for _ in range(self._wanted):
            self.working.append(await self._spawn())

    async def close(self) -> None:
        await asyncio.gather(*(child.close() for child in self.alive))

    async def add_spares(self) -> None:
        """After the others are ready, so that they start sooner."""
        for child in self.working:
            await child.ready.wait()
        while len(self.spares) < self._wanted_spares:
            self.spares.append(await self._spawn())

    @property
    def spare_ready(self) -> bool:
        return bool(self.spares) and self.spares[0].ready.is_set()

    async def succeed(self, child: Child) -> Child:
        """Another one takes its place."""
        heir = self.spares.pop(0) if self.spares else await self._spawn()
        self.working[self.working.index(child)] = heir
        return heir

    async def start_aside(self) -> Child:
        """Started when it is needed. It may use the server's core too, as it gives way to everybody."""
        async with self._starting_aside:
            if self.aside is None:
                self.aside = await self._spawn(self._every_core, NICE_ASIDE)
        return self.aside

    async def dismiss(self, child: Child) -> None:
        self.forget(child)
        await child.close()

    def forget(self, child: Child) -> None:
        """It has ended, or is about to."""
        self.alive.discard(child)
        if child in self.spares:
            self.spares.remove(child)
        if child is self.aside:
            self.aside = None

    async def _spawn(self, cores: str | None = None, nice: str = NICE) -> Child:
        child = self._make()
        self.alive.add(child)
        chosen = ("--cores", self._cores if cores is None else cores, "--nice", nice)
        await child.spawn("worker", *self._options, *chosen)
        return child
