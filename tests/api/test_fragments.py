"""How a WebSocket ends whose other side lives and does not read."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from netloom.api.fragments import FewFragments

REQUEST = (
    b"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Line(asyncio.Transport):
    """Takes everything, and sends nothing on: closed only by `abort`."""

    def __init__(self, protocol: FewFragments) -> None:
        super().__init__()
        self._protocol = protocol
        self._closing = False
        self.cut = asyncio.Event()

    def write(self, data: Any) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        """Once all that was written has gone, which is never."""
        self._closing = True

    def abort(self) -> None:
        if not self.cut.is_set():
            self.cut.set()
            self._protocol.connection_lost(None)


async def test_b3_who_answers_no_ping_is_hung_up_on_also_where_nothing_more_is_told() -> None:
    ended = asyncio.Event()

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        assert (await receive())["type"] == "websocket.disconnect"
        ended.set()

    config = uvicorn.Config(listening, ws_ping_interval=0.01, ws_ping_timeout=0.01, log_config=None)
    protocol = FewFragments(config, ServerState(), {})
    protocol.close_timeout = 0.01
    line = Line(protocol)
    protocol.connection_made(line)
    protocol.data_received(REQUEST)

    await asyncio.wait_for(ended.wait(), 20)

    assert line.cut.is_set()
