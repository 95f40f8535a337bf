"""The simulated learners notice when a promise is broken."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def learner() -> Any:
    return loaded("learner")


@pytest.fixture(scope="module")
def report() -> Any:
    return loaded("soak_report")


def loaded(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"soak_{name}", BENCH / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look up their types
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tab(learner: Any) -> Any:
    """It holds the epochs 0 and 1, and the event with number 5."""
    tab = learner.Tab("learner", "run", learner.Findings())
    snapshot = {"type": "snapshot", "experiment": {}, "status": {"status": "training"}, "history": rows(0, 1)}
    tab.take(event(5, snapshot))
    return tab


def event(seq: int, told: dict[str, Any]) -> str:
    return json.dumps({"type": "event", "run": "run", "stream": "stream", "seq": seq, "event": told})


def rows(*epochs: int) -> list[dict[str, Any]]:
    return [{"epoch": epoch, "train_loss": 1 / (1 + epoch)} for epoch in epochs]


def history(offset: int, *epochs: int) -> dict[str, Any]:
    return {"type": "history", "offset": offset, "rows": rows(*epochs)}


def test_nothing_is_wrong_with_events_in_order(tab: Any) -> None:
    tab.take(event(6, history(2, 2, 3)))
    tab.take(event(7, {"type": "accepted", "command": 1}))

    assert tab.found.broken == []


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([event(7, history(2, 2))], "lost or doubled"),
        ([event(5, history(2, 2))], "lost or doubled"),
        ([event(6, history(3, 3))], "a gap"),
        ([event(6, history(1, 1, 2))], "epochs came twice"),
        ([event(6, history(2, 3))], "is epoch 3"),
        ([event(6, {"type": "engine"}), event(7, {**history(1), "rows": [{"epoch": 1, "train_loss": 9}]})], "others"),
        ([event(seq, {"type": "accepted", "command": 1}) for seq in (6, 7)], "answered twice"),
    ],
    ids=["lost", "doubled", "gap", "twice", "skipped", "not as before", "answered twice"],
)
def test_what_breaks_a_promise_is_noticed(tab: Any, messages: list[str], words: str) -> None:
    for message in messages:
        tab.take(message)

    assert any(words in sentence for sentence in tab.found.broken)


def test_a_restart_may_replace_the_history(tab: Any) -> None:
    tab.take(event(6, {"type": "edited", "command": 1, "kind": "restart", "experiment": {}, "stash": None}))
    tab.take(event(7, history(0, 0)))

    assert tab.found.broken == []


def test_a_budget_that_is_missed_is_named(report: Any) -> None:
    spread = {"count": 9, "p50": 1.0, "p95": 2.0, "p99": 3.0, "most": 4.0}
    times = ("frame_lateness_ms", "control_ms", "structure_ms", "first_epoch_ms", "moved_on_after_kill_ms")
    memory = {"most": 200, "last": 200, "growth_per_minute": 0.0}
    kept = {
        **dict.fromkeys(times, spread),
        "frames_per_second": {"median": 10.0, "least": 9.0},
        "server_mb": memory,
        "engines_mb": memory,
        "seconds": 3600,
    }
    growing = {**memory, "growth_per_minute": 1.0}

    assert report.missed(kept) == []
    assert report.missed({**kept, "control_ms": {**spread, "p99": 251.0}}) == ["control to answer p99, ms: 251.0"]
    assert report.missed({**kept, "frames_per_second": {"median": 9.0, "least": 4.9}})
    assert report.missed({**kept, "engines_mb": growing})
    assert not report.missed({**kept, "engines_mb": growing, "seconds": 60})
