"""Loads into an engine what its learners are likely to need next, before they ask."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable

import structlog

from netloom.experiment import Experiment
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.workshop import Stock

SHARE = 0.2
"""Of the time is spent loading, so that those who train hardly notice."""
LOOK_AGAIN_SECS = 5.0
"""Until then the compiler may have put more on the disk."""
MOST_REST_SECS = 60.0
"""Whatever the clock says."""
NICE = 10

_log = structlog.get_logger()


def preload(
    stock: Stock,
    likely: Iterable[Experiment],
    load: Callable[[Experiment], object],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
) -> None:
    """Returns when all that is `likely` is loaded. Compiles nothing: what is not on the disk yet is waited for."""
    # Not time.sleep, which a clock that is set back ends with an error.
    sleep = sleep or threading.Event().wait
    wanted = {stock.key(experiment, USUAL_CELLS): experiment for experiment in likely}
    while wanted:
        for key in [key for key in wanted if stock.loaded(key) or stock.stored(key)]:
            experiment = wanted.pop(key)
            if not stock.loaded(key):
                start = clock()
                load(experiment)
                stock.note(key)
                sleep(min(MOST_REST_SECS, max(0.0, clock() - start) * (1 / SHARE - 1)))
        if wanted:
            sleep(LOOK_AGAIN_SECS)


def preload_beside(stock: Stock, likely: Iterable[Experiment], load: Callable[[Experiment], object]) -> None:
    """The same in a thread of its own, which gives way to all others."""

    def work() -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            preload(stock, likely, load)
        except Exception:  # noqa: BLE001 (whoever needs it loads it, and is then told what is wrong)
            _log.exception("not loaded ahead")

    threading.Thread(target=work, daemon=True, name="preload").start()
