"""Engines and compilers give way to the server, also where Linux shares processors between sessions first."""

import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
SCRIPT = """
import os
from netloom.hosts.environment import give_way
give_way(7)
give_way(0)
print(os.nice(0), open("/proc/self/autogroup").read().split()[-1])
"""


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system does not share processors between sessions")
def test_a_process_with_a_session_of_its_own_gives_way_as_a_whole() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, start_new_session=True, capture_output=True, text=True, check=True, timeout=60)

    own, session = done.stdout.split()
    assert int(own) >= 7
    assert session == "7"
