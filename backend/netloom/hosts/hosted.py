"""One run, seen from the server: what it takes to go on with it in another engine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from netloom.engine.cells import Cells
from netloom.errors import NetloomError
from netloom.experiment import read_experiment
from netloom.hosts.child import Child
from netloom.hosts.messages import Batch, Request
from netloom.hosts.pending import Pending
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.telling import rows_after
from netloom.json_bytes import json_bytes
from netloom.protocol.commands import Watch

LARGE_GIGAFLOP = 5
"""Of an update: a tenth of a second on a processor core that does 50 billion operations a second."""
SLOW_FOR_SECS = 30.0
"""After it was last found slow; less would move a run to and fro."""


@dataclass
class Hosted:
    """Kept up to date by all that is asked of the run and all that it tells."""

    name: str
    child: Child
    owner: str
    document: bytes = b""
    """Empty while it is only known to lie in the checkpoint."""
    gigaflop: int = 0
    """Of one update, estimated: billions of operations."""
    checkpoint: bytes = b""
    rows: int = 0
    """Of history, told so far."""
    playing: dict[str, Any] = field(default_factory=dict)
    watch: dict[str, Any] | None = None
    frames_wanted: bool = True
    catching_up: bool = False
    """It has been moved and has told nothing since."""
    slow_until: float = 0.0
    tries: int = 0
    """How many engines ended one after the other before it told anything."""
    strikes: int = 0
    """How many engines ended for which it is to blame."""
    struck_at: float = 0.0
    pending: Pending = field(default_factory=Pending)
    """Asked and not answered. An answer, its events and its checkpoint arrive in one message or not at all, so
    that asking again carries out nothing twice."""

    @property
    def cells(self) -> Cells:
        return USUAL_CELLS if self.watch is None else Cells.of(Watch.model_validate(self.watch))

    def disturbs(self, now: float) -> bool:
        """Whether the others are better off without it in their engine."""
        return bool(self.strikes) or self.gigaflop >= LARGE_GIGAFLOP or now < self.slow_until

    def found_slow(self, now: float) -> None:
        self.slow_until = now + SLOW_FOR_SECS

    def asked(self, request: Request) -> None:
        if request.operation == "watch":
            self.watch = request.arguments["watch"]
        elif request.operation == "frames":
            self.frames_wanted = request.arguments["wanted"]
        elif request.operation == "open" and not request.arguments["checkpoint"]:
            self._take(request.blob)

    def note(self, batch: Batch) -> None:
        if batch.ahead is not None:
            return
        self.tries, self.catching_up = 0, False
        self.checkpoint = batch.checkpoint or self.checkpoint
        self.playing = self.playing if batch.playing is None else batch.playing
        for event in batch.events:
            if event["type"] == "history":
                self.rows = rows_after(event)
            elif event["type"] == "edited":
                self._take(json_bytes(event["experiment"]))

    def move(self, heir: Child, *, unnoticed: bool) -> None:
        """To go on in another engine: from the last checkpoint, then whatever has not been answered."""
        self.child, self.catching_up = heir, True
        if self.checkpoint:
            heir.send(self._reopening(unnoticed))
        if not unnoticed:
            self.frames_wanted = True
        elif not self.frames_wanted:
            heir.send(Request(0, self.name, "frames", {"wanted": False}))
        for request in self.pending.requests():
            heir.send(request)

    def _take(self, document: bytes) -> None:
        self.document = document
        with suppress(NetloomError):  # which the engine tells
            self.gigaflop = read_experiment(document).cost.gigaflop

    def _reopening(self, unnoticed: bool) -> Request:
        arguments = {
            "checkpoint": True,
            "owner": self.owner,
            "rows": self.rows,
            "playing": self.playing,
            "watch": self.watch,
            "unnoticed": unnoticed,
        }
        return Request(0, self.name, "open", arguments, self.checkpoint)
