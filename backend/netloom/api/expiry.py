"""Runs that nobody has opened for long are removed, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from netloom.api.registry import Registry
from netloom.errors import NetloomError
from netloom.storage.base import Store

EVERY_SECS = 3600.0
MOST_AT_ONCE = 100
"""A mistake then shows before much is gone."""

_log = structlog.get_logger()


class Expiry:
    """`keep_days`: days on which there was a server, 0 for ever; `now`: UTC."""

    def __init__(self, store: Store, registry: Registry, *, keep_days: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._registry = registry
        self._keep_days = keep_days
        self._now = now

    async def look_after(self) -> None:
        """For ever."""
        while self._keep_days:
            await self.tend()
            await asyncio.sleep(EVERY_SECS)

    async def tend(self) -> None:
        """Runs that engines hold are in use."""
        try:
            await self._store.touch(sorted(self._registry.held), self._now())
            removed = await self._store.expire(self._now(), keep_days=self._keep_days, most=MOST_AT_ONCE)
        except NetloomError as error:
            _log.warning("no old runs removed", reason=str(error))
        else:
            if removed:
                _log.info("old runs removed", count=len(removed), unopened_days=self._keep_days)
