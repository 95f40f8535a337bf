"""The compiler process beside the engines: it fills the cache, may be killed, and holds nobody up."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from netloom.engine.cells import Cells
from netloom.experiment import Experiment, View
from netloom.hosts.base import RefusedByEngine
from netloom.hosts.first_programs import first_experiments
from netloom.hosts.process import ProcessHost
from netloom.hosts.shelf import USUAL_CELLS, Shelf, program_key
from netloom.network import Network, default_network

RUN = "r" * 26


@pytest.fixture
def host(compiling_host: ProcessHost) -> ProcessHost:
    return compiling_host


async def edit(compiling: Any, host: ProcessHost, network: Network, number: int = 1) -> Any:
    return await asyncio.wait_for(compiling.edit(host, RUN, network, number), 120)


def commands_of(batch: Any) -> list[tuple[str, int]]:
    return [(event["type"], event["command"]) for event in batch.events if "command" in event]


async def waiting_edit(host: ProcessHost, ear: Any, compiling: Any) -> tuple[Any, asyncio.Task[Any]]:
    """The compiler, which is stopped, and an edit of a run that plays: it waits for what cannot be compiled now."""
    compiler = await compiling.compiler_of(host)
    compiling.forget(1)
    await open_playing(host)
    os.kill(compiler.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(edit(compiling, host, compiling.deeper(1)))
    await ear.until(lambda: [e for e in ear.events("status") if e["status"] == "compiling"], 60)
    return compiler, waiting


async def open_playing(host: ProcessHost) -> None:
    await host.open(RUN, experiment=Experiment(view=View(speed="20 epochs/s")).model_dump_json().encode())
    await host.ask(RUN, "command", blob=b'{"type":"play","id":7,"run":"' + RUN.encode() + b'"}')


async def test_a_new_structure_is_compiled_beside_the_engine_that_trains_on(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    await compiling.compiler_of(host)
    key = compiling.forget(1)
    await open_playing(host)

    rows = len(ear.history())
    answer = await edit(compiling, host, compiling.deeper(1))

    assert commands_of(answer) == [("edited", 1)]
    assert len(ear.history()) > rows
    assert Shelf(str(programs)).holds(key)
    assert host._compilers is not None and host._compilers._fulfilled == 1


async def test_pr6_an_undo_takes_the_place_of_the_edit_that_waits_and_both_are_answered(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler = await compiling.compiler_of(host)
    compiling.forget(1)
    await open_playing(host)

    os.kill(compiler.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(edit(compiling, host, compiling.deeper(1), number=1))
    await ear.until(lambda: [e for e in ear.events("status") if e["status"] == "compiling"], 60)
    undone = await edit(compiling, host, default_network(), number=2)

    assert (await waiting) is undone
    assert commands_of(undone) == [("accepted", 1), ("edited", 2)]
    assert next(e for e in undone.events if e["type"] == "edited")["kind"] == "nothing"
    assert ear.events("status")[-1]["status"] == "training"


async def test_pr6_the_present_network_is_paused_and_played_while_an_edit_waits(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler, waiting = await waiting_edit(host, ear, compiling)

    paused = await host.ask(RUN, "command", blob=b'{"type":"pause","id":8,"run":"' + RUN.encode() + b'"}')

    told = [(e["status"], e["playing"]) for e in paused.events if e["type"] == "status"]
    assert told == [("paused", False), ("compiling", False)]
    os.kill(compiler.pid, signal.SIGCONT)
    await waiting
    assert ear.events("status")[-1]["status"] == "paused"


async def test_who_comes_while_an_edit_is_compiled_is_told_that_the_present_network_trains_on(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler, waiting = await waiting_edit(host, ear, compiling)

    told = (await host.ask(RUN, "snapshot", {"viewer": "newcomer"})).answer

    assert told and told.snapshot
    status = told.snapshot["status"]
    assert (status["status"], status["playing"]) == ("compiling", True)
    os.kill(compiler.pid, signal.SIGCONT)
    await waiting


async def test_an_engine_whose_compiler_was_killed_compiles_by_itself(
    host: ProcessHost, ear: Any, compiling: Any, programs: Path
) -> None:
    compiler = await compiling.compiler_of(host)
    key = compiling.forget(1)
    await open_playing(host)

    os.kill(compiler.pid, signal.SIGKILL)
    answer = await edit(compiling, host, compiling.deeper(1))

    assert commands_of(answer) == [("edited", 1)]
    assert Shelf(str(programs)).holds(key)


async def test_a_network_that_takes_too_long_to_compile_is_refused_and_the_present_one_trains_on(
    ear: Any, compiling: Any, programs: Path
) -> None:
    key = compiling.forget(1)
    host = ProcessHost(workers=1, spares=0, device="cpu", cache=str(programs), compile_secs=0.05)
    await host.start(ear)
    await host.ready()
    first = await compiling.compiler_of(host)
    await open_playing(host)

    for number in (1, 2):
        with pytest.raises(RefusedByEngine, match="takes too long") as refused:
            await edit(compiling, host, compiling.deeper(1), number)
        assert refused.value.code == "not_possible"
    rows = len(ear.history())
    await ear.until(lambda: len(ear.history()) > rows + 3, 60)

    assert ear.events("edited") == []
    assert not Shelf(str(programs)).holds(key)
    assert (await compiling.compiler_of(host)).pid != first.pid
    await host.close()


def test_documents_that_share_programs_share_a_key_and_others_do_not(compiling: Any) -> None:
    def key(**changes: Any) -> str:
        return program_key(Experiment().model_copy(update=changes), USUAL_CELLS, "cpu")

    assert key() == key(name="another", view=View(speed="max"))
    assert key() != key(network=compiling.deeper(1))
    assert key() != program_key(Experiment(), Cells(100, 20), "cpu")
    assert key() != program_key(Experiment(), USUAL_CELLS, "gpu: NVIDIA H200")


def test_what_is_compiled_ahead_begins_with_what_the_page_opens_with() -> None:
    first = first_experiments()

    assert first[0] == Experiment()
    assert len({program_key(one, USUAL_CELLS, "cpu") for one in first}) > 15
