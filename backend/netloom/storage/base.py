"""The interface of every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class StoredRun:
    id: str
    owner: str
    experiment: bytes
    """JSON of the document as it last was."""
    created: datetime
    updated: datetime


class Store(Protocol):
    """Times are UTC and handed in. Every method raises StorageBusy and StorageFull."""

    async def start(self) -> None:
        """Raises StorageUnusable."""
        ...

    async def close(self) -> None: ...

    async def add_run(self, run: StoredRun) -> None: ...

    async def run(self, run_id: str) -> StoredRun | None: ...

    async def runs_of(self, owner: str) -> list[StoredRun]:
        """Newest first."""
        ...

    async def save(self, run_id: str, checkpoint: bytes, experiment: bytes, now: datetime) -> None:
        """Whole or not at all; the checkpoint before it is kept as well."""
        ...

    async def checkpoint(self, run_id: str) -> bytes | None:
        """The newest one that is undamaged."""
        ...

    async def touch(self, run_ids: Sequence[str], now: datetime) -> list[str]:
        """They are in use. Answers with those that there are."""
        ...

    async def expire(self, now: datetime, *, keep_days: int, most: int) -> list[str]:
        """Notes that there was a server today, and removes runs, with their checkpoints, that were last in use before
        the last `keep_days` days on which there was one: days and not time, as a clock that jumps adds but one."""
        ...
