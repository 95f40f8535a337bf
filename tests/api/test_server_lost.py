"""The server is ended, kindly or not, while runs train (R2, R9)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from typing import Any

import psutil
import pytest
import websockets

TRAINING = {"view": {"speed": "20 epochs/s"}, "training": {"epoch_limit": 100_000}}


async def follow_to_the_end(tab: Any) -> int | None:
    """Until the socket is closed: by which code. Notes when each row came."""
    try:
        while True:
            await tab.take(await tab.socket.recv())
            tab.came += [time.monotonic()] * (len(tab.rows) - len(tab.came))
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def train(page: Any, make_tab: Any, run: str, socket: Any) -> Any:
    tab = make_tab(socket, run)
    await tab.attach(watch={})
    await tab.until(lambda: tab.stream)
    await tab.answer("play")
    await tab.until(lambda: len(tab.rows) > 3)
    tab.came = [0.0] * len(tab.rows)
    return tab


async def test_r9_at_sigterm_every_run_is_saved_as_it_is_and_sockets_hear_that_the_server_restarts(
    make_server: Any, make_page: Any, make_tab: Any, patience: float
) -> None:
    server = make_server()
    page = make_page(server)
    runs = [await page.create(**TRAINING) for _ in range(3)]
    async with page.socket() as one, page.socket() as two, page.socket() as three:
        tabs = [await train(page, make_tab, run, socket) for run, socket in zip(runs, (one, two, three), strict=True)]
        start = time.monotonic()

        server.process.send_signal(signal.SIGTERM)
        codes = await asyncio.gather(*map(follow_to_the_end, tabs))
        status = await asyncio.to_thread(server.process.wait, 30)
        ended = time.monotonic()

    assert codes == [1012] * 3
    assert status == 0
    assert ended - start < 10 * max(1.0, patience / 2)
    server.log.close()
    server.start()
    for run, tab in zip(runs, tabs, strict=True):
        async with page.tab(run) as again:
            assert again.rows[: len(tab.rows)] == tab.rows
    server.stop()


@pytest.mark.parametrize("ended", ["server", "server and engines"])
async def test_r2_killed_while_a_run_trains_it_is_resumed_with_at_most_five_seconds_lost(
    make_server: Any, make_page: Any, make_tab: Any, patience: float, ended: str
) -> None:
    server = make_server()
    page = make_page(server)
    run = await page.create(**TRAINING)
    async with page.socket() as socket:
        tab = await train(page, make_tab, run, socket)
        await tab.answer("edit", changes={"training": {**TRAINING["training"], "learning_rate": 0.25}})
        following = asyncio.create_task(follow_to_the_end(tab))
        await asyncio.sleep(8)
        children = psutil.Process(server.process.pid).children(recursive=True)

        killed_at = time.monotonic()
        os.kill(server.process.pid, signal.SIGKILL)
        for worker in (child for child in children if ended != "server"):
            worker.kill()
        await following
    server.process.wait()
    server.log.close()
    gone, alive = psutil.wait_procs(children, timeout=15)

    server.start()
    assert (len(gone), alive) == (len(children), [])
    document = (await page.http.get(f"/api/runs/{run}/experiment")).json()
    assert document["training"]["learning_rate"] == 0.25
    seen = len(tab.rows)
    async with page.socket() as socket:
        tab.socket = socket
        before, tab.events = list(tab.rows), []
        await tab.attach(watch={})
        await tab.until(lambda: [event for event in tab.events if event["type"] == "engine"])
    [notice] = [event for event in tab.events if event["type"] == "engine"]
    assert tab.rows == before[: len(tab.rows)]
    assert notice["state"] == "resumed"
    assert f"resumed from epoch {len(tab.rows) - 1}" in notice["message"]
    assert len(tab.rows) == seen or killed_at - tab.came[len(tab.rows)] < 5 * max(1.0, patience / 2)
    server.stop()


async def test_pr3_what_was_done_before_the_server_was_killed_is_not_done_again_when_it_is_asked_again(
    make_server: Any, make_page: Any, make_tab: Any
) -> None:
    server = make_server()
    page = make_page(server)
    run = await page.create()
    async with page.tab(run) as tab:
        await tab.answer("advance", unit="epoch", count=3)
        asked = await tab.answer("advance", unit="epoch", count=4)
        await tab.until(lambda: len(tab.rows) == 8)
        await page.until_all_is_saved()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.log.close()

    server.start()
    async with page.tab(run) as tab:
        again = {"type": "advance", "id": asked["command"], "run": run, "unit": "epoch", "count": 4}
        await tab.socket.send(json.dumps(again))
        await tab.until(lambda: [event for event in tab.events if event.get("command") == asked["command"]])
        assert len(tab.rows) == 8

        await tab.answer("advance", unit="epoch", count=4)
        await tab.until(lambda: len(tab.rows) == 12)
    server.stop()
