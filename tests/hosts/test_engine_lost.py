"""Engines that are killed or fall silent: R1's short form, R8, EV5."""

import asyncio
import os
import random
import signal
import time
from itertools import pairwise
from typing import Any

import psutil
import pytest

from netloom.errors import NetloomError
from netloom.experiment import View
from netloom.training import Training

RUN = "r" * 26


async def uninterrupted(desk: Any, epochs: int) -> tuple[str, list[dict[str, Any]]]:
    await desk.open(run="u" * 26, training=Training(epoch_limit=epochs))
    await desk.command("play", run="u" * 26, until_epoch=epochs)
    await desk.until_status("finished", run="u" * 26)
    rows = (await desk.snapshot("u" * 26))["history"]
    return await desk.weights("u" * 26), rows


def kill(host: Any, how: signal.Signals = signal.SIGKILL) -> None:
    [pid] = host.pids()
    os.kill(pid, how)


async def spare_ready(host: Any) -> None:
    async with asyncio.timeout(120):
        while not host._engines.spares:  # noqa: ASYNC110 (an engine that is being started tells nobody)
            await asyncio.sleep(0.05)
        await host._engines.spares[0].ready.wait()


@pytest.mark.parametrize("moments", [5, pytest.param(30, marks=[pytest.mark.slow, pytest.mark.soak])])
async def test_r1_killed_at_random_moments_the_run_ends_as_if_nothing_had_happened(
    process_desk: Any, patience: float, moments: int
) -> None:
    desk, host = process_desk, process_desk.host
    weights, rows = await uninterrupted(desk, 200)
    rng = random.Random(7)
    await desk.open(view=View(speed="100 epochs/s"), training=Training(epoch_limit=200))
    await desk.watch(frames_per_second=30)

    await desk.command("play", until_epoch=None)
    for moment in sorted(rng.sample(range(5, 190), moments)):
        await desk.ear.until(lambda moment=moment: len(desk.ear.history()) >= moment, 120)
        kill(host)
        resumed = len(desk.ear.events("engine"))
        start = time.monotonic()
        await desk.ear.until(lambda resumed=resumed: len(desk.ear.events("engine")) > resumed, 180)
        assert time.monotonic() - start < 5 * patience
    await desk.until_status("finished", secs=180)

    assert await desk.weights() == weights
    assert desk.ear.history() == rows[1:]
    assert (await desk.snapshot())["history"] == rows
    assert desk.ear.lost.count(RUN) == moments
    assert [event["state"] for event in desk.ear.events("engine")] == ["resumed"] * moments
    assert host._runs[RUN].strikes == 0, "it is not to blame for what somebody else did"


async def test_a_command_on_its_way_when_the_engine_ends_is_carried_out_once(process_desk: Any) -> None:
    desk = process_desk
    await desk.open()
    await desk.command("advance", unit="epoch", count=3)

    kill(desk.host)
    answers = await asyncio.gather(*(desk.command("advance", unit="update") for _ in range(4)))

    assert [answer.events[-2]["step"] for answer in answers] == [43, 44, 45, 46]
    assert len(desk.ear.history()) == 3


async def test_an_edit_survives_the_engine_that_applied_it(process_desk: Any) -> None:
    desk = process_desk
    await desk.open()
    await desk.command("edit", changes={"training": {"learning_rate": 0.7}})

    kill(desk.host)
    snapshot = await desk.snapshot()

    assert snapshot["experiment"]["training"]["learning_rate"] == 0.7
    assert snapshot["revision"] == 1


async def test_r8_an_engine_that_falls_silent_is_replaced(process_desk: Any, patience: float) -> None:
    desk = process_desk
    await desk.open(view=View(speed="20 epochs/s"))
    await desk.command("play")
    start = time.monotonic()

    kill(desk.host, signal.SIGSTOP)
    await desk.ear.until(lambda: desk.ear.events("engine"))

    assert time.monotonic() - start < 15 * patience
    rows = len(desk.ear.history())
    await desk.ear.until(lambda: len(desk.ear.history()) > rows)


