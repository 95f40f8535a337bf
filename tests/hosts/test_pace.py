"""Speeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netloom.experiment import Speed
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

    assert pace.due(60.0, 100.0) == 101


def test_no_limit_needs_no_waiting() -> None:
    pace = Pace(0.0)

    assert pace.due(0.0, None) is None
    assert pace.wait_secs(None) == 0
