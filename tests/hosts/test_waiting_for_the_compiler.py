"""Who waits for the compiler knows how many are served first, and waits for nothing that nobody wants any more."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from netloom.experiment import Experiment
from netloom.hosts.process import ProcessHost
from netloom.hosts.shelf import Shelf
from netloom.network import default_network

FIRST, SECOND, THIRD, NEWCOMER = "f" * 26, "s" * 26, "t" * 26, "n" * 26
SECS = 300


@pytest_asyncio.fixture
async def host(compiling_host: ProcessHost) -> ProcessHost:
    for run in (FIRST, SECOND, THIRD):
        await compiling_host.open(run, experiment=Experiment().model_dump_json().encode())
    return compiling_host


def places(ear: Any, run: str) -> list[int | None]:
    return [event["queue_position"] for event in ear.events("status", run) if event["status"] == "compiling"]


@pytest.mark.slow
async def test_l6_who_waits_longer_than_a_second_is_told_how_many_are_served_first(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler = await compiling.compiler_of(host)
    for layers in (1, 2, 3):
        compiling.forget(layers)
    os.kill(compiler.pid, signal.SIGSTOP)

    edits = [compiling.deepen(host, run, layers) for run, layers in ((FIRST, 1), (SECOND, 2), (THIRD, 3))]
    await ear.until(lambda: 1 in places(ear, SECOND) and 2 in places(ear, THIRD), SECS)
    assert set(places(ear, FIRST)) == {None}
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(*edits), SECS)

    assert places(ear, SECOND)[:2] == [None, 1]
    assert [place for place in places(ear, THIRD) if place] == [2, 1]
    assert ear.events("status", THIRD)[-1]["status"] == "idle"


async def test_l6_who_opens_a_new_network_is_told_too(host: ProcessHost, ear: Any, compiling: Any) -> None:
    compiler = await compiling.compiler_of(host)
    for layers in (1, 2):
        compiling.forget(layers)
    os.kill(compiler.pid, signal.SIGSTOP)
    edit = compiling.deepen(host, FIRST, 1)
    await ear.until(lambda: places(ear, FIRST), SECS)

    document = Experiment(network=compiling.deeper(2)).model_dump_json().encode()
    opening = asyncio.create_task(host.open(NEWCOMER, experiment=document))
    await ear.until(lambda: 1 in [batch.ahead for batch in ear.batches if batch.run == NEWCOMER], SECS)
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(edit, opening), SECS)

    assert [batch.ahead for batch in ear.batches if batch.run == NEWCOMER] == [1, 0, None]


async def test_an_edit_that_was_taken_back_or_whose_run_was_closed_holds_nobody_up(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler = await compiling.compiler_of(host)
    keys = [compiling.forget(layers) for layers in (1, 2, 3)]
    os.kill(compiler.pid, signal.SIGSTOP)
    first, second, third = (
        compiling.deepen(host, run, layers) for run, layers in ((FIRST, 1), (SECOND, 2), (THIRD, 3))
    )
    await ear.until(lambda: 1 in places(ear, SECOND) and 2 in places(ear, THIRD), SECS)

    await asyncio.wait_for(compiling.edit(host, SECOND, default_network(), number=2), SECS)
    await ear.until(lambda: places(ear, THIRD)[-1] == 1, SECS)
    await host.release(THIRD)
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(first, second, third, return_exceptions=True), SECS)

    assert [Shelf(str(programs)).holds(key) for key in keys] == [True, False, False]


async def test_what_an_engine_wished_that_has_ended_is_not_waited_for(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler = await compiling.compiler_of(host)
    compiling.forget(1)
    compiling.forget(2)
    os.kill(compiler.pid, signal.SIGSTOP)
    edits = [compiling.deepen(host, run, layers) for run, layers in ((FIRST, 1), (SECOND, 2))]
    await ear.until(lambda: 1 in places(ear, SECOND), SECS)
    compilers: Any = host._compilers
    lost = compilers._line._waiting[0]

    os.kill(host.pids()[0], signal.SIGKILL)
    await ear.until(lambda: SECOND in ear.lost, SECS)

    assert lost not in compilers._line._waiting
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(*edits), SECS)
