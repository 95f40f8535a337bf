"""What a WebSocket may be cut into, and how it ends with the server: uvicorn's own protocol with what it lacks.

A message of 64 kB may come in as many pieces as it has bytes, and pieces without any byte in them count for nothing
at all: each costs the event loop that everybody shares.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MOST_FRAGMENTS = 1024
"""Of one message. Browsers send a message in one piece."""
FAREWELL_SECS = 2.0
"""For a browser to read why the server ends, before its socket is closed."""


class FewFragments(WebSocketsSansIOProtocol):
    def shutdown(self) -> None:
        """As uvicorn's, but the socket is closed when the browser has answered: the system throws away what was not
        read yet when a socket is closed into which the other side still writes, and with it the reason."""
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.SERVICE_RESTART})
        self.conn.send_close(CloseCode.SERVICE_RESTART)
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(FAREWELL_SECS, self.transport.close)

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close" and self.handshake_complete:
            # A farewell goes behind what the browser has not read: who says it does not wait for that.
            self.writable.set()
        await super().send(message)
        # Uvicorn forgets that a refusal ends the handshake too, and would log an error for every foreign page.
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """As uvicorn's, but what a browser has not read in time is not kept for it: a connection that is closed waits
        for that, and one whose other side lives without reading waits for ever."""
        super().on_task_complete(task)
        ending = self.close_timer is not None and not self.close_sent  # with the server, which waits for nobody
        if not self.disconnected and not ending:
            self._hang_up_later()

    def keepalive_timeout(self) -> None:
        """The same for one that answers no ping, while there is nothing more to tell it."""
        super().keepalive_timeout()
        self._hang_up_later()

    def _hang_up_later(self) -> None:
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
            return
        self.frames = []
        self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "Too many pieces.")
        self.handle_parser_exception()
