"""Runs come and go with those who watch them (EV7), on a clock of the test's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from netloom.api.expiry import Expiry
from netloom.api.registry import PAUSED_AFTER_SECS, UNLOADED_AFTER_SECS, Registry
from netloom.errors import ServerFull, StorageBusy, StorageFull, UnknownRun
from netloom.experiment import Experiment
from netloom.hosts.base import HostHealth, Listener
from netloom.hosts.messages import Answer, Batch
from netloom.protocol.commands import Attach
from netloom.session.outbox import Outbox
from netloom.settings import Caps
from netloom.storage.base import StoredRun
from netloom.storage.memory import MemoryStore

OWNER = "owner"
CHECKPOINT = b"where it was"
MOST_RUNS = 3
TABS = 8


class FakeHost:
    """Answers everything at once; a run that is paused tells its checkpoint."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.opened: list[tuple[str, bytes]] = []
        self.released: list[str] = []

    async def start(self, listener: Listener) -> None:
        self.listener = listener

    async def close(self) -> None: ...

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        self.opened.append((run, checkpoint))

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        self.asked.append((run, operation))
        viewer = (arguments or {}).get("viewer")
        snapshot = {"type": "snapshot", "history": []} if operation == "snapshot" else None
        saved = CHECKPOINT if operation == "unwatched" else b""
        batch = Batch(run, answer=Answer(1, viewer=viewer, snapshot=snapshot), checkpoint=saved)
        self.listener.on_batch(batch)
        future: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        future.set_result(batch)
        return future

    async def release(self, run: str) -> None:
        self.released.append(run)

    def health(self) -> HostHealth:
        return HostHealth("cpu", 1, 0)


class World:
    """A registry, and the clock that it goes by."""

    def __init__(self) -> None:
        self.now = 0.0
        self.day = 0
        self.host = FakeHost()
        self.store = MemoryStore()
        self.registry = Registry(
            self.host,
            self.store,
            caps=Caps(),
            most_runs=MOST_RUNS,
            clock=lambda: self.now,
            now=self.utc,
        )
        self.outbox = Outbox(clock=lambda: self.now)

    def utc(self) -> datetime:
        return datetime(2026, 1, 1) + timedelta(days=self.day)  # noqa: DTZ001

    async def pass_secs(self, secs: float) -> None:
        self.now += secs
        await self.registry.tend()

    async def attach(self, run: str) -> None:
        await self.registry.handle("tab", OWNER, self.outbox, Attach(id=1, run=run))

    def asked(self, operation: str) -> int:
        return [one for _, one in self.host.asked].count(operation)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.host.start(made.registry)
    yield made


async def test_ev7_a_run_that_nobody_watches_pauses_is_saved_and_leaves_its_engine(world: World) -> None:
    run = await world.registry.create(OWNER, Experiment())
    await world.attach(run)
    await world.pass_secs(10 * UNLOADED_AFTER_SECS)
    assert world.asked("unwatched") == 0, "somebody is watching"

    world.registry.leave("tab", world.outbox)
    await world.pass_secs(PAUSED_AFTER_SECS - 1)
    assert world.asked("unwatched") == 0
    await world.pass_secs(2)
    assert world.asked("unwatched") == 1
    await world.pass_secs(2)
    assert await world.store.checkpoint(run) == CHECKPOINT
    assert world.host.released == []

    await world.pass_secs(UNLOADED_AFTER_SECS)
    assert world.host.released == [run]


async def test_ev7_whoever_comes_back_finds_the_run_where_it_was(world: World) -> None:
    run = await world.registry.create(OWNER, Experiment())
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)
    assert world.host.released == [run]

    await world.attach(run)

    assert world.host.opened == [(run, b""), (run, CHECKPOINT)]
    assert '"snapshot"' in str(world.outbox.next())


async def test_a_full_server_puts_away_what_nobody_watches_and_says_so_when_all_is_watched(world: World) -> None:
    runs = [await world.registry.create(f"visitor {n}", Experiment()) for n in range(MOST_RUNS)]
    for run in runs[1:]:
        owner = f"visitor {runs.index(run)}"
        await world.registry.handle(f"tab of {owner}", owner, world.outbox, Attach(id=1, run=run))

    last = await world.registry.create("newcomer", Experiment())
    assert world.host.released == runs[:1]
    await world.registry.handle("tab of the newcomer", "newcomer", world.outbox, Attach(id=1, run=last))
    with pytest.raises(ServerFull, match="server is full"):
        await world.registry.create("too late", Experiment())
    with pytest.raises(ServerFull):
        await world.registry.open(runs[0], "visitor 0")

    world.registry.leave("tab of the newcomer", world.outbox)
    await world.registry.open(runs[0], "visitor 0")
    assert world.host.released == [runs[0], last]


async def test_who_waits_for_a_run_to_be_opened_sees_how_many_networks_are_compiled_first(world: World) -> None:
    may_open = asyncio.Event()

    class Slow(FakeHost):
        async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
            world.registry.on_batch(Batch(run, ahead=2))
            await may_open.wait()
            world.registry.on_batch(Batch(run, answer=Answer(1)))

    world.registry._host = Slow()
    creating = asyncio.create_task(world.registry.create(OWNER, Experiment()))
    await asyncio.sleep(0)
    meanwhile = world.registry.ahead(OWNER), world.registry.ahead("another")
    may_open.set()
    await creating

    assert meanwhile == (2, 0)
    assert world.registry.ahead(OWNER) == 0


