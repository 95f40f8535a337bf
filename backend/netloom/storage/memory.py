"""A store that lasts as long as the process: for tests and for trying things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from netloom.storage.base import StoredRun
from netloom.storage.days import unused_since


class MemoryStore:
    def __init__(self) -> None:
        self._runs: dict[str, StoredRun] = {}
        self._checkpoints: dict[str, bytes] = {}
        self._opened: dict[str, datetime] = {}
        self._days: set[date] = set()

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def add_run(self, run: StoredRun) -> None:
        self._runs[run.id] = run
        self._opened[run.id] = run.updated

    async def run(self, run_id: str) -> StoredRun | None:
        return self._runs.get(run_id)

    async def runs_of(self, owner: str) -> list[StoredRun]:
        owned = [run for run in self._runs.values() if run.owner == owner]
        return sorted(owned, key=lambda run: run.created, reverse=True)

    async def save(self, run_id: str, checkpoint: bytes, experiment: bytes, now: datetime) -> None:
        if run_id in self._runs:
            self._checkpoints[run_id] = checkpoint
            self._runs[run_id] = replace(self._runs[run_id], experiment=experiment, updated=now)

    async def checkpoint(self, run_id: str) -> bytes | None:
        return self._checkpoints.get(run_id)

    async def touch(self, run_ids: Sequence[str], now: datetime) -> list[str]:
        known = [run_id for run_id in run_ids if run_id in self._runs]
        for run_id in known:
            self._opened[run_id] = max(now, self._opened[run_id])
        return known

    async def expire(self, now: datetime, *, keep_days: int, most: int) -> list[str]:
        self._days.add(now.date())
        if (since := unused_since(sorted(self._days, reverse=True), keep_days)) is None:
            return []
        expired = sorted(run_id for run_id, opened in self._opened.items() if opened < since)[:most]
        for run_id in expired:
            for held in (self._runs, self._checkpoints, self._opened):
                held.pop(run_id, None)
        return expired
