"""What work takes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any


class Meter:
    """Reads seconds, which stand still while Python looks for garbage: with many long histories that takes tenths of a
    second, and is nobody's in particular, whoever happens to be served."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = self._collected = 0.0
        gc.callbacks.append(self._note)

    def close(self) -> None:
        gc.callbacks.remove(self._note)

    def secs(self) -> float:
        return self._clock() - self._collected

    def _note(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self._began = self._clock()
        else:
            self._collected += self._clock() - self._began
