"""Runs in a database, SQLite by default, PostgreSQL by URL; checkpoints in files beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from netloom.errors import StorageBusy
from netloom.storage.base import StoredRun
from netloom.storage.checkpoints import CheckpointFiles
from netloom.storage.tables import RunRow

BUSY_SECS = 5.0
_MIGRATIONS = Path(__file__).parent / "migrations"


class SqlStore:
    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = folder
        self._files = CheckpointFiles(folder / "checkpoints")
        self._url = url or f"sqlite+aiosqlite:///{folder / 'netloom.sqlite'}"
        self._engine: AsyncEngine

    async def start(self) -> None:
        """Creates what is missing and brings an older database up to date."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._engine = create_async_engine(self._url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _configure_sqlite)
        async with self._engine.begin() as connection:
            await connection.run_sync(_migrate)

    async def close(self) -> None:
        await self._engine.dispose()

    async def add_run(self, run: StoredRun) -> None:
        async with self._session() as session:
            session.add(
                RunRow(id=run.id, owner=run.owner, experiment=run.experiment, created=run.created, updated=run.updated)
            )

    async def run(self, run_id: str) -> StoredRun | None:
        async with self._session() as session:
            row = await session.get(RunRow, run_id)
            return None if row is None else _stored(row)

    async def runs_of(self, owner: str) -> list[StoredRun]:
        query = select(RunRow).where(RunRow.owner == owner).order_by(RunRow.created.desc())
        async with self._session() as session:
            return [_stored(row) for row in await session.scalars(query)]

    async def save(self, run_id: str, checkpoint: bytes, experiment: bytes, now: datetime) -> None:
        await asyncio.to_thread(self._files.save, run_id, checkpoint)
        async with self._session() as session:
            row = await session.get(RunRow, run_id)
            if row is not None:
                row.experiment, row.updated = experiment, now

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[AsyncSession]:
        """One transaction. Raises StorageBusy, as where another process holds the database for longer than a while."""
        try:
            async with AsyncSession(self._engine) as session, session.begin():
                yield session
        except OperationalError as error:
            raise StorageBusy from error

    async def checkpoint(self, run_id: str) -> bytes | None:
        return await asyncio.to_thread(self._files.load, run_id)


def _stored(row: RunRow) -> StoredRun:
    return StoredRun(row.id, row.owner, row.experiment, row.created, row.updated)


def _configure_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={round(BUSY_SECS * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(connection: Connection) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")
