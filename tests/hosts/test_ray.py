"""Machines of a cluster that are lost: the short form of R1, on several emulated nodes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

from netloom.experiment import View
from netloom.hosts.base import Host
from netloom.training import Training

RUN = "r" * 26
OTHER = "o" * 26
WHOLE = "u" * 26


@pytest_asyncio.fixture
async def desks(
    own_nodes: Any, programs: Path, make_desk: Callable[[Host], Any], on_ray: Callable[[str, Path], Host]
) -> AsyncIterator[list[Any]]:
    """Two servers before one cluster."""
    made = [make_desk(on_ray(own_nodes.address, programs)) for _ in range(2)]
    for desk in made:
        await desk.host.start(desk.ear)
    yield made
    # In this process they share the connection, which the first one opened.
    for desk in reversed(made):
        for run in (RUN, OTHER):
            await desk.host.release(run)
        await desk.host.close()


async def engines(desk: Any, count: int) -> None:
    """Until there are so many."""
    async with asyncio.timeout(120):
        while desk.host.health().workers != count:  # noqa: ASYNC110 (nobody is told)
            await asyncio.sleep(0.1)


async def train(desk: Any, run: str, **fields: Any) -> None:
    await desk.open(run=run, training=Training(epoch_limit=400), **fields)
    await desk.command("play", run=run)


async def test_a_node_is_lost_and_its_runs_go_on_elsewhere_to_the_last_bit(
    desks: list[Any], own_nodes: Any, patience: float
) -> None:
    first, second = desks
    own_nodes.add()
    await engines(first, 2)
    await train(first, WHOLE, view=View(speed="max"))
    await first.until_status("finished", run=WHOLE)
    whole, rows = await first.weights(WHOLE), (await first.snapshot(WHOLE))["history"][1:]
    await first.host.release(WHOLE)
    for run in (RUN, OTHER):
        await train(first, run, view=View(speed="100 epochs/s"))
        await second.open(run=run)
    await first.ear.until(lambda: min(len(first.ear.history(run)) for run in (RUN, OTHER)) > 50)

    start = time.monotonic()
    own_nodes.kill(own_nodes.workers[0])
    await first.ear.until(lambda: first.ear.events("engine") or first.ear.events("engine", OTHER), secs=20 * patience)
    took = time.monotonic() - start
    for desk, run in ((desk, run) for desk in desks for run in (RUN, OTHER)):
        await desk.until_status("finished", run=run)

    assert took < 8 * patience, took
    assert len(first.ear.lost) == len(second.ear.lost) == 1, "each engine held one of the two"
    for desk, run in ((desk, run) for desk in desks for run in (RUN, OTHER)):
        assert desk.ear.history(run) == rows
        assert await desk.weights(run) == whole
