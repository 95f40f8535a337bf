"""How many may come, and how often (A3, A6). Clocks are handed in, so nobody waits."""

from __future__ import annotations

import pytest

from netloom.api.limits import Guesses, Sockets, TooManyGuesses, TooManySockets


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a6_a_visitor_who_closes_a_tab_may_open_another(clock: Clock) -> None:
    sockets = Sockets(clock, most_each=2)
    sockets.enter("ada")
    sockets.enter("ada")

    with pytest.raises(TooManySockets, match="2 tabs"):
        sockets.enter("ada")
    sockets.leave("ada")
    sockets.enter("ada")


def test_a6_a_full_server_lets_nobody_in(clock: Clock) -> None:
    sockets = Sockets(clock)
    for number in range(600):
        sockets.enter(f"visitor {number}")

    with pytest.raises(TooManySockets, match="full"):
        sockets.enter("eve")
    sockets.leave("visitor 7")
    sockets.enter("eve")


def test_a6_the_twenty_first_connection_within_ten_seconds_has_to_wait(clock: Clock) -> None:
    sockets = Sockets(clock)
    for _ in range(20):
        sockets.enter("ada")
        sockets.leave("ada")

    for _ in range(100):
        with pytest.raises(TooManySockets, match="too often"):
            sockets.enter("ada")
    sockets.enter("bob")
    clock.now += 10.1
    sockets.enter("ada")


def test_a6_commands_of_all_tabs_together_are_counted_also_after_connecting_anew(clock: Clock) -> None:
    sockets = Sockets(clock)
    one, two = sockets.enter("ada"), sockets.enter("ada")
    taken = sum(tab.commands.take() for _ in range(60) for tab in (one, two))
    sockets.leave("ada")
    sockets.leave("ada")
    again = sockets.enter("ada")

    assert taken == 60
    assert not again.commands.take()
    assert sockets.enter("bob").commands.take()
    clock.now += 1
    assert sum(again.commands.take() for _ in range(60)) == 30


def test_those_who_left_are_forgotten(clock: Clock) -> None:
    sockets = Sockets(clock)
    for number in range(50):
        sockets.enter(f"visitor {number}")
        sockets.leave(f"visitor {number}")
    clock.now += 11
    sockets.enter("ada")

    assert list(sockets._allowances) == ["ada"]


def evaluated(guesses: Guesses, addresses: list[str]) -> int:
    """How many of so many wrong keys were looked at, one from each address in turn."""
    looked_at = 0
    for address in addresses:
        try:
            guesses.wait_secs(address)
        except TooManyGuesses:
            continue
        guesses.wrong(address)
        looked_at += 1
    return looked_at


def test_a3_of_a_thousand_wrong_keys_in_a_minute_ten_of_each_address_and_a_hundred_in_all_are_looked_at(
    clock: Clock,
) -> None:
    guesses = Guesses(clock)

    assert evaluated(guesses, ["10.0.0.1"] * 1000) == 10
    assert evaluated(guesses, [f"10.0.1.{n % 20}" for n in range(1000)]) == 90
    assert guesses.wait_secs("10.0.2.1") == 1
    clock.now += 60.1
    assert guesses.wait_secs("10.0.0.1") == 0


def test_a3_one_house_does_not_guess_more_often_by_having_many_numbers(clock: Clock) -> None:
    guesses = Guesses(clock)

    assert evaluated(guesses, [f"2001:db8::{n:x}" for n in range(100)]) == 10
    assert evaluated(guesses, ["10.0.0.1", "::ffff:10.0.0.1"] * 20) == 10
    assert guesses.wait_secs("2001:db8:0:1::1") == 0


def test_a3_addresses_that_stopped_guessing_are_forgotten(clock: Clock) -> None:
    guesses = Guesses(clock)
    evaluated(guesses, [f"10.0.0.{n}" for n in range(90)])
    clock.now += 61
    evaluated(guesses, ["10.0.1.1"])

    assert list(guesses._each) == ["10.0.1.1"]
