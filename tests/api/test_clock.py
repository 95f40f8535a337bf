"""The machine's clock jumps by a month while a server runs, and between two (R6)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

FINDER = Path(__file__).parents[2] / "scripts" / "find_faketime.sh"


@pytest.fixture(scope="module")
def library() -> str:
    found = subprocess.run([str(FINDER), "--here"], capture_output=True, text=True, check=True).stdout.strip()
    return found or pytest.skip("there is no libfaketime here; make test installs it where it runs as root on Debian")


async def test_r6_a_clock_that_jumps_stops_no_training_shows_nobody_out_and_removes_no_run(
    make_server: Any, make_page: Any, library: str, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    server = make_server(environment={**faked, "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
    page = make_page(server)
    await page.http.get("/api/health")
    run = await page.create(view={"speed": "20 epochs/s"}, training={"epoch_limit": 100_000})
    async with page.tab(run) as tab:
        await tab.answer("play")
        for offset in ("+30d", "-30d", "+400d", "+0"):
            clock.write_text(offset)
            assert offset == "+0" or days_off(server) > 20
            epochs = len(tab.rows)
            await tab.until(lambda epochs=epochs: len(tab.rows) > epochs + 20, secs=60)
            known = await page.http.get(f"/api/runs/{run}/experiment")
            assert (known.status_code, known.headers.get("set-cookie")) == (200, None)
        epochs = [event["epoch"] for event in tab.events if event["type"] == "status"]
        assert epochs == sorted(epochs)
        await tab.answer("pause")
        await tab.until(lambda: tab.status() == "paused")
    assert server.stop() == 0

    clock.write_text("+400d")
    server.start()
    async with page.tab(run) as again:
        assert again.rows == tab.rows
    assert server.stop() == 0
    assert "Traceback" not in server.said()


def days_off(server: Any) -> float:
    """By how much a new process with the server's clock is off."""
    told = subprocess.run(
        ["date", "+%s"], env=server.environment, capture_output=True, text=True, check=True, executable="/bin/date"
    )
    real = subprocess.run(["date", "+%s"], capture_output=True, text=True, check=True)
    return abs(int(told.stdout) - int(real.stdout)) / 86_400
