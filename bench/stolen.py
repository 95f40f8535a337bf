"""What a shared machine's other guests take: a second of its processors is then less than a second."""

from __future__ import annotations

import psutil


class Stolen:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._before = psutil.cpu_times()

    def share(self) -> float:
        """Of the time in which work waited here for a processor that was away; 0 where the system does not tell."""
        gone = {kind: now - getattr(self._before, kind) for kind, now in psutil.cpu_times()._asdict().items()}
        away = gone.get("steal", 0.0)
        busy = sum(gone.get(kind, 0.0) for kind in ("user", "nice", "system"))
        return round(away / (away + busy), 3) if away else 0.0
