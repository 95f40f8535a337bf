"""The tables. Migrations in `migrations/versions` bring a database to this form."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    pass


class RunRow(Table):
    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    experiment: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[datetime] = mapped_column(DateTime)
    updated: Mapped[datetime] = mapped_column(DateTime)


class CheckpointRow(Table):
    """Used where several servers share a database; elsewhere checkpoints are files."""

    __tablename__ = "checkpoints"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Grows by one with each save; the two newest are kept."""
    checksum: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the content."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
