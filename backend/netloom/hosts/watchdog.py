"""Whether an engine still works, judged by what can be seen from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STILL_SECS = 10.0
"""Without a turn of its main loop and without computing: an engine that has nothing to do turns twice a second."""
STILL_SHARE = 0.01
"""Of a processor: who used less has not computed. The beats of an engine that hangs use a hundredth of that."""
TURN_SECS = 10.0
"""Of a processor, for one turn of a small network. Turns are given 5 ms; compiling takes a few seconds."""
GIGAFLOP_SECS = 0.3
"""Of a processor, beyond that, for each billion operations of an update: twenty times what they take."""
CATCHING_UP_SECS = 60.0
"""Of a processor, beyond that, while a run is retrained to where its former engine was lost: that takes as long as it
was since the last checkpoint, and those of a long history are far apart."""
SHARE = 0.1
"""Of a processor, that an engine gets at least on a machine that has much else to do."""

Verdict = Literal["still", "endless"]


def longest_turn_secs(*, gigaflop: int, catching_up: bool) -> float:
    """`gigaflop`: of the largest update among the engine's runs."""
    return TURN_SECS + GIGAFLOP_SECS * gigaflop + (CATCHING_UP_SECS if catching_up else 0.0)


@dataclass
class Watchdog:
    """Of one engine. `turns`: of its main loop, counted by itself; `processor_secs`: that all its threads used."""

    turns: int = -1
    since: float = 0.0
    used: float = 0.0

    def look(self, *, now: float, turns: int, processor_secs: float, turn_secs: float) -> Verdict | None:
        """`turn_secs`: of a processor, that one turn may take. A verdict: it should be replaced."""
        if turns != self.turns:
            self.turns, self.since, self.used = turns, now, processor_secs
            return None
        stuck, used = now - self.since, processor_secs - self.used
        if not processor_secs:
            # The system does not tell: an engine that is stuck may be computing all the time.
            used = stuck
        if stuck > STILL_SECS and used < STILL_SHARE * stuck:
            return "still"
        if max(used, SHARE * stuck) > turn_secs:
            return "endless"
        return None
