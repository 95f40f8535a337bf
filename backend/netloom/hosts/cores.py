"""Who computes on which core: the server on the first, engines on the others, compilers on any.

Without that a system wakes the server where the engine that wrote to it runs: both share that core while another one
is idle.
"""

from __future__ import annotations

import os


def every_core() -> str:
    """Numbers separated by commas; empty where the system does not tell."""
    return ",".join(map(str, _own_cores()))


def engine_cores() -> str:
    """All but the first, which is the server's."""
    own = _own_cores()
    return ",".join(map(str, own[1:] or own))


def keep_to_the_first_core() -> None:
    """For the server: called when its engines know theirs."""
    if len(own := _own_cores()) > 1:
        os.sched_setaffinity(0, {own[0]})


def _own_cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
