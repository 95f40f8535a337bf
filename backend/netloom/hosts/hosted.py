"""One run, seen from the server: what it takes to go on with it in another engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netloom.hosts.child import Child
from netloom.hosts.messages import Batch, Request
from netloom.hosts.pending import Pending


@dataclass
class Hosted:
    """Kept up to date by all that is asked of the run and all that it tells."""

    name: str
    child: Child
    owner: str
    checkpoint: bytes = b""
    rows: int = 0
    """Of history, told so far."""
    playing: dict[str, Any] = field(default_factory=dict)
    watch: dict[str, Any] | None = None
    strikes: int = 0
    pending: Pending = field(default_factory=Pending)
    """Asked and not answered. An answer, its events and its checkpoint arrive in one message or not at all, so
    that asking again carries out nothing twice."""

    def asked(self, request: Request) -> None:
        if request.operation == "watch":
            self.watch = request.arguments["watch"]

    def note(self, batch: Batch) -> None:
        self.strikes = 0
        self.checkpoint = batch.checkpoint or self.checkpoint
        self.playing = self.playing if batch.playing is None else batch.playing
        for event in batch.events:
            if event["type"] == "history":
                self.rows = event["offset"] + len(event["rows"])

    def move(self, heir: Child, *, unnoticed: bool) -> None:
        """To go on in another engine: from the last checkpoint, then whatever has not been answered."""
        self.child = heir
        if self.checkpoint:
            heir.send(self._reopening(unnoticed))
        for request in self.pending.requests():
            heir.send(request)

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
