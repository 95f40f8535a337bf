"""What a learner is likely to need next is loaded before it is asked for, and takes little from those who train."""

from __future__ import annotations

from typing import Any

import pytest

from netloom.experiment import Experiment
from netloom.hosts.first_programs import DEPTHS, next_experiments
from netloom.hosts.shelf import USUAL_CELLS, program_key
from netloom.hosts.warming import preload

LOAD_SECS = 2.0


class Engine:
    """Its stock names programs by the document's name; time passes where it loads or sleeps."""

    def __init__(self, *, loaded: set[str], stored: set[str]) -> None:
        self.held, self.on_disk = loaded, stored
        self.now = 0.0
        self.loads: list[str] = []
        self.compiled_meanwhile: list[str] = []

    def key(self, experiment: Experiment, cells: Any) -> str:
        return experiment.name

    def loaded(self, key: str) -> bool:
        return key in self.held

    def stored(self, key: str) -> bool:
        return key in self.on_disk

    def note(self, key: str) -> None:
        self.held.add(key)

    def load(self, experiment: Experiment) -> None:
        self.loads.append(experiment.name)
        self.now += LOAD_SECS

    def sleep(self, secs: float) -> None:
        self.now += secs
        self.on_disk.update(self.compiled_meanwhile[:1])
        del self.compiled_meanwhile[:1]

    def preload(self, *names: str) -> None:
        likely = [Experiment(name=name) for name in names]
        preload(self, likely, self.load, clock=lambda: self.now, sleep=self.sleep)


def test_what_lies_on_the_disk_is_loaded_once_and_in_order() -> None:
    engine = Engine(loaded={"b"}, stored={"a", "b", "c"})

    engine.preload("a", "b", "c")

    assert engine.loads == ["a", "c"]
    assert engine.held == {"a", "b", "c"}


def test_what_is_not_on_the_disk_is_waited_for_and_not_compiled() -> None:
    engine = Engine(loaded=set(), stored={"b"})
    engine.compiled_meanwhile = ["nothing", "nothing", "a"]

    engine.preload("a", "b")

    assert engine.loads == ["b", "a"]


def test_loading_takes_a_fifth_of_the_time_at_most() -> None:
    engine = Engine(loaded=set(), stored={"a", "b", "c"})

    engine.preload("a", "b", "c")

    assert engine.now == pytest.approx(3 * LOAD_SECS / 0.2)


def test_every_depth_that_newcomers_reach_is_likely_and_the_nearest_come_first() -> None:
    hidden = [len(experiment.network.layers) - 2 for experiment in next_experiments()]

    assert sorted(hidden) == list(DEPTHS)
    assert [abs(depth - 2) for depth in hidden] == sorted(abs(depth - 2) for depth in hidden)
    assert len({program_key(experiment, USUAL_CELLS, "cpu") for experiment in next_experiments()}) == len(DEPTHS)
