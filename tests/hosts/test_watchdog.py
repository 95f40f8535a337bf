"""Whom the watchdog bites, and whom not."""

import pytest

from netloom.hosts.watchdog import Verdict, Watchdog, longest_turn_secs


def watched(
    *, secs: float, share: float, gigaflop: int = 0, catching_up: bool = False, turning: bool = False
) -> Verdict | None:
    """Looked at once a second, of an engine that uses this share of a processor. The first verdict."""
    watchdog, turn_secs = Watchdog(), longest_turn_secs(gigaflop=gigaflop, catching_up=catching_up)
    for now in range(int(secs) + 1):
        turns = now if turning else 7
        verdict = watchdog.look(now=now, turns=turns, processor_secs=100 + share * now, turn_secs=turn_secs)
        if verdict:
            return verdict
    return None


def test_r8_an_engine_that_neither_turns_nor_computes_is_replaced_within_fifteen_seconds() -> None:
    assert watched(secs=15, share=0.0) == "still"


def test_the_beats_of_an_engine_that_hangs_are_no_computing() -> None:
    assert watched(secs=15, share=0.0005) == "still"


def test_an_engine_whose_small_network_goes_round_for_ever_is_replaced_within_fifteen_seconds() -> None:
    assert watched(secs=15, share=1.0) == "endless"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_an_engine_that_turns_is_let_be(share: float) -> None:
    assert watched(secs=600, share=share, turning=True) is None


def test_the_longest_update_that_is_allowed_is_waited_for() -> None:
    """30 billion operations: half a second on a quiet machine, here at a fifteenth of that speed."""
    assert watched(secs=8, share=1.0, gigaflop=30) is None


def test_so_it_is_on_a_machine_that_leaves_the_engine_a_twentieth_of_a_processor() -> None:
    assert watched(secs=160, share=0.05, gigaflop=30) is None


def test_in_the_end_any_engine_that_does_not_turn_is_replaced() -> None:
    assert watched(secs=300, share=0.05, gigaflop=30) == "endless"


def test_where_the_system_does_not_tell_who_computes_an_engine_is_given_the_time_of_a_turn() -> None:
    watchdog = Watchdog()
    looks = [watchdog.look(now=now, turns=7, processor_secs=0.0, turn_secs=13) for now in range(15)]

    assert looks == [None] * 14 + ["endless"]


def test_a_run_that_is_retrained_after_the_loss_of_its_engine_is_given_a_minute() -> None:
    assert watched(secs=60, share=1.0, catching_up=True) is None
    assert watched(secs=15, share=0.0, catching_up=True) == "still"
