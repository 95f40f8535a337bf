"""What is done about engines that end, hang or grow too large."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

import structlog

from netloom.hosts.child import Child
from netloom.hosts.engines import Engines
from netloom.hosts.hosted import Hosted
from netloom.hosts.memory import kills_for_memory
from netloom.hosts.roster import Roster
from netloom.hosts.suspicion import Cause, Ended, cause_of, sentence, suspects
from netloom.hosts.watchdog import Verdict, Watchdog, longest_turn_secs

LOOK_SECS = 1.0
WEIGH_SECS = 0.1
"""A process can take a gigabyte in half a second."""
START_SECS = 180.0
RETRY_SECS = 1.0
"""Before an engine that did not even start is tried again."""
MOST_TRIES = 3
"""A run whose engine ended more often before it told anything is given up, whatever ended it."""
MOST_STRIKES = 3
"""A run for which so many engines ended is given up."""
FORGIVEN_SECS = 300.0
WORTH_ENDING_BYTES = 500 * 2**20
"""An engine that holds less is not ended for the sake of all: a new one would soon hold as much."""
ENDED_EVERY_SECS = 60.0
"""For the sake of all; sooner, what could be saved has not shown yet."""

_log = structlog.get_logger()


class Limits(NamedTuple):
    """Bytes of memory. Beyond them an engine is ended."""

    engine: int
    """Of one engine."""
    total: int
    """Of all processes together: then it is the largest engine."""


class Master(Protocol):
    """Whose runs these are."""

    def lose(self, hosted: Hosted) -> None:
        """Its engine has ended, another one takes over."""
        ...

    def other_processes(self) -> list[Child]:
        """That count towards the total."""
        ...

    def save_memory(self) -> bool:
        """Whether it could be done without an engine."""
        ...

    def give_up(self, hosted: Hosted, why: str) -> None:
        """It would take every engine down, one after the other."""
        ...


class Supervision:
    def __init__(self, master: Master, roster: Roster, engines: Engines, limits: Limits) -> None:
        self._master = master
        self._roster = roster
        self._engines = engines
        self.limits = limits
        self._watchdogs: WeakKeyDictionary[Child, Watchdog] = WeakKeyDictionary()
        self._held: WeakKeyDictionary[Child, int] = WeakKeyDictionary()
        """Bytes of memory, as last seen."""
        self._verdicts: WeakKeyDictionary[Child, Verdict | Ended] = WeakKeyDictionary()
        self._kills = kills_for_memory()
        self._saved_at = -ENDED_EVERY_SECS

    # While they live

    async def look_for_ever(self) -> None:
        """A stopped or hung engine says nothing, or only that it lives; its socket stays open."""
        while True:
            await asyncio.sleep(LOOK_SECS)
            for child in list(self._engines.alive):
                self._look(child)
            self._forgive()

    async def weigh_for_ever(self) -> None:
        while True:
            await asyncio.sleep(WEIGH_SECS)
            for child in list(self._engines.alive):
                self._held[child] = child.memory_bytes()
                if self._held[child] > self.limits.engine:
                    self.end(child, "memory")
            self._hold_to_total()

    def end(self, child: Child, verdict: Verdict | Ended) -> None:
        if child not in self._verdicts:
            _log.warning("engine ended", pid=child.pid, reason=verdict, megabytes=self._held.get(child, 0) >> 20)
            self._verdicts[child] = verdict
            child.kill()

    def _look(self, child: Child) -> None:
        now = asyncio.get_running_loop().time()
        if not child.heard_at or child.slate is None:
            return
        if child.device is None:
            if now - child.heard_at > START_SECS:
                self.end(child, "still")
            return
        runs = self._roster.of(child)
        longest = longest_turn_secs(
            gigaflop=max((hosted.gigaflop for hosted in runs), default=0),
            catching_up=any(hosted.catching_up for hosted in runs),
        )
        verdict = self._watchdogs.setdefault(child, Watchdog()).look(
            now=now, turns=child.slate.turns, processor_secs=child.processor_secs(), turn_secs=longest
        )
        if verdict is not None:
            self.end(child, "stopped" if child.stopped else verdict)

    def _hold_to_total(self) -> None:
        private = {child: child.private_bytes() for child in self._engines.alive}
        total = sum(private.values()) + sum(child.private_bytes() for child in self._master.other_processes())
        if total <= self.limits.total or self._master.save_memory():
            return
        largest = max(private, key=lambda child: private[child], default=None)
        now = asyncio.get_running_loop().time()
        if largest and private[largest] > WORTH_ENDING_BYTES and now - self._saved_at > ENDED_EVERY_SECS:
            self._saved_at = now
            self.end(largest, "total")

    def _forgive(self) -> None:
        now = asyncio.get_running_loop().time()
        for hosted in self._roster.values():
            if now - hosted.struck_at > FORGIVEN_SECS:
                hosted.strikes = 0

    # When one has ended

    async def take_over(self, child: Child) -> None:
        """Another engine takes its runs, but for those to blame: they go on aside, where they disturb few."""
        was_spare, was_aside = child in self._engines.spares, child is self._engines.aside
        self._engines.forget(child)
        lost = self._roster.of(child)
        cause, blamed = self._blame(child, lost)
        _log.warning("engine lost", pid=child.pid, cause=cause, runs=len(lost), blamed=[run.name for run in blamed])
        for hosted in lost:
            self._master.lose(hosted)
        if child.device is None:
            await asyncio.sleep(RETRY_SECS)
        self._judge(cause, lost, blamed)
        if not was_spare and not was_aside:
            heir = await self._heir(child)
            disturbed = any(not hosted.strikes for hosted in self._roster.values())
            for hosted in self._roster.of(child):
                if not hosted.strikes or not disturbed:
                    hosted.move(heir, unnoticed=False)
        if self._roster.of(child):
            aside = await self._engines.start_aside()
            for hosted in self._roster.of(child):
                hosted.move(aside, unnoticed=False)

    def _blame(self, child: Child, lost: list[Hosted]) -> tuple[Cause, list[Hosted]]:
        before, self._kills = self._kills, kills_for_memory()
        cause = cause_of(child, self._verdicts.get(child), killed_for_memory=self._kills > before)
        return cause, suspects(cause, child, self._held.get(child, 0), lost)

    def _judge(self, cause: Cause, lost: list[Hosted], blamed: list[Hosted]) -> None:
        now = asyncio.get_running_loop().time()
        for hosted in lost:
            hosted.tries += 1
            if hosted in blamed:
                hosted.strikes, hosted.struck_at = hosted.strikes + 1, now
            if hosted.strikes >= MOST_STRIKES or hosted.tries > MOST_TRIES:
                self._master.give_up(hosted, sentence(cause))

    async def _heir(self, child: Child) -> Child:
        if child in self._engines.working:
            return await self._engines.succeed(child)
        return self._roster.least_loaded(self._engines.working)
