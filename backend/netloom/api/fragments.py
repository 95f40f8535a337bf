"""What a WebSocket may be cut into: uvicorn's own protocol with a limit that it lacks.

A message of 64 kB may come in as many pieces as it has bytes, and pieces without any byte in them count for nothing
at all: each costs the event loop that everybody shares.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MOST_FRAGMENTS = 1024
"""Of one message. Browsers send a message in one piece."""


class FewFragments(WebSocketsSansIOProtocol):
    async def send(self, message: Any) -> None:
        await super().send(message)
        # Uvicorn forgets that a refusal ends the handshake too, and would log an error for every foreign page.
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
            return
        self.frames = []
        self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "Too many pieces.")
        self.handle_parser_exception()
