"""All processes of a server together hold no more memory than they are given."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from netloom.hosts import supervision
from netloom.hosts.supervision import Limits, Supervision

GIGABYTE = 2**30


class Process:
    """An engine or compiler that holds so much memory."""

    def __init__(self, gigabytes: float) -> None:
        self.pid = 1
        self.killed = 0
        self._bytes = int(gigabytes * GIGABYTE)

    def memory_bytes(self) -> int:
        return self._bytes

    private_bytes = memory_bytes

    def kill(self) -> None:
        self.killed += 1


def supervised(engines: list[Process], others: list[Process], *, saved: bool = False) -> Supervision:
    master: Any = SimpleNamespace(other_processes=lambda: others, save_memory=lambda: saved)
    alive: Any = SimpleNamespace(alive=set(engines))
    return Supervision(master, Any, alive, Limits(engine=2 * GIGABYTE, total=3 * GIGABYTE))  # type: ignore[arg-type]


async def weighed(watched: Supervision, secs: float = 0.35) -> None:
    task = asyncio.create_task(watched.weigh_for_ever())
    await asyncio.sleep(secs)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_above_the_total_the_largest_engine_ends_and_for_a_minute_no_other() -> None:
    small, large, compiler = Process(0.6), Process(1.2), Process(1.5)
    watched = supervised([small, large], [compiler])

    await weighed(watched)

    assert (small.killed, large.killed, compiler.killed) == (0, 1, 0)


async def test_a_minute_later_another_may_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "ENDED_EVERY_SECS", 0.0)
    first, second = Process(1.7), Process(1.6)
    watched = supervised([first, second], [Process(1.6)])

    await weighed(watched)
    watched._engines.alive.remove(first)  # type: ignore[arg-type]
    await weighed(watched)

    assert (first.killed, second.killed) == (1, 1)


async def test_none_ends_where_what_works_ahead_can_be_stopped() -> None:
    engine = Process(1.6)

    await weighed(supervised([engine], [Process(1.6)], saved=True))

    assert engine.killed == 0


async def test_an_engine_above_its_own_limit_ends_whatever_the_total() -> None:
    engine = Process(2.5)

    await weighed(supervised([engine], []))

    assert engine.killed == 1
