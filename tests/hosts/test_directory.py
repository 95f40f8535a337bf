"""Several servers and several engines: who hears what, and what happens when one of them is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from netloom.errors import NetloomError, UnknownRun
from netloom.experiment import View
from netloom.hosts.directory import Directory
from netloom.hosts.engine_host import RunMaker, jax_runs
from netloom.hosts.engine_thread import EngineThread
from netloom.hosts.fleet import Remote
from netloom.hosts.mailbox import Mailbox
from netloom.hosts.messages import Batch, pack_batch, unpack_request
from netloom.hosts.placed import Placed
from netloom.hosts.replica import FarDirectory, ReplicaHost
from netloom.hosts.trail import Trail
from netloom.protocol.frames import read_header
from netloom.training import Training

RUN = "r" * 26
OTHER = "o" * 26
SLOW = View(speed="20 epochs/s")


class Machine:
    """An engine that can be lost."""

    def __init__(self, runs: RunMaker) -> None:
        self._loop = asyncio.get_running_loop()
        self._told = Mailbox()
        self._thread = EngineThread(runs, tell=self._tell)
        self.lost = False

    async def receive(self, messages: list[bytes]) -> None:
        for message in messages:
            self._thread.receive(unpack_request(message[4:]))

    async def next(self) -> list[bytes]:
        told = await self._told.take(0.1)
        if self.lost:
            raise ConnectionError
        return told

    def kill(self) -> None:
        """What was told and not fetched is lost with it."""
        self.lost = True
        self._thread.close()

    def _tell(self, batch: Batch) -> None:
        self._loop.call_soon_threadsafe(lambda: self._told.put(pack_batch(batch), urgent=batch.answer is not None))


class Machines:
    """A cluster inside this process."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.runs = jax_runs("cpu")
        self.started: list[Machine] = []

    async def room(self) -> int:
        return self.free - sum(not machine.lost for machine in self.started)

    async def start_engine(self) -> tuple[Remote, str]:
        self.started.append(Machine(self.runs))
        return self.started[-1], "cpu"


class Line:
    """A server's connection to the directory, which can be cut."""

    def __init__(self, rack: "Rack") -> None:
        self._rack = rack
        self.whole = asyncio.Event()
        self.whole.set()

    def open(self) -> None: ...

    def close(self) -> None: ...

    def directory(self) -> FarDirectory:
        return self

    async def join(self, replica: str) -> str:
        await self.whole.wait()
        return self._rack.directory.join(replica)

    async def leave(self, replica: str) -> None:
        self._rack.directory.leave(replica)

    async def ask(self, replica: str, messages: list[bytes]) -> None:
        self._rack.directory.ask(replica, messages)

    async def next(self, replica: str) -> list[bytes] | None:
        await self.whole.wait()
        return await self._rack.directory.next(replica)


class Rack:
    """A directory, its machines, and the servers before it."""

    def __init__(self, free: int, desk: Callable[[ReplicaHost], Any]) -> None:
        self.now = 0.0
        self.machines = Machines(free)
        self._desk = desk
        self._desks: list[Any] = []
        self.directory = self._begin()

    def _begin(self) -> Directory:
        directory = Directory(self.machines, clock=lambda: self.now)
        directory.begin()
        return directory

    async def server(self) -> Any:
        line = Line(self)
        desk = self._desk(ReplicaHost(line))
        desk.line = line
        await desk.host.start(desk.ear)
        self._desks.append(desk)
        return desk

    async def servers(self) -> tuple[Any, Any]:
        return await self.server(), await self.server()

    def lose_directory(self) -> None:
        self.directory.close()
        self.directory = self._begin()

    def pass_time(self, secs: float) -> None:
        self.now += secs
        self.directory.tend()

    async def cut(self, desk: Any) -> None:
        """It still asks, and hears nothing any more."""
        desk.line.whole.clear()
        seat = self.directory._seats._seats[desk.host._name]
        while seat.waiting:  # noqa: ASYNC110 (until the last question is answered, which is a second at most)
            await asyncio.sleep(0.02)

    async def silence(self, desk: Any) -> None:
        """Until its lease has ended."""
        await self.cut(desk)
        self.pass_time(11)

    async def close(self) -> None:
        for desk in self._desks:
            desk.line.whole.set()
            await desk.host.close()
        self.directory.close()
        for machine in self.machines.started:
            machine.kill()


