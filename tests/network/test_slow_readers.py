"""Browsers that read slowly, or not at all, beside ones that read (B1, B3)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from statistics import median
from typing import Any

import psutil
import pytest
import websockets

PHASE_SECS = 1.5
SLOW_BYTES_PER_SECOND = 16_000
MEGABYTE = 1e6
WATCH = {"boundary": 60, "neurons": 20, "frames_per_second": 10}
"""The same of all: more would cost the engine more, whoever reads it."""
TABS = 8
"""Of one browser; one of them reads."""
CLOSE_SLOW = 4009
KEPT_ALIVE = 1011
"""Where the machine is so busy that the missing answer to a ping is noticed sooner."""
ITEMS = [{"x": [n / 7000, -n / 3000], "target": n % 2} for n in range(5000)]
"""Of a document of a third of a megabyte, which each edit tells."""


async def listen(tab: Any) -> None:
    while True:
        await tab.take(await tab.socket.recv())


async def rates(tab: Any, flood: Any) -> tuple[float, float]:
    """Frames a second of `tab`, epochs a second of `flood`."""
    frames, epochs, start = len(tab.frames), flood.rows[-1]["epoch"], time.monotonic()
    await asyncio.sleep(PHASE_SECS)
    secs = time.monotonic() - start
    return (len(tab.frames) - frames) / secs, (flood.rows[-1]["epoch"] - epochs) / secs


async def follow(socket: Any, run: str) -> None:
    await socket.send(json.dumps({"type": "attach", "id": 1, "run": run, "watch": WATCH}))


async def look(socket: Any, run: str) -> None:
    """Until the run is there."""
    await follow(socket, run)
    while '"snapshot"' not in str(await socket.recv()):
        pass


async def read_slowly(socket: Any, run: str) -> None:
    """As a page behind a thin line: takes everything and says so."""
    await follow(socket, run)
    async for message in socket:
        if isinstance(message, bytes):
            header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
            await socket.send(json.dumps({"type": "ack", "run": run, "frame": header["frame"]}))


@asynccontextmanager
async def slow_readers(page: Any, connect: Any, port: int, run: str) -> AsyncGenerator[None]:
    """One by way of a thin line, and one that asks and never reads. They end without a farewell, which would take as
    long as what is still on its way."""
    async with connect(page, port) as slow, page.socket() as stopped:
        await follow(stopped, run)
        reading = asyncio.create_task(read_slowly(slow, run))
        yield
        for socket in (slow, stopped):
            socket.transport.abort()
        await asyncio.wait({reading})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phases", "least"), [(3, 0.6), pytest.param(12, 0.9, marks=pytest.mark.soak)], ids=["short", "long"]
)
async def test_b1_a_slow_reader_and_one_that_stopped_cost_the_others_nothing(
    page: Any, other_page: Any, proxy: Any, connect: Any, phases: int, least: float
) -> None:
    flooding = await page.create(view={"speed": "max"}, training={"epoch_limit": 10_000_000})
    quiet = await other_page.create(view={"speed": "20 epochs/s"})
    proxy.bytes_per_second = SLOW_BYTES_PER_SECOND
    async with page.tab(flooding, **WATCH) as flood, other_page.tab(quiet, **WATCH) as tab:
        await flood.answer("play")
        await tab.answer("play")
        listening = [asyncio.create_task(listen(each)) for each in (flood, tab)]
        alone, beside = [], []
        for _ in range(phases):
            alone.append(await rates(tab, flood))
            async with slow_readers(page, connect, proxy.port, flooding):
                beside.append(await rates(tab, flood))
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await flood.answer("pause")

    frames, epochs = [median(each[n] for each in beside) / median(each[n] for each in alone) for n in (0, 1)]
    print(f"\nbeside slow readers: frames {frames:.3f} of before, epochs {epochs:.3f} of before")  # noqa: T201
    assert frames > least
    assert epochs > least


def resident_mb(server: Any) -> float:
    return psutil.Process(server.process.pid).memory_info().rss / MEGABYTE


async def lines(server: Any, page: Any) -> int:
    """Connections that the server holds, also those of which it expects nothing more; the page's own for HTTP is there
    each time."""
    await page.http.get("/api/health")
    return len(psutil.Process(server.process.pid).net_connections("tcp"))


async def connected(page: Any) -> int:
    """Tabs, as the server counts them."""
    [count] = re.findall(r"^netloom_sockets ([0-9.]+)$", (await page.http.get("/metrics")).text, re.MULTILINE)
    return int(float(count))


def silent(page: Any, port: int) -> websockets.connect:
    """A socket that does not give up by itself: it sends no pings, whose missing answers would tell it to."""
    address, cookie = f"ws://127.0.0.1:{port}/ws", {"Cookie": page.cookie}
    return websockets.connect(address, additional_headers=cookie, max_size=None, ping_interval=None)


async def stall(page: Any, run: str, port: int, stack: AsyncExitStack) -> list[Any]:
    """All tabs of the browser but one, which have seen the run and are about to read nothing more."""
    stalled = [await stack.enter_async_context(silent(page, port)) for _ in range(TABS - 1)]
    for socket in stalled:
        await look(socket, run)
    return stalled


async def edit_until_they_are_gone(pages: list[Any], tabs: list[Any], server: Any) -> float:
    """Megabytes of the server's process, at most."""
    most, number = 0.0, 0
    async with asyncio.timeout(120):
        while await connected(pages[0]) > len(tabs):
            number += 1
            await asyncio.gather(
                *(tab.answer("edit", changes={"name": f"Edit {number}"}, label="Name") for tab in tabs)
            )
            most = max(most, resident_mb(server))
    return most


