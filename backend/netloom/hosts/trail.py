"""What it takes to go on with a run in another engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netloom.hosts.messages import Batch, Request
from netloom.hosts.telling import rows_after


@dataclass
class Trail:
    """Kept by who listens to the run's engine; grows with every batch."""

    owner: str
    checkpoint: bytes = b""
    rows: int = 0
    """Of history, told so far."""
    playing: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, opening: Request) -> Trail:
        """From what an `open` hands over: a new run, or one that goes on."""
        asked = opening.arguments
        if "rows" not in asked:
            return cls(asked.get("owner", ""))
        return cls(asked["owner"], opening.blob, asked["rows"], asked["playing"])

    def note(self, batch: Batch) -> None:
        self.checkpoint = batch.checkpoint or self.checkpoint
        self.playing = self.playing if batch.playing is None else batch.playing
        for event in batch.events:
            if event["type"] == "history":
                self.rows = rows_after(event)

    def reopening(self, number: int, run: str, watch: dict[str, Any] | None, **more: Any) -> Request:
        """Asks an engine to go on from here; rows that were told are retrained without being told again."""
        arguments = {
            "checkpoint": True,
            "owner": self.owner,
            "rows": self.rows,
            "playing": self.playing,
            "watch": watch,
        }
        return Request(number, run, "open", {**arguments, **more}, self.checkpoint)
