"""Which database, how it is reached, and what its errors mean."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from netloom.errors import StorageBusy, StorageFull, StorageUnusable

BUSY_SECS = 5.0
_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_TRANSIENT = frozenset({"08", "40", "53", "55", "57", "58"})
"""Classes of PostgreSQL's codes: connection, conflict, resources, state, operator, system."""
_DISK_FULL = "53100"
_MIGRATION_LOCK = 0x4E45544C
_NOT_AN_ADDRESS = (
    "NETLOOM_DATABASE_URL is not the address of a database that Netloom knows; "
    "it must be like postgresql://user:password@host:5432/name."
)
_NO_DRIVER = "NETLOOM_DATABASE_URL names a PostgreSQL database, which needs one more package: netloom[postgres]."


def database_url(given: str) -> URL:
    """With the driver that Netloom uses. Raises StorageUnusable."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise StorageUnusable(_NOT_AN_ADDRESS) from None
    if url.drivername not in _DRIVERS:
        raise StorageUnusable(_NOT_AN_ADDRESS)
    # What PostgreSQL's own programs call sslmode is ssl to asyncpg.
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(drivername=_DRIVERS[url.drivername], query=query)


def open_database(url: URL) -> AsyncEngine:
    """Connects to nothing yet. Raises StorageUnusable."""
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_async_engine(url, pool_timeout=BUSY_SECS)
            event.listen(engine.sync_engine, "connect", _configure_sqlite)
            return engine
        patience = {"timeout": BUSY_SECS, "command_timeout": 2 * BUSY_SECS}
        return create_async_engine(url, pool_timeout=BUSY_SECS, pool_pre_ping=True, connect_args=patience)
    except ModuleNotFoundError:
        raise StorageUnusable(_NO_DRIVER) from None


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """Creates what is missing. Raises StorageUnusable."""
    place = engine.url.set(drivername=engine.url.get_backend_name()).render_as_string(hide_password=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except CommandError:
        raise StorageUnusable(f"The database at {place} was made by a newer Netloom than this one.") from None
    except (DBAPIError, OSError, TypeError, ValueError) as error:
        raise StorageUnusable(f"The database at {place} cannot be used: {_reason(error)}.") from error


@contextlib.contextmanager
def plain_errors() -> Generator[None]:
    """Raises StorageFull and StorageBusy for what passes; other errors are mistakes of this program."""
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if _full(error):
            raise StorageFull from error
        if _passes(error):
            raise StorageBusy from error
        raise


def _full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or _state(error) == _DISK_FULL


def _passes(error: Exception) -> bool:
    """Another holds the database, or it cannot be reached."""
    if isinstance(error, DBAPIError):
        transient = error.connection_invalidated or _state(error)[:2] in _TRANSIENT
        return transient or isinstance(error, (OperationalError, InterfaceError))
    return True


def _state(error: Exception) -> str:
    """PostgreSQL's five-letter code, empty for others."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _reason(error: Exception) -> str:
    """In a line, without a full stop."""
    told = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
    reason = told[0] if told else "it does not answer"
    # The driver puts its own class before what the server said.
    return reason.rpartition(">: ")[2].rstrip(".")


def _configure_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={round(BUSY_SECS * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(connection: Connection) -> None:
    """All of it or nothing; of two servers that start at once one waits for the other."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    alembic.command.upgrade(migrations(connection), "head")


def migrations(connection: Connection) -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
