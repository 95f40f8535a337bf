"""Training, side by side: every contender in a process of its own on the same core, in turns, medians compared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from contenders import CONTENDERS
from plain import compiler
from tasks import TASKS

MODULES = {"torch": "torch", "scikit-learn": "sklearn", "keras": "keras"}
ROUNDS, SOLVED_BY = 9, 5
WITHOUT = {"digits 784-128-10": {"c"}, "solving": {"c", "numpy"}}
"""Who does not take part in what."""


class Process:
    """A contender that waits to be told to run a round."""

    def __init__(self, name: str, task: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("contenders.py")), name, task]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.updates = int(self._line().split()[1])

    def round(self) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._line()

    def end(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the contender ended")
        return line


def installed(name: str) -> bool:
    if name == "c":
        return compiler() is not None
    return name not in MODULES or find_spec(MODULES[name]) is not None


@contextmanager
def _contenders(task: str) -> Generator[dict[str, Process]]:
    out = WITHOUT.get(task, set())
    started = {name: Process(name, task) for name in CONTENDERS if installed(name) and name not in out}
    try:
        yield started
    finally:
        for contender in started.values():
            contender.end()


def measure_training(rounds: int = ROUNDS) -> dict[str, dict[str, dict[str, float]]]:
    """By task and contender: rounds, microseconds an update, epochs a second, and how many times Netloom's time."""
    return {task: _measure_task(task, rounds) for task in TASKS if task != "solving"}


def _measure_task(task: str, rounds: int) -> dict[str, dict[str, float]]:
    micros: dict[str, list[float]] = {}
    with _contenders(task) as contenders:
        for _ in range(rounds):
            for name, contender in contenders.items():
                micros.setdefault(name, []).append(float(contender.round()) / contender.updates * 1e6)
    best = median(micros["netloom"])
    return {
        name: {
            "rounds": len(times),
            "microseconds_per_update": median(times),
            "fastest": min(times),
            "slowest": max(times),
            "epochs_per_second": 1e6 / median(times) / TASKS[task].updates_per_epoch,
            "times_netloom": median(times) / best,
        }
        for name, times in micros.items()
    }


def measure_solving(networks: int = SOLVED_BY) -> dict[str, dict[str, float]]:
    """By contender: how many networks; medians of the seconds and epochs until each has solved the spiral."""
    found: dict[str, list[tuple[float, float]]] = {}
    with _contenders("solving") as contenders:
        for _ in range(networks):
            for name, contender in contenders.items():
                secs, epochs = contender.round().split()
                found.setdefault(name, []).append((float(secs), float(epochs)))
    return {
        name: {
            "networks": len(each),
            "seconds": median(secs for secs, _ in each),
            "epochs": median(epochs for _, epochs in each),
        }
        for name, each in found.items()
    }