async def test_a_run_that_cannot_be_kept_does_not_stay_in_its_engine(world: World) -> None:
    class Locked(MemoryStore):
        async def add_run(self, run: StoredRun) -> None:
            raise StorageBusy

    world.registry._store = Locked()

    with pytest.raises(StorageBusy):
        await world.registry.create(OWNER, Experiment())

    assert world.host.released == [world.host.opened[0][0]]


class Failing(MemoryStore):
    """Saves nothing while there is an error to raise."""

    error: Exception | None = None
    tried = 0

    async def save(self, run_id: str, checkpoint: bytes, experiment: bytes, now: datetime) -> None:
        self.tried += 1
        if self.error is not None:
            raise self.error
        await super().save(run_id, checkpoint, experiment, now)


@pytest.mark.parametrize(
    ("error", "words"),
    [(StorageFull(), "disk is full"), (StorageBusy(), "cannot reach"), (ValueError(), "cannot reach")],
)
async def test_r4_what_cannot_be_saved_is_told_tried_again_and_stays_in_its_engine_until_it_is(
    world: World, error: Exception, words: str
) -> None:
    store = world.registry._store = Failing()
    run = await world.registry.create(OWNER, Experiment())
    await world.attach(run)
    world.registry.on_batch(Batch(run, checkpoint=CHECKPOINT))
    store.error = error

    for _ in range(3):
        await world.pass_secs(2)
    told = told_of_saving(world.outbox)
    assert len(told) == 1 and words in told[0]
    world.registry.leave("tab", world.outbox)
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)
    assert world.host.released == []

    store.error = None
    await world.pass_secs(2)
    assert await store.checkpoint(run) == CHECKPOINT
    assert world.host.released == [run]


async def test_r4_a_run_that_is_saved_again_says_so(world: World) -> None:
    store = world.registry._store = Failing()
    run = await world.registry.create(OWNER, Experiment())
    await world.attach(run)
    world.registry.on_batch(Batch(run, checkpoint=CHECKPOINT))
    store.error = StorageFull()
    await world.pass_secs(2)

    store.error = None
    await world.pass_secs(2)
    await world.pass_secs(2)

    assert told_of_saving(world.outbox)[1:] == [None]


async def test_r5_storage_out_of_reach_is_waited_for_once_and_told_to_all(world: World) -> None:
    store = world.registry._store = Failing()
    runs = [await world.registry.create(OWNER, Experiment()) for _ in range(MOST_RUNS)]
    for run in runs:
        await world.attach(run)
        world.registry.on_batch(Batch(run, checkpoint=CHECKPOINT))
    store.error = StorageBusy()

    await world.pass_secs(2)

    assert store.tried == 1
    assert len(told_of_saving(world.outbox)) == MOST_RUNS


def told_of_saving(outbox: Outbox) -> list[Any]:
    messages = [json.loads(message) for message in iter(outbox.next, None) if isinstance(message, str)]
    return [message["event"]["problem"] for message in messages if message["event"]["type"] == "saving"]


async def test_a_run_that_an_engine_holds_or_that_was_opened_does_not_expire(world: World) -> None:
    held, opened, left = [await world.registry.create(OWNER, Experiment()) for _ in range(3)]
    await world.attach(held)
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)
    expiry = Expiry(world.store, world.registry, keep_days=10, now=world.utc)

    for day in range(1, 13):
        world.day = day
        if day == 5:
            await world.registry.open(opened, OWNER)
            await world.pass_secs(UNLOADED_AFTER_SECS + 1)
        await expiry.tend()

    assert [await world.store.run(run) is not None for run in (held, opened, left)] == [True, True, False]
    with pytest.raises(UnknownRun):
        await world.registry.open(left, OWNER)


async def test_a_run_can_be_opened_while_nothing_can_be_written(world: World) -> None:
    class Full(MemoryStore):
        async def touch(self, run_ids: Sequence[str], now: datetime) -> list[str]:
            raise StorageFull

    world.registry._store = Full()
    run = await world.registry.create(OWNER, Experiment())
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)

    assert (await world.registry.open(run, OWNER)).owner == OWNER


async def test_runs_are_kept_for_ever_when_the_operator_says_so(world: World) -> None:
    run = await world.registry.create(OWNER, Experiment())
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)

    await asyncio.wait_for(Expiry(world.store, world.registry, keep_days=0, now=world.utc).look_after(), 10)

    assert await world.store.run(run) is not None


async def test_a_glance_begins_the_time_anew(world: World) -> None:
    run = await world.registry.create(OWNER, Experiment())
    await world.pass_secs(PAUSED_AFTER_SECS - 1)

    await world.attach(run)
    world.registry.leave("tab", world.outbox)
    await world.pass_secs(PAUSED_AFTER_SECS - 1)

    assert world.asked("unwatched") == 0


async def test_l7_tabs_that_come_back_at_once_cost_the_store_two_reads_each_at_most_and_one_checkpoint(
    world: World,
) -> None:
    run = await world.registry.create(OWNER, Experiment())
    await world.pass_secs(UNLOADED_AFTER_SECS + 1)
    read: list[str] = []
    for name in ("run", "checkpoint"):
        _note_calls(world.store, name, read)

    tabs = (world.registry.handle(f"tab {n}", OWNER, world.outbox, Attach(id=n, run=run)) for n in range(TABS))
    await asyncio.gather(*tabs)

    assert world.registry.held == {run}
    assert read.count("checkpoint") == 1
    assert len(read) <= 2 * TABS


def _note_calls(store: MemoryStore, name: str, called: list[str]) -> None:
    method = getattr(store, name)

    async def noting(*arguments: Any) -> Any:
        called.append(name)
        await asyncio.sleep(0.01)
        return await method(*arguments)

    setattr(store, name, noting)
