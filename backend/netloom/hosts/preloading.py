"""Programs that an engine loads before a run comes that needs them: then the run comes within a moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import structlog

from netloom.engine.cells import Cells
from netloom.errors import NetloomError
from netloom.experiment import Experiment, read_experiment
from netloom.hosts.compiler import compile_programs
from netloom.hosts.engine_host import RunMaker
from netloom.hosts.messages import Answer, Batch, Request

_log = structlog.get_logger()


class Preloading:
    """In a thread of its own, one after the other. `tell` gets the answer to each request, whatever has become of it:
    what is not loaded now is loaded with the run."""

    def __init__(self, runs: RunMaker, device: str, tell: Callable[[Batch], None]) -> None:
        self._runs = runs
        self._device = device
        self._tell = tell
        self._asked: queue.SimpleQueue[Request] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="preload").start()

    def add(self, request: Request) -> None:
        """Its blob is a document, or a checkpoint where its arguments say so."""
        self._asked.put(request)

    def _work(self) -> None:
        while True:
            request = self._asked.get()
            try:
                self._load(request)
            except NetloomError:
                pass
            except Exception:  # noqa: BLE001 (the run that needs it will say what is wrong)
                _log.exception("not preloaded")
            self._tell(Batch("", answer=Answer(request.number)))

    def _load(self, request: Request) -> None:
        """What lies on no disk would have to be compiled, which is not done ahead."""
        experiment = self._document(request)
        stock, cells = self._runs.stock, Cells(*request.arguments["cells"])
        key = stock.key(experiment, cells)
        if stock.stored(key) and not stock.loaded(key):
            compile_programs(experiment, cells, self._device)
            stock.note(key)

    def _document(self, request: Request) -> Experiment:
        return self._runs.peek(request.blob) if request.arguments["checkpoint"] else read_experiment(request.blob)
