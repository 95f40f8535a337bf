"""Browsers that do not read (B1 to B3, FR9), over real sockets."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import pytest
import websockets

STALLED_SECS = 10


async def round_trip(tab: Any) -> float:
    start = time.monotonic()
    await tab.answer("pause")
    return time.monotonic() - start


async def test_b1_b3_a_reader_that_stalls_disturbs_nobody_and_is_sent_away_after_ten_seconds(
    page: Any, patience: float
) -> None:
    flood = await page.create(view={"speed": "max"}, training={"epoch_limit": 10_000_000})
    quiet = await page.create()
    async with page.socket() as stalled, page.tab(quiet) as other:
        await stalled.send(json.dumps({"type": "attach", "id": 1, "run": flood}))
        await stalled.send(json.dumps({"type": "play", "id": 2, "run": flood}))
        start = time.monotonic()

        trips = []
        while time.monotonic() - start < STALLED_SECS + 4:
            trips.append(await round_trip(other))
            await asyncio.sleep(0.2)

        assert sorted(trips)[len(trips) // 2] < 0.1 * patience
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await read_all(stalled, 60)
        assert closed.value.rcvd is None or closed.value.rcvd.code == 4009
    async with page.tab(flood) as again:
        await again.answer("pause")
        epochs = [row["epoch"] for row in again.rows]
    # Of a long history the newest epochs are all there, and of the older ones those that tell the most.
    newest = epochs[-300:]
    assert newest == list(range(newest[0], newest[0] + len(newest)))
    assert epochs[0] == 0 and epochs == sorted(set(epochs)) and len(epochs) > 300


async def read_all(socket: Any, secs: float) -> None:
    async with asyncio.timeout(secs):
        while True:
            await socket.recv()


async def test_fr9_a_hidden_tab_costs_no_frames(page: Any) -> None:
    run = await page.create(view={"speed": "20 epochs/s"})
    async with page.socket() as hidden:
        await hidden.send(json.dumps({"type": "attach", "id": 1, "run": run}))
        await hidden.send(json.dumps({"type": "play", "id": 2, "run": run}))
        frames, rows = [], 0
        for message in await heard(hidden, 3):
            if isinstance(message, bytes):
                frames.append(header(message)["frame"])
            else:
                rows += len(json.loads(message).get("event", {}).get("rows", ()))

        await hidden.send(json.dumps({"type": "ack", "run": run, "frame": frames[-1]}))
        while not isinstance(message := await asyncio.wait_for(hidden.recv(), 20), bytes):
            pass

    assert len(frames) == 2
    assert rows > 10
    # One waited; those that nobody could take were not computed.
    assert header(message)["frame"] <= frames[-1] + 2


async def heard(socket: Any, secs: float) -> list[str | bytes]:
    """Everything within that time."""
    messages: list[str | bytes] = []
    deadline = time.monotonic() + secs
    while (left := deadline - time.monotonic()) > 0:
        with suppress(TimeoutError):
            messages.append(await asyncio.wait_for(socket.recv(), left))
    return messages


def header(frame: bytes) -> dict[str, Any]:
    return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])


async def test_b4_a_page_that_paints_slowly_is_told_how_many_pictures_were_left_out(
    page: Any, make_tab: type[Any]
) -> None:
    run = await page.create()
    async with page.socket() as socket:
        slow = make_tab(socket, run)
        await slow.attach(watch={"frames_per_second": 60})
        shown: list[int] = []
        async with asyncio.timeout(60):
            while not (dropped := sum(told["frames"] for told in slow.others if told["type"] == "dropped")):
                shown += await paint_late(slow, updates=4)

    assert 0 < dropped <= shown[-1] - len(shown) + 1


async def paint_late(tab: Any, updates: int) -> list[int]:
    """Each update makes a picture; what has come is acknowledged once all of them are done. The pictures' numbers."""
    numbers = [await tab.send("advance", unit="update") for _ in range(updates)]
    frames: list[int] = []
    while not {told.get("command") for told in (*tab.events, *tab.others)}.issuperset(numbers):
        if isinstance(message := await tab.socket.recv(), bytes):
            frames.append(header(message)["frame"])
        else:
            await tab.take(message)
    for frame in frames:
        await tab.socket.send(json.dumps({"type": "ack", "run": tab.run, "frame": frame}))
    return frames
