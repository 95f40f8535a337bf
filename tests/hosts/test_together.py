"""Updates that nobody is told of one by one are carried out together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from netloom.experiment import Experiment, Speed, View
from netloom.hosts.engine_host import EngineHost, jax_runs
from netloom.hosts.messages import Batch, Request
from netloom.protocol.commands import COMMAND, Watch

RUN = "r" * 26
SECS = 10
_ids = count(1)


class Engine:
    """One run on a clock that stands still while it works, and counts how often it was asked to."""

    def __init__(self, speed: Speed) -> None:
        self.now = 0.0
        self.advances = 0
        self.batches: list[Batch] = []
        runs = jax_runs("cpu")
        self.host = EngineHost(
            self.batches.append,
            runs._replace(fresh=lambda experiment: self._counted(runs.fresh(experiment))),
            clock=lambda: self.now,
        )
        document = Experiment(view=View(speed=speed)).model_dump_json().encode()
        self.host.receive(Request(1, RUN, "open", {}, document))
        while not self.batches:
            self.host.turn()

    def ask(self, operation: str, arguments: dict[str, Any] | None = None, **command: Any) -> None:
        blob = (
            COMMAND.validate_python({**command, "id": next(_ids), "run": RUN}).model_dump_json().encode()
            if command
            else b""
        )
        self.host.receive(Request(2, RUN, operation, arguments or {}, blob))

    def live(self, secs: float) -> None:
        until = self.now + secs
        while self.now < until:
            self.now += max(0.0005, min(self.host.turn(), until - self.now))

    @property
    def epochs(self) -> list[int]:
        histories = [event for batch in self.batches for event in batch.events if event["type"] == "history"]
        return [row["epoch"] for event in histories for row in event["rows"]]

    def _counted(self, run: Any) -> Any:
        advance: Callable[..., Any] = run.advance

        def counted(**arguments: Any) -> Any:
            self.advances += 1
            return advance(**arguments)

        run.advance = counted
        return run


@pytest.mark.parametrize(("speed", "a_second"), [("4 epochs/s", 4), ("20 epochs/s", 20)])
def test_a_run_works_as_often_as_it_is_looked_at_and_keeps_its_speed(speed: Speed, a_second: int) -> None:
    engine = Engine(speed)
    engine.ask("watch", {"watch": Watch(frames_per_second=10).model_dump(mode="json")})
    engine.ask("command", type="play")

    engine.live(SECS)

    assert engine.advances <= 11 * SECS
    assert engine.epochs == list(range(1, len(engine.epochs) + 1))
    assert abs(len(engine.epochs) - a_second * SECS) <= a_second / 2 + 1
    assert sum(bool(batch.frame) for batch in engine.batches) >= 9.5 * SECS


def test_at_one_update_a_second_each_is_shown_when_it_is_due() -> None:
    engine = Engine("1 update/s")
    engine.ask("watch", {"watch": Watch(frames_per_second=60).model_dump(mode="json")})
    engine.ask("command", type="play")

    engine.live(SECS)

    assert SECS <= engine.advances <= SECS + 2
