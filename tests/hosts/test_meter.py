"""What is measured of an engine's time."""

import gc
from collections.abc import Iterator

import pytest

from netloom.hosts.meter import Meter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> Iterator[Meter]:
    made = Meter(clock)
    yield made
    made.close()


def test_a_meter_runs_while_something_is_done(clock: Clock, meter: Meter) -> None:
    start = meter.secs()

    clock.now += 0.25

    assert meter.secs() - start == 0.25


def test_looking_for_garbage_is_nobody_s_time(clock: Clock, meter: Meter) -> None:
    def takes_a_second(phase: str, _: object) -> None:
        clock.now += phase == "start"

    gc.callbacks.append(takes_a_second)
    start = meter.secs()

    gc.collect()
    gc.callbacks.remove(takes_a_second)

    assert clock.now >= 1.0
    assert meter.secs() == start


def test_a_closed_meter_is_called_no_more(clock: Clock) -> None:
    before = list(gc.callbacks)

    Meter(clock).close()

    assert gc.callbacks == before
