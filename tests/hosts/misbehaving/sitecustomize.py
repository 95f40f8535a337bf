"""Read by every Python that starts with this folder in its path: engines of tests, where runs then misbehave by name.

The engine is the real one; what a run of that name does, some update of a network might do to it.
"""

import os
import time
from typing import Any

import numpy as np

from netloom.engine.run import Run

_advance = Run.advance
_held: list[Any] = []


def take_memory(numbers: int) -> None:
    """Written to, so that the system has to find the pages."""
    _held.append(np.ones(numbers))


def compute(secs: float) -> None:
    end = time.process_time() + secs
    while time.process_time() < end:
        pass


MISDEEDS = {
    "takes memory": lambda: take_memory(4_000_000),
    "takes memory at once": lambda: take_memory(1_000_000_000),
    "goes round": lambda: compute(1e9),
    "waits": lambda: time.sleep(3600),
    "ends": os.abort,
    "slow": lambda: compute(0.2),
}


def advance(run: Run, **arguments: Any) -> Any:
    if run.epoch >= 3:
        MISDEEDS.get(run.experiment.name, lambda: None)()
    return _advance(run, **arguments)


Run.advance = advance  # pyright: ignore[reportAttributeAccessIssue]
