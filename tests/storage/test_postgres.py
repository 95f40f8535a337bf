"""What several servers may expect of the PostgreSQL that they share."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netloom.errors import StorageBusy, StorageUnusable
from netloom.storage.base import StoredRun
from netloom.storage.sql import SqlStore

NOW = datetime(2026, 5, 1)  # noqa: DTZ001
RUN = "a" * 26


@asynccontextmanager
async def stores(folder: Path, url: str, count: int) -> AsyncGenerator[list[SqlStore]]:
    """As many servers start at once."""
    made = [SqlStore(folder / str(number), url) for number in range(count)]
    await asyncio.gather(*(store.start() for store in made))
    yield made
    await asyncio.gather(*(store.close() for store in made))


async def test_of_servers_that_start_at_once_one_brings_the_database_up_to_date(
    tmp_path: Path, make_database: Callable[[], str]
) -> None:
    for _ in range(3):
        async with stores(tmp_path, make_database(), 6) as made:
            await made[0].add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
            assert all([await store.run(RUN) for store in made])


async def test_a_checkpoint_that_one_server_saved_is_loaded_by_another(
    tmp_path: Path, make_database: Callable[[], str]
) -> None:
    async with stores(tmp_path, make_database(), 2) as (one, two):
        await one.add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
        await one.save(RUN, b"trained", b'{"name": "new"}', NOW + timedelta(minutes=1))

        assert await two.checkpoint(RUN) == b"trained"
        found = await two.run(RUN)
        assert found is not None and found.experiment == b'{"name": "new"}'
    assert not (tmp_path / "0" / "checkpoints").exists()


async def test_two_servers_that_save_the_same_run_leave_two_whole_generations(
    tmp_path: Path, make_database: Callable[[], str], postgres: Any
) -> None:
    url = make_database()
    async with stores(tmp_path, url, 2) as made:
        await made[0].add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
        contents = [f"{server} {number}".encode() * 5000 for number in range(25) for server in (0, 1)]
        await asyncio.gather(
            *(made[number % 2].save(RUN, content, content[:3], NOW) for number, content in enumerate(contents))
        )

        newest = await made[0].checkpoint(RUN)
        found = await made[1].run(RUN)
    assert newest in contents
    # The document is the one that was saved with it: both change in one transaction.
    assert found is not None and newest[:3] == found.experiment
    kept = postgres.ask("SELECT number, sha256(content) = checksum FROM checkpoints", url.rpartition("/")[2])
    assert sorted(kept.split()) == ["49|t", "50|t"]


async def test_r3_a_checkpoint_that_is_damaged_in_the_database_gives_way_and_never_pushes_out_the_good_one(
    tmp_path: Path, make_database: Callable[[], str], postgres: Any
) -> None:
    url = make_database()
    async with stores(tmp_path, url, 1) as [store]:
        await store.add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
        for content in (b"one", b"two"):
            await store.save(RUN, content, b"{}", NOW)
        damage = "UPDATE checkpoints SET content = set_byte(content, 1, 7) WHERE number = {}"
        postgres.ask(damage.format(2), url.rpartition("/")[2])
        assert await store.checkpoint(RUN) == b"one"

        await store.save(RUN, b"three", b"{}", NOW)
        assert await store.checkpoint(RUN) == b"three"
        postgres.ask(damage.format(2), url.rpartition("/")[2])
        assert await store.checkpoint(RUN) == b"one"


async def test_a_database_that_went_away_is_told_as_busy_and_served_again_when_it_is_back(
    tmp_path: Path, make_database: Callable[[], str], postgres: Any
) -> None:
    async with stores(tmp_path, make_database(), 1) as [store]:
        await store.add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
        postgres.stop()
        try:
            for _ in range(2):
                with pytest.raises(StorageBusy, match="try again"):
                    await store.save(RUN, b"trained", b"{}", NOW)
        finally:
            postgres.start()

        await store.save(RUN, b"trained", b"{}", NOW)
        assert await store.checkpoint(RUN) == b"trained"


async def test_two_servers_that_lock_each_other_out_are_told_to_try_again(
    tmp_path: Path, make_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netloom.storage.database.BUSY_SECS", 0.5)
    import asyncpg

    url = make_database()
    async with stores(tmp_path, url, 1) as [store]:
        await store.add_run(StoredRun(RUN, "me", b"{}", NOW, NOW))
        other: Any = await asyncpg.connect(url.replace("+asyncpg", ""))
        holding = other.transaction()
        await holding.start()
        await other.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StorageBusy):
            await store.save(RUN, b"trained", b"{}", NOW)
        await holding.rollback()
        await other.close()

        await store.save(RUN, b"trained", b"{}", NOW)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
async def test_every_name_of_postgresql_leads_to_its_driver(
    tmp_path: Path, make_database: Callable[[], str], scheme: str
) -> None:
    url = make_database().replace("postgresql+asyncpg", scheme) + "?sslmode=prefer"
    async with stores(tmp_path, url, 1) as [store]:
        assert await store.run(RUN) is None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def refusal(folder: Path, url: str) -> str:
    """What is said of a database with which no server starts."""
    with pytest.raises(StorageUnusable) as refused:
        await SqlStore(folder, url).start()
    return str(refused.value)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://host/name", "postgresql://me@host:port/name", "://", "postgresql"]
)
async def test_an_address_of_no_database_is_told_from_one_out_of_reach(tmp_path: Path, url: str) -> None:
    assert "not the address of a database" in await refusal(tmp_path, url)


async def test_a_database_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    told = await refusal(tmp_path, f"postgresql://me:secret@127.0.0.1:{free_port()}/netloom")

    assert "postgresql://me:***@127.0.0.1" in told
    assert "refused" in told.lower() or "connect" in told.lower()


async def test_a_parameter_that_the_driver_does_not_know_is_named(tmp_path: Path) -> None:
    assert "'speed'" in await refusal(tmp_path, f"postgresql://127.0.0.1:{free_port()}/netloom?speed=9")


async def test_a_database_that_does_not_exist_is_named(tmp_path: Path, postgres: Any) -> None:
    assert 'database "nowhere" does not exist' in await refusal(tmp_path, postgres.url("nowhere"))


async def test_a_database_that_a_newer_netloom_made_is_left_alone(
    tmp_path: Path, make_database: Callable[[], str], postgres: Any
) -> None:
    url = make_database()
    name = url.rpartition("/")[2]
    postgres.ask("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)", name)
    postgres.ask("INSERT INTO alembic_version VALUES ('9999')", name)

    assert "newer Netloom" in await refusal(tmp_path, url)
    assert postgres.ask("SELECT version_num FROM alembic_version", name).strip() == "9999"


async def test_without_its_driver_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)

    assert "netloom[postgres]" in await refusal(tmp_path, "postgresql://127.0.0.1/netloom")


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql://me:secret@127.0.0.1:{port}/netloom"])
def test_a_server_without_its_database_ends_with_a_sentence(tmp_path: Path, url: str) -> None:
    """Status 2, nothing but the sentence, and the password is kept."""
    ended = subprocess.run(
        [sys.executable, "-m", "netloom.app", "serve", "--port", str(free_port())],
        env={**os.environ, "NETLOOM_DATA": str(tmp_path), "NETLOOM_DATABASE_URL": url.format(port=free_port())},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert "secret" not in ended.stderr
