"""The same with real runs, timed by the processor's clock, so that what else this machine does is not counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from netloom.engine.run import Run
from netloom.experiment import Data, Experiment, View
from netloom.hosts.engine_host import EngineHost, jax_runs
from netloom.hosts.messages import Batch, Request
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from netloom.training import Training

FAST = View(speed="max")
TOY = Experiment(view=FAST, training=Training(epoch_limit=10_000_000))
HEAVY = Experiment(
    view=FAST,
    data=Data(count=5000),
    network=chain(Input(), Dense(id="first", units=256), Dense(id="second", units=256), Output()),
    training=Training(batch_size="all", epoch_limit=10_000_000),
)
"""An update takes as long as tens of thousands of a toy's, and as ten turns."""
PATIENCE_SECS = 300


class Engine:
    def __init__(self) -> None:
        self.told: list[Batch] = []
        made = jax_runs("cpu")._replace(fresh=lambda e: Run(e, device="cpu", clock=time.process_time))
        self.host = EngineHost(self.told.append, made, clock=time.process_time)

    def open(self, run: str, document: Experiment = TOY, owner: str = "") -> None:
        blob = document.model_dump_json().encode()
        self.host.receive(Request(1, run, "open", {"checkpoint": False, "owner": owner}, blob))
        deadline = time.monotonic() + PATIENCE_SECS
        while run not in self.host._members and time.monotonic() < deadline:
            self.host.turn()
            time.sleep(0.001)

    def command(self, kind: str, *runs: str) -> None:
        for run in runs:
            blob = f'{{"type":"{kind}","id":1,"run":"{"r" * 26}"}}'.encode()
            self.host.receive(Request(2, run, "command", blob=blob))

    def updates(self, secs: float) -> dict[str, int]:
        """That each run makes in so many seconds of the processor's."""
        before = {name: member.run.step for name, member in self.host._members.items()}
        end = time.process_time() + secs
        while time.process_time() < end:
            self.host.turn()
        return {name: member.run.step - before[name] for name, member in self.host._members.items()}


@pytest.fixture
def engine() -> Iterator[Any]:
    made = Engine()
    yield made
    made.host.close()


def jain(rates: list[float]) -> float:
    """1 when all are equal, 1/n when one has everything (Jain, Chiu & Hawe 1984)."""
    return sum(rates) ** 2 / (len(rates) * sum(rate * rate for rate in rates))


def test_f5_thirty_equal_runs_train_equally_fast(engine: Engine) -> None:
    names = [f"run{number}" for number in range(30)]
    for name in names:
        engine.open(name, owner=name)
    engine.command("play", *names)
    engine.updates(1)

    updates = engine.updates(4)

    assert jain([float(count) for count in updates.values()]) >= 0.95


def test_f2_a_learner_with_ten_runs_gets_one_learner_s_share(engine: Engine) -> None:
    for number in range(10):
        engine.open(f"a{number}", owner="ada")
    engine.open("b", owner="bob")
    engine.command("play", *engine.host._members)
    engine.updates(1)

    updates = engine.updates(3)

    bob = updates.pop("b")
    assert 0.75 <= sum(updates.values()) / bob <= 1.33


@pytest.mark.slow
def test_f1_toys_keep_their_rate_beside_a_network_whose_update_takes_ten_turns(engine: Engine) -> None:
    for name, document in (("a", TOY), ("b", TOY), ("c", TOY), ("equal", TOY), ("heavy", HEAVY)):
        engine.open(name, document, owner=name)
    engine.command("play", "a", "b", "c")
    among_equals, beside_heavy = dict.fromkeys("abc", 0), dict.fromkeys("abc", 0)
    heavy = 0

    for _ in range(3):
        for fourth, made in (("equal", among_equals), ("heavy", beside_heavy)):
            engine.command("play", fourth)
            updates = engine.updates(1.5)
            engine.command("pause", fourth)
            heavy += updates["heavy"]
            for name in made:
                made[name] += updates[name]

    assert all(beside_heavy[name] >= 0.7 * among_equals[name] for name in "abc")
    assert heavy >= 3
