"""What every store does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import alembic.command
import pytest

from netloom.storage.base import Store, StoredRun
from netloom.storage.database import migrations
from netloom.storage.memory import MemoryStore
from netloom.storage.sql import SqlStore

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC).replace(tzinfo=None)  # stored as UTC, without saying so
KEEP_DAYS = 9


def a_run(name: str, owner: str = "me", *, minutes: int = 0) -> StoredRun:
    return StoredRun(name.ljust(26, "a"), owner, b"{}", NOW + timedelta(minutes=minutes), NOW)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    match request.param:
        case "memory":
            store: Store = MemoryStore()
        case "sqlite":
            store = SqlStore(tmp_path)
        case _:
            store = SqlStore(tmp_path, request.getfixturevalue("make_database")())
    await store.start()
    yield store
    await store.close()


async def test_a_run_comes_back_as_it_was_added(store: Store) -> None:
    await store.add_run(a_run("x"))

    assert await store.run(a_run("x").id) == a_run("x")
    assert await store.run("b" * 26) is None


async def test_a_visitor_finds_their_own_runs_newest_first(store: Store) -> None:
    await store.add_run(a_run("x", minutes=1))
    await store.add_run(a_run("y", minutes=2))
    await store.add_run(a_run("z", owner="you"))

    assert [run.id[0] for run in await store.runs_of("me")] == ["y", "x"]


async def test_the_newest_checkpoint_and_document_are_kept(store: Store) -> None:
    run = a_run("x")
    await store.add_run(run)
    assert await store.checkpoint(run.id) is None

    for number in range(3):
        await store.save(run.id, f"checkpoint {number}".encode(), f"document {number}".encode(), NOW)

    assert await store.checkpoint(run.id) == b"checkpoint 2"
    found = await store.run(run.id)
    assert found is not None
    assert found.experiment == b"document 2"


async def test_what_nobody_knows_is_not_saved(store: Store) -> None:
    await store.save("b" * 26, b"checkpoint", b"{}", NOW)

    assert await store.run("b" * 26) is None
    assert await store.checkpoint("b" * 26) is None


async def test_many_saves_at_once_all_arrive(store: Store) -> None:
    runs = [a_run(chr(97 + number)) for number in range(20)]
    await asyncio.gather(*(store.add_run(run) for run in runs))

    await asyncio.gather(*(store.save(run.id, run.id.encode(), b"{}", NOW) for run in runs))

    assert [await store.checkpoint(run.id) for run in runs] == [run.id.encode() for run in runs]


async def serve_days(store: Store, days: int, *, start: datetime = NOW, keep_days: int = KEEP_DAYS) -> list[str]:
    """A server runs on as many days, one after the other; answers with what is removed."""
    removed: list[str] = []
    for day in range(days):
        for _ in range(2):
            removed += await store.expire(start + timedelta(days=day), keep_days=keep_days, most=100)
    return removed


async def test_a_run_goes_with_its_checkpoints_when_nobody_opened_it_on_as_many_days(store: Store) -> None:
    for name in ("x", "y"):
        await store.add_run(a_run(name))
        await store.save(a_run(name).id, b"trained", b"{}", NOW)

    assert await serve_days(store, 6) == []
    assert await store.touch([a_run("y").id, "b" * 26], NOW + timedelta(days=5)) == [a_run("y").id]
    assert await serve_days(store, 3, start=NOW + timedelta(days=6)) == []
    assert await serve_days(store, 1, start=NOW + timedelta(days=9)) == [a_run("x").id]

    assert await store.run(a_run("x").id) is None
    assert await store.checkpoint(a_run("x").id) is None
    assert await store.checkpoint(a_run("y").id) == b"trained"


async def test_days_without_a_server_do_not_count(store: Store) -> None:
    await store.add_run(a_run("x"))

    assert await serve_days(store, 5) == []
    assert await serve_days(store, 4, start=NOW + timedelta(days=3650)) == []
    assert await serve_days(store, 2, start=NOW + timedelta(days=4000)) == [a_run("x").id]


@pytest.mark.parametrize("jump", [timedelta(days=30), timedelta(days=-30), timedelta(days=10_000)])
async def test_r6_a_clock_that_jumps_to_and_fro_removes_nothing(store: Store, jump: timedelta) -> None:
    await store.add_run(a_run("x"))

    for day in range(4):
        assert await store.expire(NOW + timedelta(days=day), keep_days=KEEP_DAYS, most=100) == []
        assert await store.expire(NOW + timedelta(days=day) + jump, keep_days=KEEP_DAYS, most=100) == []
        await store.touch([a_run("x").id], NOW + timedelta(days=day) + jump)


async def test_r6_a_clock_that_is_put_back_makes_no_run_older(store: Store) -> None:
    await store.add_run(a_run("x"))
    await serve_days(store, 10, keep_days=1000)
    await store.touch([a_run("x").id], NOW + timedelta(days=9))

    await store.touch([a_run("x").id], NOW)

    assert await store.expire(NOW + timedelta(days=10), keep_days=KEEP_DAYS, most=100) == []


async def test_runs_are_removed_a_few_at_a_time(store: Store) -> None:
    runs = [a_run(chr(97 + number)) for number in range(7)]
    for run in runs:
        await store.add_run(run)
    await serve_days(store, 9)

    later = NOW + timedelta(days=9)
    removed = [await store.expire(later, keep_days=KEEP_DAYS, most=3) for _ in range(4)]

    assert [len(few) for few in removed] == [3, 3, 1, 0]
    assert sorted(run_id for few in removed for run_id in few) == [run.id for run in runs]


async def test_runs_are_still_there_after_a_restart(tmp_path: Path, assert_intact: Callable[[Path], None]) -> None:
    for _ in range(2):
        store = SqlStore(tmp_path)
        await store.start()
        if await store.run(a_run("x").id) is None:
            await store.add_run(a_run("x"))
            await store.save(a_run("x").id, b"saved", b"{}", NOW)
        await store.close()

    store = SqlStore(tmp_path)
    await store.start()
    assert await store.checkpoint(a_run("x").id) == b"saved"
    await store.close()
    assert_intact(tmp_path)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_of_an_older_netloom_is_brought_up_to_date_with_all_that_it_holds(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = request.getfixturevalue("make_database")() if kind == "postgresql" else None
    older = SqlStore(tmp_path, url)
    await older.start()
    await older.add_run(a_run("x"))
    async with older._engine.begin() as connection:
        await connection.run_sync(lambda plain: alembic.command.downgrade(migrations(plain), "0001"))
    await older.close()

    store = SqlStore(tmp_path, url)
    await store.start()
    assert await store.run(a_run("x").id) == a_run("x")
    assert await serve_days(store, 10) == [a_run("x").id]
    await store.close()


async def test_servers_that_start_at_once_on_a_new_folder_bring_its_database_up_to_date_once(tmp_path: Path) -> None:
    stores = [SqlStore(tmp_path) for _ in range(4)]
    await asyncio.gather(*(store.start() for store in stores))

    await stores[0].add_run(a_run("x"))
    assert all([await store.run(a_run("x").id) for store in stores])
    await asyncio.gather(*(store.close() for store in stores))
