"""A store that lasts as long as the process: for tests and for trying things."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from netloom.storage.base import StoredRun


class MemoryStore:
    def __init__(self) -> None:
        self._runs: dict[str, StoredRun] = {}
        self._checkpoints: dict[str, bytes] = {}

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def add_run(self, run: StoredRun) -> None:
        self._runs[run.id] = run

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