async def test_a_spare_engine_takes_over_at_once_and_another_one_stands_by(process_desk: Any, patience: float) -> None:
    desk = process_desk
    await desk.open()
    await spare_ready(desk.host)
    start = time.monotonic()

    kill(desk.host)
    await desk.ear.until(lambda: desk.ear.events("engine"))

    assert time.monotonic() - start < 1.5 * patience
    await spare_ready(desk.host)


async def test_engines_end_with_the_server(process_desk: Any) -> None:
    """Also those that are only just being started."""
    host = process_desk.host
    await process_desk.open()
    begun = host._engines.alive | host._compilers._alive
    started = [psutil.Process(child.pid) for child in begun if hasattr(child, "_process")]
    assert len(started) >= 1

    await host.close()

    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in started)
    assert all(child._process.returncode is not None for child in host._engines.alive | host._compilers._alive)
    with pytest.raises(NetloomError):
        await process_desk.snapshot()


async def test_l5_an_engine_that_has_grown_too_large_hands_over_unnoticed_while_its_runs_train(
    process_desk: Any, patience: float
) -> None:
    desk, host = process_desk, process_desk.host
    weights, rows = await uninterrupted(desk, 300)
    await desk.open(view=View(speed="20 epochs/s"), training=Training(epoch_limit=300))
    await desk.open("s" * 26)
    still = await desk.snapshot("s" * 26)
    await desk.watch(frames_per_second=30)
    await spare_ready(host)
    frames = stamped_frames(desk.ear)
    [large] = host.pids()

    await desk.command("play", until_epoch=None)
    host._arranging.most_bytes, host._arranging.young_secs = 1, 0.0
    async with asyncio.timeout(60):
        while host.pids() == [large] or psutil.pid_exists(large):
            host._arranging.most_bytes = 1 if host.pids() == [large] else 2**40
            await asyncio.sleep(0.05)
    await desk.until_status("finished", secs=60)

    assert await desk.weights() == weights
    assert desk.ear.history() == rows[1:]
    assert (await desk.snapshot("s" * 26))["history"] == still["history"]
    assert desk.ear.lost == []
    assert desk.ear.events("engine") == []
    assert max(after - before for before, after in pairwise(frames)) < patience


def stamped_frames(ear: Any) -> list[float]:
    """When frames of the run came: fills up from now on."""
    times: list[float] = []
    hear = ear.on_batch

    def on_batch(batch: Any) -> None:
        if batch.frame and batch.run == RUN:
            times.append(time.monotonic())
        hear(batch)

    ear.on_batch = on_batch
    return times


async def test_a_class_whose_engine_is_killed_moves_again_within_five_seconds(
    process_desk: Any, patience: float
) -> None:
    desk = process_desk
    learners = [f"{number:026}" for number in range(20)]
    for run in learners:
        await desk.open(run, view=View(speed="20 epochs/s"), training=Training(epoch_limit=100_000))
        await desk.command("play", run=run)
    await spare_ready(desk.host)
    await desk.host.spare_prepared()
    start = time.monotonic()

    kill(desk.host)
    await desk.ear.until(lambda: set(desk.ear.lost) == set(learners), 60)
    rows = {run: len(desk.ear.history(run)) for run in learners}
    await desk.ear.until(lambda: all(len(desk.ear.history(run)) > rows[run] for run in learners), 120)

    assert time.monotonic() - start < 5 * patience


async def test_news_that_the_server_trips_over_costs_itself_alone(process_desk: Any) -> None:
    desk, heard = process_desk, process_desk.ear.on_batch
    await desk.open(view=View(speed="20 epochs/s"))
    tripped: list[Any] = []

    def tripping(batch: Any) -> None:
        if not tripped:
            tripped.append(batch)
            raise ValueError("of no use")
        heard(batch)

    desk.ear.on_batch = tripping
    await desk.command("play")

    assert tripped[0].answer is not None, "whoever asked is answered all the same"
    await desk.ear.until(lambda: desk.ear.events("history"))
    assert not desk.ear.lost
