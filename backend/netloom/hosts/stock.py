"""The programs of this engine process."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import Lock

from netloom.engine.cells import Cells
from netloom.engine.device import describe, find_device
from netloom.engine.program import MOST_PROGRAMS
from netloom.experiment import Experiment
from netloom.hosts.shelf import Shelf, program_key


class JaxStock:
    """Remembers as many as the engine keeps loaded; which lie on the disk, the shelf knows."""

    def __init__(self, device: str, cache: str = "") -> None:
        self._device = device
        self._shelf = Shelf(cache)
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def key(self, experiment: Experiment, cells: Cells) -> str:
        return program_key(experiment, cells, self._described)

    def loaded(self, key: str) -> bool:
        with self._lock:
            return key in self._loaded

    def stored(self, key: str) -> bool:
        return self._shelf.holds(key)

    def note(self, key: str) -> None:
        with self._lock:
            self._loaded[key] = None
            self._loaded.move_to_end(key)
            while len(self._loaded) > MOST_PROGRAMS:
                self._loaded.popitem(last=False)
        if not self._shelf.holds(key):
            self._shelf.note(key)

    @cached_property
    def _described(self) -> str:
        return describe(find_device(self._device))
