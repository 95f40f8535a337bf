"""Speeds, and whose turn it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netloom.experiment import Speed
from netloom.hosts.fair import Turns
from netloom.hosts.pace import Pace, updates_per_second


@pytest.mark.parametrize(
    ("speed", "rate"), [("1 update/s", 1), ("5 updates/s", 5), ("1 epoch/s", 14), ("4 epochs/s", 56), ("max", None)]
)
def test_a_speed_in_epochs_is_spread_evenly_over_their_updates(speed: Speed, rate: float | None) -> None:
    assert updates_per_second(speed, 14) == rate


def test_the_first_update_is_due_at_once() -> None:
    assert Pace(5.0).due(5.0, 1.0) == 1


@given(rate=st.sampled_from([1.0, 5.0, 14.0, 56.0, 1400.0]), pause=st.floats(0.001, 0.2))
def test_over_ten_seconds_a_pace_gives_its_rate(rate: float, pause: float) -> None:
    pace, now, done = Pace(0.0), 0.0, 0
    while now < 10:
        due = pace.due(now, rate)
        assert due is not None
        pace.done(due)
        done += due
        now += pause

    assert done == pytest.approx(rate * 10, rel=0.05, abs=2)


def test_a_run_that_was_held_up_does_not_race_afterwards() -> None:
    pace = Pace(0.0)
    pace.done(1)

    assert pace.due(60.0, 100.0) == 26


def test_no_limit_needs_no_waiting() -> None:
    pace = Pace(0.0)

    assert pace.due(0.0, None) is None
    assert pace.wait_secs(None) == 0


def shares(costs: dict[str, float], rounds: int) -> dict[str, float]:
    turns, used = Turns(0.005), dict.fromkeys(costs, 0.0)
    for _ in range(rounds):
        for name in turns.grant(list(costs)):
            turns.spent(name, costs[name])
            used[name] += costs[name]
    return used


def test_equal_runs_get_equal_time() -> None:
    used = shares({str(number): 0.005 for number in range(30)}, 100)

    assert max(used.values()) == min(used.values())


def test_f1_a_run_with_slow_updates_pays_for_them_by_waiting() -> None:
    used = shares({"slow": 0.5, "quick": 0.005}, 400)

    assert used["slow"] == pytest.approx(used["quick"], rel=0.35)


def test_a_run_alone_is_never_kept_waiting() -> None:
    assert shares({"slow": 0.7}, 10)["slow"] == pytest.approx(7.0)
