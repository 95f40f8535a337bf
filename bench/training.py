"""Training, side by side: every contender in a process of its own on the same core, in turns, medians compared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

from contenders import CONTENDERS, UPDATES_PER_EPOCH

MODULES = {"torch": "torch", "scikit-learn": "sklearn", "keras": "keras"}
ROUNDS = 9


class Contender:
    """A process that waits to be told to run a round."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("contenders.py")), name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._updates = int(self._line().split()[1])

    def microseconds_per_update(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._line()) / self._updates * 1e6

    def end(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the contender ended")
        return line


def installed(name: str) -> bool:
    from importlib.util import find_spec

    return name not in MODULES or find_spec(MODULES[name]) is not None


def measure_training() -> dict[str, dict[str, float]]:
    """By contender: microseconds per update, epochs per second, and how many times Netloom's time that is."""
    contenders = {name: Contender(name) for name in CONTENDERS if installed(name)}
    rounds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            rounds[name].append(contender.microseconds_per_update())
    for contender in contenders.values():
        contender.end()
    best = median(rounds["netloom"])
    return {
        name: {
            "microseconds_per_update": median(times),
            "fastest": min(times),
            "slowest": max(times),
            "epochs_per_second": 1e6 / median(times) / UPDATES_PER_EPOCH,
            "times_netloom": median(times) / best,
        }
        for name, times in rounds.items()
    }
