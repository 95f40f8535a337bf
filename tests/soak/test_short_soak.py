"""The short form of `make soak`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[2] / "bench" / "soak.py"


@pytest.mark.slow
def test_six_learners_lose_nothing_while_they_edit_are_cut_off_and_lose_an_engine(tmp_path: Path) -> None:
    results = tmp_path / "soak.json"
    command = [
        sys.executable,
        str(SOAK),
        "--seconds",
        "12",
        "--sessions",
        "6",
        "--promises-only",
        "--json",
        str(results),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(results.read_text())
    assert found["events"] > 100 and found["frames"] > 100
    assert found["moved_on_after_kill_ms"]["count"] == 6
