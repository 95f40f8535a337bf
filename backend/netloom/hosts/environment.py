"""What every process that runs JAX is given before JAX is imported."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from netloom.engine.device import configure


def prepare_process(*, cores: str, niceness: int, device: str, cache: str) -> None:
    """The same for engines and compilers, for what is compiled under other flags is not found again. `cores`: numbers
    separated by commas; empty: all."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    give_way(niceness)
    # Several processes share a GPU: none may take most of its memory at once.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if cache:
        Path(cache).mkdir(parents=True, exist_ok=True)
    configure(Path(cache) if cache else None, device)


def give_way(niceness: int) -> None:
    """To what has more to do with what somebody looks at. Linux shares processors between sessions first, and each of
    these processes is one by itself: among them only the niceness of the session counts."""
    now = os.nice(niceness)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(now))


def limit_memory(most_mb: int) -> None:
    """A request for more fails, instead of taking the machine down: what JAX then says ends one run, not the engine.
    Only data counts: of the addresses that JAX reserves it uses few. Not for a process that uses a GPU, whose driver
    maps the card's memory as if it were data. 0: no limit."""
    if most_mb and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_mb * 2**20, most_mb * 2**20))
