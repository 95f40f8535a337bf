"""The interface of every store."""

from __future__ import annotations

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
