"""Whose turn it is: deficit round robin over measured time (Shreedhar & Varghese 1995)."""

from __future__ import annotations

QUANTUM_SECS = 0.005


class Turns:
    """Each turn gives everyone the same time; who took more waits until the others have had as much."""

    def __init__(self, quantum_secs: float = QUANTUM_SECS) -> None:
        self.quantum_secs = quantum_secs
        self._credit: dict[str, float] = {}

    def grant(self, names: list[str]) -> list[str]:
        """Credits everyone who wants a turn; returns those who may take it now, at least one if any wants."""
        self._credit = {name: self._credit.get(name, 0.0) for name in names}
        if not names:
            return []
        # Skipping the rounds in which nobody could pay leaves the order among them as it is.
        owed = max(0.0, -max(self._credit.values()))
        for name in names:
            self._credit[name] = min(self._credit[name] + owed + self.quantum_secs, self.quantum_secs)
        return [name for name in names if self._credit[name] > 0]

    def spent(self, name: str, secs: float) -> None:
        if name in self._credit:
            self._credit[name] -= secs
