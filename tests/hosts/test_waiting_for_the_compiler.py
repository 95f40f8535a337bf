"""Who waits for the compiler knows how many are served first, and waits for nothing that nobody wants any more."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from netloom.experiment import Experiment
from netloom.hosts.process import ProcessHost
from netloom.hosts.shelf import USUAL_CELLS, Shelf, program_key
from netloom.layers import Dropout
from netloom.network import Network, chain, default_network
from netloom.protocol.commands import COMMAND

FIRST, SECOND, THIRD = "f" * 26, "s" * 26, "t" * 26
SECS = 300


def deeper(dropouts: int) -> Network:
    *rest, output = default_network().layers
    return chain(*rest, *(Dropout(id=f"extra{n}") for n in range(dropouts)), output)


def forget(programs: Path, network: Network) -> str:
    key = program_key(Experiment(network=network), USUAL_CELLS, "cpu")
    (programs / "whole" / key).unlink(missing_ok=True)
    return key


@pytest_asyncio.fixture
async def host(ear: Any, programs: Path) -> AsyncIterator[ProcessHost]:
    """Its compiler is stopped while it compiles what the first run has asked for."""
    made = ProcessHost(workers=1, spares=0, device="cpu", cache=str(programs))
    await made.start(ear)
    await made.ready()
    for run in (FIRST, SECOND, THIRD):
        await made.open(run, experiment=Experiment().model_dump_json().encode())
    yield made
    await made.close()


async def compiler_of(host: ProcessHost) -> Any:
    compilers: Any = host._compilers
    async with asyncio.timeout(SECS):
        while compilers._child is None:  # noqa: ASYNC110 (a process that is being started tells nobody)
            await asyncio.sleep(0.05)
        await compilers._child.ready.wait()
    return compilers._child


def edit(host: ProcessHost, run: str, network: Network, number: int = 1) -> asyncio.Future[Any]:
    fields = {"type": "edit", "id": number, "run": run, "changes": {"network": network.model_dump(mode="json")}}
    return host.ask(run, "command", blob=COMMAND.validate_python(fields).model_dump_json().encode())


def places(ear: Any, run: str) -> list[int | None]:
    return [event["queue_position"] for event in ear.events("status", run) if event["status"] == "compiling"]


@pytest.mark.slow
async def test_l6_who_waits_longer_than_a_second_is_told_how_many_are_served_first(
    host: ProcessHost, ear: Any, programs: Path
) -> None:
    compiler = await compiler_of(host)
    for layers in (1, 2, 3):
        forget(programs, deeper(layers))
    os.kill(compiler.pid, signal.SIGSTOP)

    edits = [edit(host, run, deeper(layers)) for run, layers in ((FIRST, 1), (SECOND, 2), (THIRD, 3))]
    await ear.until(lambda: 1 in places(ear, SECOND) and 2 in places(ear, THIRD), SECS)
    assert set(places(ear, FIRST)) == {None}
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(*edits), SECS)

    assert places(ear, SECOND)[:2] == [None, 1]
    assert [place for place in places(ear, THIRD) if place] == [2, 1]
    assert ear.events("status", THIRD)[-1]["status"] == "idle"


async def test_an_edit_that_was_taken_back_or_whose_run_was_closed_holds_nobody_up(
    host: ProcessHost, ear: Any, programs: Path
) -> None:
    compiler = await compiler_of(host)
    keys = [forget(programs, deeper(layers)) for layers in (1, 2, 3)]
    os.kill(compiler.pid, signal.SIGSTOP)
    first, second, third = (edit(host, run, deeper(layers)) for run, layers in ((FIRST, 1), (SECOND, 2), (THIRD, 3)))
    await ear.until(lambda: 1 in places(ear, SECOND) and 2 in places(ear, THIRD), SECS)

    await asyncio.wait_for(edit(host, SECOND, default_network(), number=2), SECS)
    await ear.until(lambda: places(ear, THIRD)[-1] == 1, SECS)
    await host.release(THIRD)
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(first, second, third, return_exceptions=True), SECS)

    assert [Shelf(str(programs)).holds(key) for key in keys] == [True, False, False]


async def test_what_an_engine_wished_that_has_ended_is_not_waited_for(
    host: ProcessHost, ear: Any, programs: Path
) -> None:
    compiler = await compiler_of(host)
    forget(programs, deeper(1))
    forget(programs, deeper(2))
    os.kill(compiler.pid, signal.SIGSTOP)
    edits = [edit(host, run, deeper(layers)) for run, layers in ((FIRST, 1), (SECOND, 2))]
    await ear.until(lambda: 1 in places(ear, SECOND), SECS)
    compilers: Any = host._compilers
    lost = compilers._line._waiting[0]

    os.kill(host.pids()[0], signal.SIGKILL)
    await ear.until(lambda: SECOND in ear.lost, SECS)

    assert lost not in compilers._line._waiting
    os.kill(compiler.pid, signal.SIGCONT)
    await asyncio.wait_for(asyncio.gather(*edits), SECS)
