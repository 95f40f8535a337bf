"""Another process holds the database for long (R5)."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

HELD_SECS = 10.0


async def test_r5_a_database_held_for_ten_seconds_costs_a_refusal_and_neither_training_nor_answers(
    make_server: Any, make_page: Any, patience: float, assert_intact: Callable[[Path], None]
) -> None:
    server = make_server()
    page = make_page(server)
    run = await page.create(view={"speed": "20 epochs/s"}, training={"epoch_limit": 100_000})
    async with page.tab(run) as tab:
        await tab.answer("play")
        await tab.until(lambda: len(tab.rows) > 10)
        with closing(sqlite3.connect(server.data / "netloom.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            until = time.monotonic() + HELD_SECS
            epochs = len(tab.rows)
            creating = asyncio.create_task(page.http.post("/api/runs", json={}))
            waits = await answered_until(until, tab, server.url)
            refused = await creating
            other.execute("ROLLBACK")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "storage_busy")
        assert refused.headers["retry-after"]
        assert refused.elapsed.total_seconds() >= 4.5
        # The loop went on: answers kept coming, and so did epochs.
        assert sorted(waits)[len(waits) // 2] < 0.25 * patience
        assert max(waits) < 1 * patience
        assert len(tab.rows) > epochs + 20
        assert [event["problem"] is None for event in tab.events if event["type"] == "saving"] == [False]

        await tab.until(lambda: any(event == {"type": "saving", "problem": None} for event in tab.events))
        assert (await page.http.post("/api/runs", json={})).status_code == 201
    assert "Traceback" not in server.said()
    server.stop()
    assert_intact(server.data)


async def answered_until(moment: float, tab: Any, url: str) -> list[float]:
    """How many seconds each question took that needs nothing but the loop."""
    waits: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        while time.monotonic() < moment:
            start = time.monotonic()
            await client.get("/api/health")
            waits.append(time.monotonic() - start)
            await hear(tab, 0.1)
    return waits


async def hear(tab: Any, secs: float) -> None:
    try:
        async with asyncio.timeout(secs):
            while True:
                await tab.take(await tab.socket.recv())
    except TimeoutError:
        return
