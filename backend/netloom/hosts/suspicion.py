"""Why an engine ended, and which of its runs is to blame."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Literal

from netloom.hosts.child import Child
from netloom.hosts.hosted import Hosted
from netloom.hosts.memory import OUT_OF_MEMORY
from netloom.hosts.watchdog import Verdict

Cause = Literal["memory", "still", "endless", "crash", "outside"]
"""`outside`: somebody ended it, or stopped it, who may have had their reasons; none of its runs has anything to do
with that."""

Ended = Literal["memory", "total", "stopped"]
"""By its host: as it held too much memory, as all processes together did, or as somebody had stopped it."""

_ENDED_BY_OTHERS = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_HANGS = "The engine did not come back each time it tried this run; change the network or start a new run."
_ENDS = "The engine ended each time it tried this run; change the network or start a new run."


def cause_of(child: Child, verdict: Verdict | Ended | None, *, killed_for_memory: bool) -> Cause:
    """`verdict`: for which its host has ended it; `killed_for_memory`: the system has ended somebody to get memory."""
    if verdict in ("stopped", "total"):
        return "outside"
    if verdict is not None:
        return verdict
    ended_by = -(child.status or 0)
    if ended_by == signal.SIGKILL and killed_for_memory:
        return "memory"
    return "outside" if ended_by in _ENDED_BY_OTHERS else "crash"


def suspects(cause: Cause, child: Child, held_bytes: int, runs: Sequence[Hosted]) -> list[Hosted]:
    """`held_bytes`: of memory, towards the end; `runs`: of the engine. A run that was worked on is suspected; where
    none was, those that had asked for something."""
    if cause == "outside" or child.slate is None:
        return []
    if cause == "memory":
        hungriest = child.slate.hungriest(held_bytes)
        return [hosted for hosted in runs if hosted.name == hungriest]
    at_work = {work.run for work in child.slate.work}
    return [hosted for hosted in runs if hosted.name in at_work] or [h for h in runs if h.pending.count]


def sentence(cause: Cause) -> str:
    """What is said of a run that is given up."""
    return {"memory": OUT_OF_MEMORY, "still": _HANGS, "endless": _HANGS}.get(cause, _ENDS)
