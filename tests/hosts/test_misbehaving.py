"""Runs that take the engine down, or hold it up: the others hardly notice (F1', F4', R8)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from netloom.experiment import View
from netloom.hosts.memory import OUT_OF_MEMORY
from netloom.hosts.process import ProcessHost
from netloom.training import Training

GUILTY = "r" * 26
INNOCENT = "o" * 26

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bad_desk(make_ear: Callable[[], Any], make_desk: Callable[..., Any], programs: Path) -> AsyncIterator[Any]:
    """Of a host whose engines read `misbehaving/sitecustomize.py`. One for all tests: engines take seconds to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent / "misbehaving")
        ear = make_ear()
        host = ProcessHost(workers=1, spares=1, device="cpu", cache=str(programs), engine_mb=900)
        await host.start(ear)
        yield make_desk(host, ear)
        await host.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(bad_desk: Any) -> AsyncIterator[Any]:
    yield bad_desk
    for run in (GUILTY, INNOCENT):
        await bad_desk.host.release(run)
    bad_desk.ear.batches.clear()
    bad_desk.ear.lost.clear()


async def train_beside(desk: Any, name: str) -> None:
    """A run that learns, and one of that name in the same engine."""
    await desk.open(INNOCENT, view=View(speed="20 epochs/s"), training=Training(epoch_limit=100_000))
    await desk.watch(INNOCENT)
    await desk.command("play", run=INNOCENT)
    async with asyncio.timeout(120):
        await desk.host.spare_prepared()
    await desk.open(GUILTY, name=name, view=View(speed="20 epochs/s"), training=Training(epoch_limit=100_000))
    await desk.command("play", run=GUILTY)


async def gap_after_loss(desk: Any) -> float:
    """Seconds from the first loss of the innocent run's engine until it moves again."""
    await desk.ear.until(lambda: INNOCENT in desk.ear.lost, 120)
    start, rows = time.monotonic(), len(desk.ear.history(INNOCENT))
    await desk.ear.until(lambda: len(desk.ear.history(INNOCENT)) > rows, 60)
    return time.monotonic() - start


def failure(desk: Any) -> str | None:
    told = desk.ear.events("status", GUILTY)
    return told[-1]["message"] if told and told[-1]["status"] == "failed" else None


@pytest.mark.parametrize(
    ("name", "sentence"), [("takes memory", OUT_OF_MEMORY), ("ends", "The engine ended each time it tried this run")]
)
async def test_f4_a_run_that_ends_its_engine_is_given_up_and_another_is_lost_once_and_back_within_five_seconds(
    desk: Any, patience: float, name: str, sentence: str
) -> None:
    await train_beside(desk, name)

    assert await gap_after_loss(desk) < 5 * patience
    await desk.ear.until(lambda: failure(desk), 180)

    assert sentence in (failure(desk) or "")
    assert desk.ear.lost.count(INNOCENT) == 1
    assert desk.ear.lost.count(GUILTY) == 3
    rows = len(desk.ear.history(INNOCENT))
    await desk.ear.until(lambda: len(desk.ear.history(INNOCENT)) > rows + 10)


async def test_f4_what_would_take_far_too_much_memory_at_once_is_refused_to_its_run_alone(desk: Any) -> None:
    await train_beside(desk, "takes memory at once")

    await desk.ear.until(lambda: failure(desk), 60)

    assert failure(desk) == OUT_OF_MEMORY
    rows = len(desk.ear.history(INNOCENT))
    await desk.ear.until(lambda: len(desk.ear.history(INNOCENT)) > rows + 10)
    assert desk.ear.lost == []


async def test_r8_an_engine_whose_main_loop_waits_for_ever_is_replaced_though_its_heart_beats(
    desk: Any, patience: float
) -> None:
    start = time.monotonic()
    await train_beside(desk, "waits")
    await desk.ear.until(lambda: GUILTY in desk.ear.lost, 60)

    assert time.monotonic() - start < 15 + 5 * patience
    assert await gap_after_loss(desk) < 5 * patience
    assert desk.host._runs[GUILTY].strikes == 1
    assert desk.host._runs[INNOCENT].strikes == 0


async def test_f1_a_run_whose_updates_take_long_goes_aside_unnoticed(desk: Any) -> None:
    await train_beside(desk, "slow")
    engines, slow = desk.host._engines, desk.host._runs[GUILTY]

    await desk.ear.until(lambda: slow.child is engines.aside, 120)
    assert desk.host._runs[INNOCENT].child is engines.working[0]
    rows = len(desk.ear.history(GUILTY))
    await desk.ear.until(lambda: len(desk.ear.history(GUILTY)) > rows + 3, 60)
    assert desk.ear.lost == []
