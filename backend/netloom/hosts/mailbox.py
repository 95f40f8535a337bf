"""What waits until somebody asks for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

LINGER_SECS = 0.02
"""Frames of many runs travel together: each journey costs more than all that is carried."""


class Mailbox:
    """Whoever asks gets all there is, and waits a while when there is nothing. For one event loop."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []
        self._filled = asyncio.Event()
        self._urgent = asyncio.Event()
        self.held_bytes = 0

    def put(self, message: bytes, *, urgent: bool) -> None:
        """`urgent`: does not wait for company; what was put in before leaves with it."""
        self._messages.append(message)
        self.held_bytes += len(message)
        self._filled.set()
        if urgent:
            self._urgent.set()

    async def take(self, patience_secs: float) -> list[bytes]:
        """Empty when nothing has come in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._filled.wait(), patience_secs)
            await asyncio.wait_for(self._urgent.wait(), LINGER_SECS)
        self._filled.clear()
        self._urgent.clear()
        taken, self._messages = self._messages, []
        self.held_bytes = 0
        return taken
