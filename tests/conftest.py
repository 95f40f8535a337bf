"""Every test computes as engines do: under the same flags, in one thread, with compiled programs kept on the disk."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from netloom.engine.device import configure

configure(Path(__file__).parents[1] / ".pytest_cache" / "d" / "programs")


@pytest.fixture
def assert_intact() -> Callable[[Path], None]:
    """Of a data folder: SQLite finds nothing wrong with its database, whoever was killed while writing (R5)."""

    def check(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "netloom.sqlite")) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    return check
