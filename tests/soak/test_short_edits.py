"""The short form of `python bench/edits.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EDITS = Path(__file__).parents[2] / "bench" / "edits.py"


@pytest.mark.slow
def test_nothing_is_compiled_for_what_is_data_to_a_small_network(tmp_path: Path) -> None:
    """Width, activation, optimizer, loss, rates, batch size, data, points and seeds, twice each, beside others."""
    results = tmp_path / "edits.json"
    command = [sys.executable, str(EDITS), "--data-only", "--edits", "18", "--others", "2", "--json", str(results)]
    environment = {**os.environ, "NETLOOM_WARM": "0"}  # or what is compiled ahead would be counted
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(results.read_text())
    assert found["broken"] == []
    assert found["known"]["count"] == 18
    assert len(found["kinds"]) == 9
    assert found["compiled_by_known"] == 0