async def code_of_end(socket: Any) -> int:
    async with asyncio.timeout(60):
        with suppress(websockets.ConnectionClosed):
            while True:
                await socket.recv()
    return socket.close_code


@pytest.mark.slow
@pytest.mark.parametrize(
    ("browsers", "most_mb"), [(3, 60), pytest.param(15, 100, marks=pytest.mark.soak)], ids=["short", "long"]
)
async def test_b3_browsers_that_stop_reading_at_once_are_sent_away_and_cost_little_memory(
    server: Any, make_page: Any, proxy: Any, browsers: int, most_mb: float
) -> None:
    pages = [make_page(server) for _ in range(browsers)]
    async with AsyncExitStack() as stack:
        stalled, tabs = [], []
        for page in pages:
            await page.http.get("/api/health")
            run = await page.create(data={"source": {"type": "points", "items": ITEMS}})
            stalled += await stall(page, run, proxy.port, stack)
            tabs.append(await stack.enter_async_context(page.tab(run)))
        before = resident_mb(server)
        proxy.hold()
        start = time.monotonic()

        most = await edit_until_they_are_gone(pages, tabs, server)

        gone_secs = time.monotonic() - start
        proxy.flow()
        codes = Counter(await asyncio.gather(*(code_of_end(socket) for socket in stalled)))

    print(f"\n{len(stalled)} stalled: {most - before:+.0f} MB, gone after {gone_secs:.0f} s, with {codes}")  # noqa: T201
    assert len(stalled) == browsers * (TABS - 1)
    assert most - before < most_mb
    assert set(codes) <= {CLOSE_SLOW, KEPT_ALIVE, 1006} and codes[CLOSE_SLOW] > 0


@pytest.mark.slow
async def test_b3_who_never_reads_again_does_not_hold_its_line_for_ever(server: Any, page: Any, proxy: Any) -> None:
    run = await page.create(data={"source": {"type": "points", "items": ITEMS}})
    async with page.tab(run) as tab, silent(page, proxy.port) as stopped:
        before = await lines(server, page)
        await look(stopped, run)
        proxy.hold()

        await edit_until_they_are_gone([page], [tab], server)
        deadline = time.monotonic() + 60
        while (left := await lines(server, page)) >= before and time.monotonic() < deadline:  # noqa: ASYNC110 (the system tells nobody)
            await asyncio.sleep(0.2)
        stopped.transport.abort()
    assert left == before - 1
