"""R11 over a real server: a long run is bounded for whoever comes back, and nobody misses a row that is kept."""

from __future__ import annotations

import csv
import io
import os
import signal
from typing import Any

import pytest

from netloom.engine.history import MOST_ROWS, RAW, History
from netloom.protocol.events import Row

EPOCHS = 12_000
QUICK = {"speed": "max"}


def kept(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the rule leaves of every row there ever was, as the page and the server each apply it."""
    return [vars(row) for row in History(Row.model_validate(row) for row in rows)]


@pytest.mark.slow
async def test_r11_a_page_that_saw_everything_and_one_that_came_late_hold_the_same_rows_also_after_a_lost_engine(
    page: Any,
) -> None:
    run = await page.create(view=QUICK)
    async with page.tab(run, frames_per_second=1) as tab:
        await tab.send("play", until_epoch=EPOCHS)
        await tab.until(lambda: tab.status() in {"paused", "finished"} and len(tab.rows) > EPOCHS, secs=240)
    async with page.tab(run) as late:
        assert len(late.rows) <= MOST_ROWS
        assert late.rows == kept(tab.rows)
        table = list(csv.DictReader(io.StringIO((await page.http.get(f"/api/runs/{run}/history.csv")).text)))
        os.kill(page.server.workers()[0], signal.SIGKILL)
        await late.until(lambda: any(e["type"] == "engine" and e["state"] == "resumed" for e in late.events), secs=120)
        await late.send("play", until_epoch=EPOCHS + 5)
        await late.until(lambda: late.rows[-1]["epoch"] == EPOCHS + 5, secs=60)
        told = late.rows[-5:]
    async with page.tab(run) as last:
        assert last.rows == kept([*tab.rows, *told])

    assert [int(line["epoch"]) for line in table] == [row["epoch"] for row in kept(tab.rows)]
    assert sum(1 + int(line["left_out"]) for line in table) == EPOCHS + 1
    assert [line["left_out"] for line in table[-RAW:]] == ["0"] * RAW
    assert len(tab.rows) == EPOCHS + 1
