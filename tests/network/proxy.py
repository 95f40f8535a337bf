"""A network that can be bad: everything between a client and a server passes here, and can be held up or cut.

As a program, for tests in a browser: `proxy.py PORT` prints the port it listens on, then takes one word a line:
`hold`, `flow`, `reset`, `close`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from contextlib import suppress
from typing import Self

PIECE_BYTES = 16_384
WINDOW_BYTES = 32_768
"""Of each way, in the kernel: small, so that a server soon notices that nobody reads."""


class Proxy:
    """Every field may change at any time. `bytes_per_second`: each way, of each connection."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.delay_secs = 0.0
        self.bytes_per_second: float | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=PIECE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.flow()
        self.reset()

    def hold(self) -> None:
        """No byte moves until `flow`; nobody is told."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def reset(self) -> None:
        """Both ends get an RST, as from a router that has forgotten them."""
        for writer in list(self._writers):
            _socket_of(writer).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def close(self) -> None:
        """Both ends get a FIN, without a word of WebSocket before it."""
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await _connect(self._target)
        except OSError:
            writer.close()
            return
        _socket_of(writer).setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WINDOW_BYTES)
        await asyncio.gather(self._pass(reader, there[1]), self._pass(there[0], writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        writer.transport.set_write_buffer_limits(high=PIECE_BYTES)
        try:
            with suppress(OSError):
                while piece := await reader.read(PIECE_BYTES):
                    await self._hinder(len(piece))
                    writer.write(piece)
                    await writer.drain()
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _hinder(self, count: int) -> None:
        if self.delay_secs:
            await asyncio.sleep(self.delay_secs)
        if self.bytes_per_second:
            await asyncio.sleep(count / self.bytes_per_second)
        await self._flowing.wait()


async def _connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    plain = socket.socket()
    plain.setblocking(False)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=plain, limit=PIECE_BYTES)


def _socket_of(writer: asyncio.StreamWriter) -> socket.socket:
    return writer.get_extra_info("socket")


async def obey(target: int) -> None:
    """Until standard input ends."""
    async with Proxy(target) as proxy:
        words = {"hold": proxy.hold, "flow": proxy.flow, "reset": proxy.reset, "close": proxy.close}
        print(proxy.port, flush=True)  # noqa: T201
        while line := await asyncio.to_thread(sys.stdin.readline):
            words[line.strip()]()
            print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(obey(int(sys.argv[1])))
