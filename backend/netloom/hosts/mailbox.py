"""What waits until somebody asks for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Mailbox:
    """Whoever asks gets all there is, and waits a while when there is nothing. For one event loop."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []
        self._filled = asyncio.Event()
        self.held_bytes = 0

    def put(self, message: bytes) -> None:
        self._messages.append(message)
        self.held_bytes += len(message)
        self._filled.set()

    async def take(self, patience_secs: float) -> list[bytes]:
        """Empty when nothing has come in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._filled.wait(), patience_secs)
        self._filled.clear()
        taken, self._messages = self._messages, []
        self.held_bytes = 0
        return taken
