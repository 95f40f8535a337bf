"""A database that another process holds, and one whose server is killed (R5)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netloom.errors import StorageBusy
from netloom.storage.base import StoredRun
from netloom.storage.sql import SqlStore

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC).replace(tzinfo=None)


def a_run(name: str) -> StoredRun:
    return StoredRun(name.ljust(26, "a"), "me", b"{}", NOW, NOW)


async def test_r5_a_database_that_stays_held_is_told_as_busy_and_serves_again_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netloom.storage.database.BUSY_SECS", 0.3)
    store = SqlStore(tmp_path)
    await store.start()
    other = sqlite3.connect(tmp_path / "netloom.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StorageBusy, match="try again"):
        await store.add_run(a_run("x"))
    other.execute("ROLLBACK")
    await store.add_run(a_run("x"))

    assert await store.run(a_run("x").id) == a_run("x")
    other.close()
    await store.close()


async def test_r5_a_database_that_another_process_holds_does_not_hold_the_loop(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.start()
    other = sqlite3.connect(tmp_path / "netloom.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    ticks = 0

    adding = asyncio.create_task(store.add_run(a_run("x")))
    for _ in range(40):
        await asyncio.sleep(0.05)
        ticks += 1
    assert not adding.done()
    other.execute("ROLLBACK")
    await asyncio.wait_for(adding, 20)

    # Had the loop been held, the write would have failed after BUSY_SECS, before the last tick.
    assert ticks == 40
    assert await store.run(a_run("x").id) == a_run("x")
    other.close()
    await store.close()


ADDS_FOR_EVER = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from netloom.storage.base import StoredRun
from netloom.storage.sql import SqlStore

async def main():
    store = SqlStore(Path(sys.argv[1]))
    await store.start()
    for number in range(int(sys.argv[2]), 1_000_000):
        run = f"{number:026}"
        await store.add_run(StoredRun(run, "me", b"{}" * 2000, datetime(2026, 1, 1), datetime(2026, 1, 1)))
        await store.save(run, b"trained", b"{}" * 2000, datetime(2026, 1, 1))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_r5_servers_killed_while_they_write_leave_a_whole_database_with_all_that_was_written(
    tmp_path: Path, assert_intact: Callable[[Path], None]
) -> None:
    rng = random.Random(7)
    said = -1
    for _ in range(5):
        command = [sys.executable, "-c", ADDS_FOR_EVER, str(tmp_path), str(said + 2)]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        first = await process.stdout.readline()
        await asyncio.sleep(rng.uniform(0, 0.3))
        os.kill(process.pid, signal.SIGKILL)
        rest = await process.stdout.read()
        await process.wait()
        said = int((first + rest).splitlines()[-1])
        assert_intact(tmp_path)

        store = SqlStore(tmp_path)
        await store.start()
        assert await store.run(f"{said:026}") is not None
        assert await store.checkpoint(f"{said:026}") == b"trained"
        await store.close()
