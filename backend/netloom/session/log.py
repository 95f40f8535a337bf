"""The numbered events of one run, kept for those who come back."""

from __future__ import annotations

from collections import deque
from typing import Any

from netloom.json_bytes import json_bytes

KEPT_BYTES = 250_000
"""About a minute of a run at some epochs a second, less of a faster one: who comes back later is shown all anew."""


class EventLog:
    """Rules EV1 and EV2. `seq` is that of the newest event; the first one is 1."""

    def __init__(self, run: str, stream: str, *, kept_bytes: int = KEPT_BYTES) -> None:
        self.run = run
        self.stream = stream
        self.seq = 0
        self._kept_bytes = kept_bytes
        self._held_bytes = 0
        self._messages: deque[bytes] = deque()

    def append(self, event: dict[str, Any]) -> bytes:
        """The message that tells the event; numbers that are not finite become null (PR5)."""
        self.seq += 1
        message = self.numbered(event)
        self._messages.append(message)
        self._held_bytes += len(message)
        while self._held_bytes > self._kept_bytes:
            self._held_bytes -= len(self._messages.popleft())
        return message

    def numbered(self, event: dict[str, Any]) -> bytes:
        """An event in the newest place, for one viewer alone: a snapshot."""
        return json_bytes(
            {"type": "event", "run": self.run, "stream": self.stream, "seq": self.seq, "event": event},
        )

    def since(self, stream: str | None, seq: int | None) -> list[bytes] | None:
        """Every message after `seq`, or None when one of them is no longer kept or the numbering is another."""
        if stream != self.stream or seq is None or seq > self.seq:
            return None
        missing = self.seq - seq
        if missing > len(self._messages):
            return None
        return list(self._messages)[len(self._messages) - missing :]
