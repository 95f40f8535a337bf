"""Two real servers before one cluster and one store: either of them may end."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio


@pytest_asyncio.fixture
async def pages(
    ray_nodes: Any, make_server: Callable[..., Any], make_page: Callable[[Any], Any]
) -> AsyncIterator[tuple[Any, Any]]:
    """One visitor, through two servers."""
    cluster = {"NETLOOM_ENGINES": "ray", "NETLOOM_RAY_ADDRESS": ray_nodes.address, "NETLOOM_WORKERS": "1"}
    first = make_server(environment=cluster)
    second = make_server(data=first.data, environment=cluster)
    page = make_page(first)
    await page.http.get("/api/health")
    other = page.through(second)
    yield page, other
    await other.http.aclose()


async def test_a_run_is_shared_by_two_servers_and_outlives_the_one_it_was_made_through(
    pages: tuple[Any, Any],
) -> None:
    page, other = pages
    run = await page.create(view={"speed": "20 epochs/s"})
    async with page.tab(run) as tab, other.tab(run) as beside:
        await tab.send("play")
        await asyncio.gather(tab.until(lambda: len(tab.rows) > 20), beside.until(lambda: len(beside.rows) > 20))
        await beside.until(lambda: beside.frames)
        edited = await beside.answer("edit", changes={"training": {"learning_rate": 0.3}})
        await tab.until(lambda: edited["revision"] in [e.get("revision") for e in tab.events if e["type"] == "edited"])
        shared = min(len(tab.rows), len(beside.rows))
        assert tab.rows[:shared] == beside.rows[:shared]

        assert page.server.stop(signal.SIGKILL) == -signal.SIGKILL
        epochs, frames = len(beside.rows), len(beside.frames)
        await beside.until(lambda: len(beside.rows) > epochs + 40 and len(beside.frames) > frames)

        assert [row["epoch"] for row in beside.rows] == list(range(len(beside.rows)))
        assert not [event for event in beside.events if event["type"] == "engine"], "nothing was to be noticed"


async def test_a_page_goes_on_through_the_other_server_and_repeats_what_was_not_answered(
    pages: tuple[Any, Any],
) -> None:
    page, other = pages
    run = await page.create()
    async with page.tab(run) as tab:
        sent = await tab.send("advance", unit="update")
        await tab.until(lambda: tab._answers(sent))

    page.server.stop(signal.SIGKILL)
    async with other.tab(run) as tab:
        tab._ids = sent - 1
        await tab.send("advance", unit="update")
        answer = await tab.answer("advance", unit="update")

    statuses = [event["step"] for event in tab.events if event["type"] == "status"]
    assert answer["type"] == "accepted"
    assert statuses[-1] == 2, "the repeated one was carried out once"
