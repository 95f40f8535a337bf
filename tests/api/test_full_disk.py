"""A disk without room costs nobody their training (R4)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netloom.storage.checkpoints import CheckpointFiles


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk of one megabyte can be made by root alone, outside of most containers")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """To the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))
    assert os.statvfs(disk).f_bavail == 0
    return filler


async def test_r4_on_a_full_disk_training_goes_on_says_so_and_is_saved_when_there_is_room(
    make_server: Any, make_page: Any, small_disk: Path, programs: Path, assert_intact: Callable[[Path], None]
) -> None:
    (small_disk / "programs").symlink_to(programs)
    server = make_server(environment={"NETLOOM_DATA": str(small_disk)})
    page = make_page(server)
    run = await page.create(view={"speed": "20 epochs/s"}, training={"epoch_limit": 100_000})
    files = CheckpointFiles(small_disk / "checkpoints")
    async with page.tab(run) as tab:
        await tab.answer("play")
        await tab.until(lambda: files.load(run) is not None)

        filler = fill(small_disk)
        await tab.until(lambda: saving(tab))
        assert "disk is full" in str(saving(tab)[0])
        epochs = len(tab.rows)
        await tab.until(lambda: len(tab.rows) > epochs + 60)
        assert (await tab.answer("edit", changes={"training": {"learning_rate": 0.2}}))["kind"] == "live"
        async with page.tab(run) as other:
            assert "disk is full" in other.events[0]["not_saved"]
        created = await page.http.post("/api/runs", json={})
        assert created.status_code in {201, 503}, created.text
        assert created.status_code == 201 or created.json()["error"]["code"] == "storage_full"
        assert files.load(run) is not None

        filler.unlink()
        await tab.until(lambda: saving(tab)[1:] == [None])
        epochs = len(tab.rows)
    assert "Traceback" not in server.said()
    server.stop(signal.SIGKILL)

    server.start()
    async with page.tab(run) as again:
        assert again.events[0]["not_saved"] is None
        assert len(again.rows) >= epochs - 20 * 6
        assert again.events[0]["experiment"]["training"]["learning_rate"] == 0.2
    server.stop()
    assert_intact(small_disk)


def saving(tab: Any) -> list[str | None]:
    return [event["problem"] for event in tab.events if event["type"] == "saving"]
