"""The tables. Migrations in `migrations/versions` bring a database to this form."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Integer, LargeBinary, String
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
    opened: Mapped[datetime] = mapped_column(DateTime, index=True)
    """When it was last in use."""


class DayRow(Table):
    """A day on which there was a server."""

    __tablename__ = "days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)


class CheckpointRow(Table):
    """Used where several servers share a database; elsewhere checkpoints are files."""

    __tablename__ = "checkpoints"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Grows by one with each save; the two newest are kept."""
    checksum: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the content."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
