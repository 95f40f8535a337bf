"""Memory: how much there is of it for a run, and how one learns that it was too little."""

from __future__ import annotations

import re
from pathlib import Path

OUT_OF_MEMORY = "This run needs more memory than this server gives; make its network or its data smaller."

_KILLS = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)
_COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat"))


def ran_out(error: BaseException) -> bool:
    """Whether that is what this error means: JAX has no class of its own for it."""
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)


def sentence_of(error: BaseException, otherwise: str) -> str:
    """What is said of an error that nobody foresaw."""
    return OUT_OF_MEMORY if ran_out(error) else otherwise


def kills_for_memory() -> int:
    """How many processes the system has ended to get memory back; 0 where it does not tell."""
    return sum(_count(path) for path in _COUNTERS)


def _count(path: Path) -> int:
    try:
        found = _KILLS.search(path.read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
