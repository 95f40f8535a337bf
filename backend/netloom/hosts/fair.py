"""Whose turn it is: deficit round robin over measured time (Shreedhar & Varghese 1995)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

QUANTUM_SECS = 0.005


class Turns:
    """Each round gives everyone the same time; who took more waits until the others have had as much.

    Who wants no turn saves nothing up, and still owes what was taken: until the others have had it, or nobody waits.
    """

    def __init__(self, quantum_secs: float = QUANTUM_SECS) -> None:
        self.quantum_secs = quantum_secs
        self._credit: dict[str, float] = {}

    def grant(self, names: Iterable[str]) -> list[str]:
        """Credits everyone; returns those who want a turn and may take it now, at least one if any wants."""
        wanting = dict.fromkeys(names, 0.0)
        if not wanting:
            self._credit = {}
            return []
        credit = wanting | self._credit
        # Skipping the rounds in which nobody could pay leaves the order among them as it is.
        owed = max(0.0, -max(credit[name] for name in wanting))
        for name in credit:
            credit[name] = min(credit[name] + owed + self.quantum_secs, self.quantum_secs if name in wanting else 0.0)
        self._credit = {name: left for name, left in credit.items() if left < 0 or name in wanting}
        return [name for name in wanting if credit[name] > 0]

    def spent(self, name: str, secs: float) -> None:
        """Also on what was no turn: a command, a picture, an edit."""
        self._credit[name] = self._credit.get(name, 0.0) - secs


class Shares:
    """Learners share the time, whatever the number of their runs; the runs of each share what their learner has."""

    def __init__(self, quantum_secs: float = QUANTUM_SECS) -> None:
        self.quantum_secs = quantum_secs
        self._learners = Turns(quantum_secs)
        self._households: dict[str, _Household] = {}

    def grant(self, wanting: Mapping[str, str]) -> list[str]:
        """`wanting`: runs, each with its learner. Returns one run of each learner whose turn it is."""
        runs: dict[str, list[str]] = {}
        for run, learner in wanting.items():
            runs.setdefault(learner, []).append(run)
        self._households = {learner: self._households.get(learner) or _Household(self.quantum_secs) for learner in runs}
        return [self._households[learner].next(runs[learner]) for learner in self._learners.grant(runs)]

    def spent(self, run: str, learner: str, secs: float) -> None:
        self._learners.spent(learner, secs)
        if household := self._households.get(learner):
            household.turns.spent(run, secs)


class _Household:
    """The runs of one learner that want turns."""

    def __init__(self, quantum_secs: float) -> None:
        self.turns = Turns(quantum_secs)
        self._round: list[str] = []

    def next(self, runs: list[str]) -> str:
        self._round = [run for run in self._round if run in runs] or self.turns.grant(runs)
        return self._round.pop(0)