@pytest_asyncio.fixture
async def make_rack(make_desk: Callable[[ReplicaHost], Any]) -> AsyncIterator[Callable[[int], Rack]]:
    """With room for so many engines."""
    made: list[Rack] = []

    def make(free: int) -> Rack:
        made.append(Rack(free, make_desk))
        return made[-1]

    yield make
    for rack in made:
        await rack.close()


@pytest_asyncio.fixture
async def rack(make_rack: Callable[[int], Rack]) -> Rack:
    return make_rack(1)


async def uninterrupted(desk: Any, epochs: int) -> tuple[str, list[dict[str, Any]]]:
    await desk.open(run=OTHER, training=Training(epoch_limit=epochs))
    await desk.command("play", run=OTHER, until_epoch=epochs)
    await desk.until_status("finished", run=OTHER)
    return await desk.weights(OTHER), (await desk.snapshot(OTHER))["history"]


def cells(desk: Any) -> int:
    """Of the map in the newest layout, a side."""
    [boundary] = [c for c in desk.ear.events("layout")[-1]["channels"] if c["name"] == "boundary"]
    return boundary["shape"][-1]


async def test_a_run_opened_through_one_server_is_heard_and_asked_through_another(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(training=Training(epoch_limit=200))
    await first.command("play", until_epoch=20)
    await first.until_status("paused")

    await second.open()
    await second.command("play", until_epoch=40)
    await asyncio.gather(*(desk.ear.until(lambda desk=desk: len(desk.ear.history()) == 40) for desk in (first, second)))

    assert first.ear.history() == second.ear.history()
    assert second.ear.events("edited")[0]["experiment"]["training"]["epoch_limit"] == 200
    assert await first.weights() == await second.weights()


async def test_the_engine_watches_what_any_server_watches(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(view=SLOW)
    await second.open()
    await first.watch(boundary=30)
    assert cells(first) == 30

    await second.watch(boundary=60, weights=True)
    assert cells(second) == 60
    await first.ear.until(lambda: cells(first) == 60)
    await second.host.ask(RUN, "watch", {"watch": None})
    await first.watch(boundary=30)

    assert cells(first) == 30


async def test_frames_are_made_while_any_server_that_looks_can_take_them(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(view=SLOW)
    await second.open()
    for desk in (first, second):
        await desk.watch(frames_per_second=30)
    await first.command("play")

    await first.host.ask(RUN, "frames", {"wanted": False})
    seen = len([batch for batch in second.ear.batches if batch.frame])
    await second.ear.until(lambda: len([batch for batch in second.ear.batches if batch.frame]) > seen + 3)
    await second.host.ask(RUN, "frames", {"wanted": False})
    rows, seen = len(second.ear.history()), len([batch for batch in second.ear.batches if batch.frame])
    await second.ear.until(lambda: len(second.ear.history()) > rows + 10)

    assert len([batch for batch in second.ear.batches if batch.frame]) == seen


async def test_a_server_that_falls_silent_stops_counting_and_is_shown_what_it_missed(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(view=SLOW)
    await second.open()
    await first.watch(boundary=60)
    await second.watch(boundary=30)
    await first.command("play")

    first.line.whole.clear()
    rack.pass_time(5)
    await second.ear.until(lambda: len(second.ear.history()) > 5)
    assert cells(second) == 60
    rack.pass_time(11)
    await second.ear.until(lambda: cells(second) == 30)
    first.line.whole.set()
    await second.ear.until(lambda: len(second.ear.history()) > 30)
    await second.command("pause")
    await first.until_status("paused")

    assert first.ear.history() == second.ear.history()
    assert first.ear.lost == []


async def test_what_was_asked_before_a_cut_is_carried_out_once(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open()
    await second.open()

    await rack.cut(first)
    asked = asyncio.create_task(first.command("advance", unit="update"))
    await second.until_status("paused")
    assert not asked.done()
    rack.pass_time(11)
    first.line.whole.set()
    await asyncio.wait_for(asked, 10)

    assert (await first.snapshot())["status"]["step"] == 1


async def test_a_server_that_leaves_takes_nothing_from_the_others(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(view=SLOW)
    await second.open()
    await second.watch()
    await first.command("play")

    assert (await first.host.ask(RUN, "unwatched")).checkpoint
    await first.host.release(RUN)
    rows = len(second.ear.history())
    await second.ear.until(lambda: len(second.ear.history()) > rows + 5)

    with pytest.raises(UnknownRun):
        await first.snapshot()
    assert second.ear.events("status")[-1]["status"] == "training"


async def test_runs_of_an_engine_that_is_lost_go_on_in_another_to_the_last_bit(rack: Rack) -> None:
    rack.machines.free = 2
    first, second = await rack.servers()
    weights, rows = await uninterrupted(first, 150)
    await first.open(view=View(speed="100 epochs/s"), training=Training(epoch_limit=150))
    await second.open()
    await first.command("play")

    for moment in (20, 70, 110):
        await first.ear.until(lambda moment=moment: len(first.ear.history()) >= moment)
        [engine] = {run.engine for name, run in rack.directory._runs.items() if name == RUN}
        assert engine is not None
        engine.kill()
        await first.ear.until(lambda: len(first.ear.events("engine")) == first.ear.lost.count(RUN) > 0)
    await asyncio.gather(first.until_status("finished", secs=120), second.until_status("finished", secs=120))

    assert await first.weights() == await second.weights() == weights
    assert first.ear.history() == second.ear.history() == rows[1:]
    assert first.ear.lost.count(RUN) == second.ear.lost.count(RUN) == 3
    assert [event["state"] for event in second.ear.events("engine")] == ["resumed"] * 3


async def test_a_command_on_its_way_when_the_engine_is_lost_is_carried_out_once(rack: Rack) -> None:
    desk = await rack.server()
    await desk.open()
    await desk.command("advance", unit="epoch", count=3)

    rack.machines.started[0].kill()
    answers = await asyncio.gather(*(desk.command("advance", unit="update") for _ in range(4)))

    assert [answer.events[-2]["step"] for answer in answers] == [43, 44, 45, 46]


async def test_a_run_goes_on_when_the_directory_is_lost(rack: Rack) -> None:
    first, second = await rack.servers()
    weights, rows = await uninterrupted(first, 100)
    await first.open(view=View(speed="100 epochs/s"), training=Training(epoch_limit=100))
    await second.open()
    await second.watch()
    await first.command("play")
    await first.ear.until(lambda: len(first.ear.history()) >= 30)

    rack.lose_directory()
    await asyncio.gather(first.until_status("finished", secs=120), second.until_status("finished", secs=120))

    assert await second.weights() == weights
    assert first.ear.history() == second.ear.history() == rows[1:]
    assert RUN in first.ear.lost


async def test_a_run_that_no_server_has_open_waits_a_while_then_pauses_and_is_forgotten(rack: Rack) -> None:
    first, second = await rack.servers()
    await first.open(view=SLOW)
    await first.command("play")
    await first.ear.until(first.ear.history)

    await rack.silence(first)
    await second.open()
    assert second.ear.events("status")[-1]["status"] == "training"
    await rack.silence(second)
    rack.pass_time(21)
    third = await rack.server()
    await third.open()
    assert third.ear.events("status")[-1]["status"] == "paused"
    await rack.silence(third)
    rack.pass_time(601)

    assert RUN not in rack.directory._runs


async def test_a_run_that_ends_every_engine_is_given_up(rack: Rack) -> None:
    desk = await rack.server()
    await desk.open()
    await desk.open(run=OTHER)
    run = rack.directory._runs[RUN]

    run.strikes = 3
    asked = desk.host.ask(RUN, "snapshot", {"viewer": None})
    assert run.engine is not None
    run.engine.kill()

    with pytest.raises(NetloomError, match="ended each time"):
        await asyncio.wait_for(asked, 10)
    assert desk.ear.events("status")[-1]["status"] == "failed"
    assert (await desk.snapshot(OTHER))["status"]["status"] == "idle"


def test_how_many_are_compiled_first_says_nothing_for_a_run_whose_engines_end() -> None:
    run = Placed(RUN, Trail("ada"), strikes=2)

    run.note(Batch(RUN, ahead=1))
    assert (run.strikes, run.told) == (2, 1)

    run.note(Batch(RUN))
    assert (run.strikes, run.told) == (0, 2)


async def test_a_run_waits_for_room_in_the_cluster(make_rack: Callable[[int], Rack]) -> None:
    rack = make_rack(0)
    desk = await rack.server()

    opening = asyncio.create_task(desk.open())
    await asyncio.sleep(0.1)
    assert not opening.done()
    rack.machines.free = 1
    await asyncio.wait_for(opening, 10)

    assert read_header((await desk.watch()).frame).step == 0
    assert desk.host.health().workers == 1
