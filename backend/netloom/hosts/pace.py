"""How many updates are due, at the speed that the learner chose."""

from __future__ import annotations

from netloom.experiment import Speed

UPDATES_PER_SECOND: dict[Speed, float] = {"1 update/s": 1, "5 updates/s": 5}
EPOCHS_PER_SECOND: dict[Speed, float] = {"1 epoch/s": 1, "4 epochs/s": 4, "20 epochs/s": 20, "100 epochs/s": 100}
MOST_SECONDS_BEHIND = 1.0
"""A run that was held up, by one update of a large network at most, makes up for it, but does not race afterwards."""


def updates_per_second(speed: Speed, updates_per_epoch: int) -> float | None:
    """None: as fast as possible. Epochs are spread evenly, so that the picture moves within one."""
    if speed in UPDATES_PER_SECOND:
        return UPDATES_PER_SECOND[speed]
    if speed in EPOCHS_PER_SECOND:
        return EPOCHS_PER_SECOND[speed] * updates_per_epoch
    return None


class Pace:
    """Counts updates that are due. The first is due at once, so that Play moves the picture at once."""

    def __init__(self, now: float) -> None:
        self._due = 1.0
        self._counted = now

    def due(self, now: float, rate: float | None) -> int | None:
        """Whole updates due at `now`; None when there is no limit."""
        if rate is None:
            self._counted = now
            return None
        most = 1.0 + rate * MOST_SECONDS_BEHIND
        self._due = min(self._due + (now - self._counted) * rate, most)
        self._counted = now
        return int(self._due)

    def done(self, updates: int) -> None:
        self._due = max(0.0, self._due - updates)

    def wait_secs(self, rate: float | None) -> float:
        """Until the next update is due."""
        return 0.0 if rate is None else max(0.0, (1.0 - self._due) / rate)
