"""Runs in a database: SQLite with checkpoints in files beside it, or PostgreSQL with checkpoints in itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import case, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from netloom.storage.base import StoredRun
from netloom.storage.checkpoint_rows import CheckpointRows
from netloom.storage.checkpoints import CheckpointFiles
from netloom.storage.database import bring_up_to_date, database_url, open_database, plain_errors
from netloom.storage.days import unused_since
from netloom.storage.tables import DayRow, RunRow


class SqlStore:
    """`folder`: of checkpoint files, and of the SQLite database where no `url` names another."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """Raises StorageUnusable."""
        self._folder = folder
        self._url = database_url(url or f"sqlite:///{folder / 'netloom.sqlite'}")
        in_files = self._url.get_backend_name() == "sqlite"
        self._checkpoints = _InFiles(folder / "checkpoints") if in_files else CheckpointRows()
        self._engine: AsyncEngine

    async def start(self) -> None:
        """Creates what is missing and brings an older database up to date."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._engine = open_database(self._url)
        try:
            await bring_up_to_date(self._engine)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        await self._engine.dispose()

    async def add_run(self, run: StoredRun) -> None:
        async with self._session() as session:
            session.add(
                RunRow(
                    id=run.id,
                    owner=run.owner,
                    experiment=run.experiment,
                    created=run.created,
                    updated=run.updated,
                    opened=run.updated,
                )
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
        async with self._session() as session:
            row = await session.get(RunRow, run_id, with_for_update=True)
            if row is not None:
                await self._checkpoints.save(session, run_id, checkpoint)
                row.experiment, row.updated = experiment, now

    async def checkpoint(self, run_id: str) -> bytes | None:
        async with self._session() as session:
            return await self._checkpoints.load(session, run_id)

    async def touch(self, run_ids: Sequence[str], now: datetime) -> list[str]:
        # Never back: a clock that is put back must not make runs older.
        newest = case((RunRow.opened < now, now), else_=RunRow.opened)
        touching = update(RunRow).where(RunRow.id.in_(run_ids)).values(opened=newest).returning(RunRow.id)
        async with self._session() as session:
            return list(await session.scalars(touching))

    async def expire(self, now: datetime, *, keep_days: int, most: int) -> list[str]:
        await self._note_day(now.date())
        async with self._session() as session:
            days = await session.scalars(select(DayRow.day).order_by(DayRow.day.desc()).limit(keep_days + 1))
            if (since := unused_since(list(days), keep_days)) is None:
                return []
            unused = select(RunRow.id).where(RunRow.opened < since).order_by(RunRow.id).limit(most)
            # Said again, as one that another server opens meanwhile must stay.
            removing = delete(RunRow).where(RunRow.id.in_(unused), RunRow.opened < since).returning(RunRow.id)
            removed = sorted(await session.scalars(removing))
            await self._checkpoints.remove(removed)
            return removed

    async def _note_day(self, day: date) -> None:
        async with self._session() as session:
            if await session.get(DayRow, day) is not None:
                return
        # Another server may note it at the same time.
        with contextlib.suppress(IntegrityError):
            async with self._session() as session:
                session.add(DayRow(day=day))

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[AsyncSession]:
        """One transaction, begun by its first statement."""
        with plain_errors():
            async with AsyncSession(self._engine) as session, session.begin():
                yield session


class _InFiles:
    """As CheckpointRows, beside the database."""

    def __init__(self, folder: Path) -> None:
        self._files = CheckpointFiles(folder)

    async def save(self, _: AsyncSession, run_id: str, checkpoint: bytes) -> None:
        await asyncio.to_thread(self._files.save, run_id, checkpoint)

    async def load(self, _: AsyncSession, run_id: str) -> bytes | None:
        return await asyncio.to_thread(self._files.load, run_id)

    async def remove(self, run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            await asyncio.to_thread(self._files.remove, run_id)


def _stored(row: RunRow) -> StoredRun:
    return StoredRun(row.id, row.owner, row.experiment, row.created, row.updated)
