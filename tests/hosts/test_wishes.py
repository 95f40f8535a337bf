"""What an engine wished to have compiled: it hears what has become of it, whatever that is."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from netloom.experiment import Experiment
from netloom.hosts.compilers import Compilers
from netloom.hosts.messages import Request, Wish
from netloom.hosts.process import ProcessHost
from netloom.hosts.ray_engine import EngineOptions, RayEngine
from netloom.hosts.shelf import USUAL_CELLS

WISH = Wish("key", USUAL_CELLS, Experiment().model_dump_json().encode())
NONSENSE = Wish("key", USUAL_CELLS, b"{}")
"""Of a document that nothing can be made of."""


class ProcessSide:
    """An engine in a child process, with its host."""

    def __init__(self) -> None:
        self.told: list[Request] = []
        self.host: Any = ProcessHost(workers=1, spares=0, cache="programs")
        self.compilers: Compilers = self.host._compilers

    def send(self, request: Request) -> None:
        self.told.append(request)

    def wish(self, wish: Wish) -> None:
        self.host._on_wish(self, wish)


class RaySide:
    """An engine of a cluster."""

    def __init__(self) -> None:
        self.told: list[Request] = []
        self.compilers = Compilers()
        self.engine: Any = RayEngine(EngineOptions())
        self.engine._engine = SimpleNamespace(receive=self.told.append)
        self.engine._compilers, self.engine._starting_compilers = self.compilers, asyncio.Lock()
        self.engine._fulfilling, self.engine._loop = set(), asyncio.get_running_loop()

    def wish(self, wish: Wish) -> None:
        self.engine._begin_to_fulfill(wish)


@pytest.fixture(params=[ProcessSide, RaySide], ids=["process", "ray"])
async def side(request: pytest.FixtureRequest) -> Any:
    return request.param()


async def some_turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("wish", [WISH, NONSENSE], ids=["no compiler", "an error"])
async def test_what_could_not_be_compiled_is_answered_and_the_engine_tries_by_itself(side: Any, wish: Wish) -> None:
    side.wish(wish)
    await some_turns()

    assert [request.operation for request in side.told] == ["compiled"]
    assert side.told[0].arguments == {"key": "key", "ok": False, "refusal": None}


async def test_what_is_dropped_in_the_same_moment_leaves_the_line(side: Any) -> None:
    async with side.compilers._line.turn(0):
        side.wish(WISH)
        side.wish(Wish(WISH.key, WISH.cells, b"", dropped=True))
        await some_turns()

        assert side.compilers.load[0] == 1
    assert [request.operation for request in side.told] == ["queued"]
