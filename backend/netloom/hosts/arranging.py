"""Which engine a run is best off in: fresh ones before they grow too large, and one aside for what takes long."""

from __future__ import annotations

import asyncio

import structlog

from netloom.hosts.child import Child
from netloom.hosts.engines import Engines
from netloom.hosts.hosted import Hosted
from netloom.hosts.moving import Moving
from netloom.hosts.roster import Roster

ARRANGED_EVERY_SECS = 1.0
YOUNG_SECS = 60.0
"""An engine that is younger is not renewed, however large its runs have made it."""
ASIDE_SECS = 60.0
"""How long the engine aside is kept without a run."""

_log = structlog.get_logger()


class Arranging:
    """`most_bytes`: an engine that holds more hands its runs over to a spare one."""

    def __init__(
        self, roster: Roster, engines: Engines, moving: Moving, *, most_bytes: int, young_secs: float = YOUNG_SECS
    ) -> None:
        self._roster = roster
        self._engines = engines
        self._moving = moving
        self.most_bytes = most_bytes
        self.young_secs = young_secs
        self._used_at = 0.0
        """When the engine aside last had a run."""

    async def arrange_for_ever(self) -> None:
        while True:
            await asyncio.sleep(ARRANGED_EVERY_SECS)
            self._note_slow()
            await self._set_aside()
            await self._bring_back()
            for child in list(self._engines.working):
                if self._outgrown(child):
                    await self._renew(child)

    async def prepare_for_ever(self) -> None:
        """Spare engines load what the runs need before they have to take them over."""
        while True:
            await asyncio.sleep(ARRANGED_EVERY_SECS)
            for spare in list(self._engines.spares):
                await self._prepare(spare)

    async def _prepare(self, spare: Child) -> None:
        if spare.ready.is_set():
            for hosted in list(self._roster.values()):
                await self._moving.preload(hosted, spare)

    async def spare_prepared(self) -> None:
        """Until a spare engine has loaded what the runs need."""
        while not self._engines.spare_ready:  # noqa: ASYNC110 (an engine that is being started tells nobody)
            await asyncio.sleep(0.05)
        await self._prepare(self._engines.spares[0])

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # Runs that would disturb the others

    def _note_slow(self) -> None:
        for child in self._engines.alive:
            for hosted in self._roster.of(child):
                if hosted.name in child.slow:
                    hosted.found_slow(self._now)

    async def _set_aside(self) -> None:
        """Not where nobody is disturbed."""
        for child in list(self._engines.working):
            runs = self._roster.of(child)
            slow = [hosted for hosted in runs if hosted.disturbs(self._now)]
            if not slow or len(slow) == len(runs):
                continue
            aside = await self._engines.start_aside()
            self._used_at = self._now
            if aside.ready.is_set():
                await self._move(slow, aside)

    async def _bring_back(self) -> None:
        aside = self._engines.aside
        if aside is None:
            return
        runs = self._roster.of(aside)
        self._used_at = self._now if runs else self._used_at
        if self._now - self._used_at > ASIDE_SECS:
            await self._engines.dismiss(aside)
        calm = [hosted for hosted in runs if not hosted.disturbs(self._now)]
        await self._move(calm, self._roster.least_loaded(self._engines.working))

    async def _move(self, runs: list[Hosted], heir: Child) -> None:
        for hosted in runs:
            await self._moving.move(hosted, heir)

    # Engines that have grown

    def _outgrown(self, child: Child) -> bool:
        old = child.ready.is_set() and self._now - child.born_at > self.young_secs
        return old and self._engines.spare_ready and child.memory_bytes() > self.most_bytes

    async def _renew(self, child: Child) -> None:
        """Run by run, while the others train on where they are."""
        _log.info("engine renewed", pid=child.pid, megabytes=child.memory_bytes() >> 20)
        heir = await self._engines.succeed(child)
        await self._move(self._roster.of(child), heir)
        if left := self._roster.of(child):
            _log.warning("runs not moved", runs=[hosted.name for hosted in left])
            # Its end is noticed, and they go on from their last checkpoints.
            child.kill()
        else:
            await self._engines.dismiss(child)
        await self._engines.add_spares()
