"""How late the event loop is: what keeps it from one socket keeps it from all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, Histogram

LOOKS_EVERY_SECS = 0.05
WORST_OF_SECS = 60.0
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class LoopLag:
    """Asks to be woken again and again, and notes how much later it was. `clock`: seconds that only grow."""

    def __init__(self, registry: CollectorRegistry, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._worst: deque[tuple[float, float]] = deque()
        self._seen = Histogram(
            "netloom_loop_lag_seconds",
            "How late the event loop woke whom it had promised to wake.",
            registry=registry,
            buckets=_BUCKETS,
        )
        worst = Gauge("netloom_loop_lag_max_seconds", "The greatest such lag of the last minute.", registry=registry)
        worst.set_function(self.worst)

    async def watch(self) -> None:
        """For ever."""
        while True:
            due = self._clock() + LOOKS_EVERY_SECS
            await asyncio.sleep(LOOKS_EVERY_SECS)
            self.note(max(0.0, self._clock() - due))

    def note(self, lag_secs: float) -> None:
        """What came before and was no worse can never be the worst again."""
        self._seen.observe(lag_secs)
        while self._worst and self._worst[-1][1] <= lag_secs:
            self._worst.pop()
        self._worst.append((self._clock(), lag_secs))
        self._forget()

    def worst(self) -> float:
        self._forget()
        return self._worst[0][1] if self._worst else 0.0

    def _forget(self) -> None:
        while self._worst and self._worst[0][0] < self._clock() - WORST_OF_SECS:
            self._worst.popleft()
