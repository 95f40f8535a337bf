"""An engine that trains in a thread of its own, inside a process that does other things too."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import structlog

from netloom.hosts.engine_host import EngineHost, RunMaker
from netloom.hosts.messages import Batch, Request, Wish

_log = structlog.get_logger()


class EngineThread:
    """`tell` and `wish` are called in that thread."""

    def __init__(
        self, runs: RunMaker, *, tell: Callable[[Batch], None], wish: Callable[[Wish], None] | None = None
    ) -> None:
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._ended = False
        self.failed = False
        """Nothing will be told any more."""
        self._engine = EngineHost(tell, runs, wake=lambda: self._inbox.put(None), wish=wish)
        threading.Thread(target=self._work, daemon=True).start()

    def receive(self, request: Request) -> None:
        self._inbox.put(request)

    def close(self) -> None:
        """What it is about to tell may still be told."""
        self._ended = True
        self._inbox.put(None)

    def _work(self) -> None:
        try:
            while not self._ended:
                self._take_all(self._engine.turn())
        except Exception:  # noqa: BLE001 (said by `failed`)
            _log.exception("engine failed")
            self.failed = True
        self._engine.close()

    def _take_all(self, wait_secs: float) -> None:
        """What was asked, after waiting for it no longer than that."""
        try:
            item = self._inbox.get(timeout=wait_secs) if wait_secs > 0 else self._inbox.get_nowait()
            while True:
                if item is not None:
                    self._engine.receive(item)
                item = self._inbox.get_nowait()
        except queue.Empty:
            return
