"""Whose turn it is: laws, on a clock of their own."""

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netloom.hosts.fair import QUANTUM_SECS, Shares, Turns

COSTS = st.floats(0.0001, 0.7)
"""Seconds of one update."""
CLASSROOMS = st.lists(st.lists(COSTS, min_size=1, max_size=4), min_size=2, max_size=6)
"""For each learner, what an update of each run costs."""


class Classroom:
    """Runs that always want a turn, but for those named in `idle`."""

    def __init__(self, learners: list[list[float]]) -> None:
        self.shares = Shares()
        self.costs = {f"{n}/{m}": cost for n, own in enumerate(learners) for m, cost in enumerate(own)}
        self.used = dict.fromkeys(self.costs, 0.0)
        self.idle: set[str] = set()
        self.now = 0.0

    def go_on(self, secs: float) -> None:
        end = self.now + secs
        while self.now < end:
            for run in self.shares.grant({run: learner_of(run) for run in self.costs if run not in self.idle}):
                self._turn(run)

    def _turn(self, run: str) -> None:
        """As many updates as fill it."""
        updates = ceil(QUANTUM_SECS / self.costs[run])
        self.spend(run, updates * self.costs[run])
        self.used[run] += updates * self.costs[run]

    def spend(self, run: str, secs: float) -> None:
        self.shares.spent(run, learner_of(run), secs)
        self.now += secs

    def of(self, learner: int) -> float:
        return sum(used for run, used in self.used.items() if learner_of(run) == str(learner))


def learner_of(run: str) -> str:
    return run.partition("/")[0]


@settings(deadline=None, max_examples=50)
@given(CLASSROOMS)
def test_f2_every_learner_gets_the_same_time_whatever_their_runs_cost_and_however_many_they_are(
    learners: list[list[float]],
) -> None:
    room = Classroom(learners)

    room.go_on(60)

    shares = [room.of(number) for number in range(len(learners))]
    assert max(shares) - min(shares) <= max(room.costs.values()) + 3 * QUANTUM_SECS


@settings(deadline=None, max_examples=50)
@given(CLASSROOMS)
def test_the_runs_of_one_learner_share_the_learner_s_time_and_none_starves(learners: list[list[float]]) -> None:
    room = Classroom(learners)

    room.go_on(60)

    for number, own in enumerate(learners):
        used = [room.used[f"{number}/{place}"] for place in range(len(own))]
        assert max(used) - min(used) <= max(own) + 3 * QUANTUM_SECS


@settings(deadline=None, max_examples=50)
@given(CLASSROOMS, st.floats(1, 30))
def test_who_was_idle_has_saved_nothing_up_and_is_not_behind_either(learners: list[list[float]], secs: float) -> None:
    room = Classroom(learners)
    room.idle = {run for run in room.costs if learner_of(run) == "0"}
    room.go_on(secs)
    before = [room.of(number) for number in range(len(learners))]

    room.idle = set()
    room.go_on(30)

    shares = [room.of(number) - before[number] for number in range(len(learners))]
    others, most = shares[1:], 2 * max(room.costs.values()) + 3 * QUANTUM_SECS
    assert abs(shares[0] - min(others)) <= most
    assert abs(shares[0] - max(others)) <= most


@settings(deadline=None, max_examples=50)
@given(CLASSROOMS, st.lists(st.floats(0.001, 0.1), min_size=1, max_size=30))
def test_what_is_done_for_a_learner_beside_the_turns_counts(learners: list[list[float]], commands: list[float]) -> None:
    room = Classroom(learners)
    for secs in commands:
        room.go_on(0.3)
        room.spend("0/0", secs)

    room.go_on(60)

    shares = [room.of(number) for number in range(len(learners))]
    shares[0] += sum(commands)
    assert max(shares) - min(shares) <= max(room.costs.values()) + 3 * QUANTUM_SECS


def take(turns: Turns, *names: str, rounds: int) -> list[str]:
    """Who of these had turns, one after the other."""
    had: list[str] = []
    for _ in range(rounds):
        for name in turns.grant(names):
            turns.spent(name, turns.quantum_secs)
            had.append(name)
    return had


def test_a_debt_is_paid_by_what_the_others_have_also_while_one_is_idle() -> None:
    turns = Turns(0.005)
    turns.spent("debtor", 0.1)

    take(turns, "other", rounds=10)

    assert "debtor" not in take(turns, "debtor", "other", rounds=8)
    assert take(turns, "debtor", "other", rounds=10).count("debtor") == pytest.approx(8, abs=1)


def test_where_nobody_waits_nothing_is_owed() -> None:
    turns = Turns(0.005)
    turns.spent("debtor", 60.0)

    assert turns.grant([]) == []
    assert turns.grant(["debtor", "other"]) == ["debtor", "other"]


def test_a_run_alone_is_never_kept_waiting() -> None:
    turns = Turns(0.005)
    for _ in range(10):
        assert turns.grant(["slow"]) == ["slow"]
        turns.spent("slow", 0.7)


@pytest.mark.parametrize("runs", [1, 10])
def test_f2_a_learner_who_opens_ten_runs_has_the_share_of_one(runs: int) -> None:
    room = Classroom([[0.001] * runs, [0.001], [0.5]])

    room.go_on(300)

    assert [room.of(number) for number in range(3)] == pytest.approx([100] * 3, rel=0.01)
