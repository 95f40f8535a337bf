"""What an engine notes about its work on each run: on the slate, and for its host to read in every beat."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from netloom.hosts.slate import LINES, Slate

SLOW_SECS = 0.1
"""A run that keeps the others waiting for so long, on average, is slow; half of it, and it is not slow any more."""
SMOOTHING = 0.2
LARGE_TAKES_SECS = 0.001
"""Nobody takes much memory in less, and asking how much there is takes a twentieth of a small run's turn."""


class Worklog:
    """Threads have lines of the slate by the order in which they came."""

    def __init__(self, slate: Slate) -> None:
        self._slate = slate
        self._lines: dict[int, int] = {}
        self._added_bytes: dict[str, int] = {}
        self._mean_secs: dict[str, float] = {}
        self._slow: set[str] = set()
        self._memory = _open_statm()
        self._held = self._held_bytes()

    @property
    def slow(self) -> list[str]:
        """The runs whose turns take long."""
        return sorted(self._slow)

    def turned(self) -> None:
        """The main loop has come round."""
        self._slate.turned()

    @contextmanager
    def at_work(self, run: str) -> Generator[None]:
        """Whatever ends the engine in here leaves the run's name on the slate: hence no `finally`."""
        line = self._lines.setdefault(threading.get_ident(), len(self._lines) % LINES)
        held, start, used = self._held, time.monotonic(), time.process_time()
        self._slate.write(line, run, held)
        yield
        self._slate.write(line, "")
        if time.monotonic() - start > LARGE_TAKES_SECS:
            self._held = self._held_bytes()
            self._note_memory(run, self._held - held)
        if threading.current_thread() is threading.main_thread():
            # The lesser of both: others on this machine only stretch the one, other threads of the engine the other.
            self._note_secs(run, min(time.monotonic() - start, time.process_time() - used))

    def forget(self, run: str) -> None:
        self._added_bytes.pop(run, None)
        self._mean_secs.pop(run, None)
        self._slow.discard(run)

    def _note_memory(self, run: str, added: int) -> None:
        if not added:
            return
        self._added_bytes[run] = self._added_bytes.get(run, 0) + added
        name, most = max(tuple(self._added_bytes.items()), key=lambda item: item[1])
        self._slate.write_largest(name, max(0, most))

    def _note_secs(self, run: str, secs: float) -> None:
        mean = self._mean_secs.get(run, 0.0)
        self._mean_secs[run] = mean = mean + SMOOTHING * (secs - mean)
        if mean > SLOW_SECS:
            self._slow.add(run)
        elif mean < SLOW_SECS / 2:
            self._slow.discard(run)

    def _held_bytes(self) -> int:
        if self._memory is None:
            return 0
        return int(os.pread(self._memory, 100, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _open_statm() -> int | None:
    """None where the system does not tell what a process holds."""
    path = Path("/proc/self/statm")
    return os.open(path, os.O_RDONLY) if path.exists() else None
