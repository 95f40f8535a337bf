"""Checkpoints in PostgreSQL, which several servers share: two generations, each with its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netloom.storage.tables import CheckpointRow


class CheckpointRows:
    """Within the caller's transaction, which holds the run's row, so that two servers save one after the other."""

    async def save(self, session: AsyncSession, run_id: str, checkpoint: bytes) -> None:
        good = func.sha256(CheckpointRow.content) == CheckpointRow.checksum
        newest_good = select(func.max(CheckpointRow.number)).where(CheckpointRow.run == run_id, good)
        before = await session.scalar(newest_good) or 0
        await session.execute(
            delete(CheckpointRow).where(CheckpointRow.run == run_id, CheckpointRow.number != before),
        )
        checksum = hashlib.sha256(checkpoint).digest()
        session.add(CheckpointRow(run=run_id, number=before + 1, checksum=checksum, content=checkpoint))

    async def load(self, session: AsyncSession, run_id: str) -> bytes | None:
        """The newest undamaged one."""
        newest_first = CheckpointRow.number.desc()
        rows = await session.scalars(select(CheckpointRow).where(CheckpointRow.run == run_id).order_by(newest_first))
        return next((row.content for row in rows if hashlib.sha256(row.content).digest() == row.checksum), None)

    async def remove(self, run_ids: Sequence[str]) -> None:
        """They go with their runs."""
