"""Frames that no browser sends, by a client of our own (F8 to F10, I3): each ends its socket by the right code."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from netloom.api.serve import uvicorn_config
from netloom.settings import Settings

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MESSAGE = b'{"type": "pause", "id": 1, "run": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}'


def frame(opcode: int, payload: bytes = b"", *, last: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """As RFC 6455 draws it; the mask is zero, so that the payload stays readable."""
    first = bytes([last << 7 | reserved << 4 | opcode])
    marked = masked << 7
    length = len(payload)
    size = bytes([marked | length]) if length < 126 else bytes([marked | 126]) + struct.pack(">H", length)
    return first + size + (bytes(4) if masked else b"") + payload


class Wire:
    """A socket after its handshake, and what came over it."""

    def __init__(self, server: Any, cookie: str, extensions: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        offered = f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
        self._socket.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n{offered}"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n".encode()
        )
        self._stream = self._socket.makefile("rb")
        self.answer = b"".join(iter(self._stream.readline, b"\r\n")).decode()
        self.read()  # welcome

    def send(self, *frames: bytes) -> None:
        for one in frames:
            self._socket.sendall(one)

    def read(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload. Raises EOFError."""
        head = self._stream.read(2)
        if len(head) < 2:
            raise EOFError
        length = head[1] & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._stream.read(2))
        return head[0] & 0x0F, self._stream.read(length)

    def close_code(self) -> int | None:
        """By which code the server closes; None when it just hangs up."""
        try:
            while True:
                opcode, payload = self.read()
                if opcode == CLOSE:
                    return struct.unpack(">H", payload[:2])[0] if payload else 1005
        except (EOFError, ConnectionError):
            return None

    def end(self) -> None:
        self._stream.close()
        self._socket.close()


@pytest.fixture
def wire(page: Any) -> Iterator[Wire]:
    made = Wire(page.server, page.cookie)
    yield made
    made.end()


@pytest.fixture
def other_wire(other_page: Any) -> Iterator[Wire]:
    made = Wire(other_page.server, other_page.cookie)
    yield made
    made.end()


BROKEN = {
    "a reserved opcode": ([frame(0x3, b"x")], 1002),
    "a reserved control opcode": ([frame(0xB)], 1002),
    "a reserved bit": ([frame(TEXT, b"{}", reserved=4)], 1002),
    "another reserved bit": ([frame(TEXT, b"{}", reserved=1)], 1002),
    "a frame without a mask": ([frame(TEXT, b"{}", masked=False)], 1002),
    "a ping in two pieces": ([frame(PING, b"x", last=False), frame(CONTINUATION, b"y")], 1002),
    "a ping of 126 bytes": ([frame(PING, b"x" * 126)], 1002),
    "a piece of nothing": ([frame(CONTINUATION, b"x")], 1002),
    "a message within a message": ([frame(TEXT, b"{", last=False), frame(TEXT, b"}")], 1002),
    "text that is not UTF-8": ([frame(TEXT, b"\xff\xfe")], 1007),
    "a letter cut in two and never ended": ([frame(TEXT, b"\xc3", last=False), frame(CONTINUATION, b"x")], 1007),
    "a close code of one byte": ([frame(CLOSE, b"\x03")], 1002),
    "a close code that is never sent": ([frame(CLOSE, struct.pack(">H", 1005))], 1002),
    "a close code that is nobody's": ([frame(CLOSE, struct.pack(">H", 999))], 1002),
    "a close reason that is not UTF-8": ([frame(CLOSE, struct.pack(">H", 1000) + b"\xff")], 1007),
    "a message over 64 kB": ([frame(TEXT, b" " * 40_000, last=False), frame(CONTINUATION, b" " * 40_000)], 1009),
    "1,100 pieces": ([frame(TEXT, b" ", last=False), frame(CONTINUATION, b" ", last=False) * 1100], 1009),
}


@pytest.mark.parametrize(("frames", "code"), BROKEN.values(), ids=BROKEN)
def test_i3_a_frame_against_the_rules_ends_its_socket_by_the_right_code_and_no_other(
    wire: Wire, other_wire: Wire, page: Any, frames: list[bytes], code: int
) -> None:
    wire.send(*frames)

    assert wire.close_code() == code
    other_wire.send(frame(TEXT, MESSAGE))
    assert json.loads(other_wire.read()[1])["type"] == "refused"
    assert "Traceback" not in page.server.said()


def test_i3_what_the_rules_allow_is_taken(wire: Wire) -> None:
    """A message in pieces with a ping among them, empty pieces too, an unasked pong, an ordinary close."""
    pieces = [frame(CONTINUATION, MESSAGE[at : at + 1], last=False) for at in range(1, len(MESSAGE))]

    wire.send(frame(PONG, b"unasked"), frame(TEXT, MESSAGE[:1], last=False), frame(PING, b"still there?"))
    wire.send(*pieces, frame(CONTINUATION))

    assert wire.read() == (PONG, b"still there?")
    assert json.loads(wire.read()[1])["code"] == "unknown_run"
    wire.send(frame(CLOSE, struct.pack(">H", 1000)))
    assert wire.close_code() == 1000


@pytest.mark.parametrize("piece", [b"x", b""], ids=["one byte", "no byte"])
def test_f8_a_million_fragments_cost_the_server_less_than_half_a_second(wire: Wire, page: Any, piece: bytes) -> None:
    server = psutil.Process(page.server.process.pid)
    memory, before = server.memory_info().rss, server.cpu_times()
    many = frame(CONTINUATION, piece, last=False) * 10_000

    with contextlib.suppress(ConnectionError):
        wire.send(frame(TEXT, piece, last=False), *[many] * 100)
    code = wire.close_code()

    after = server.cpu_times()
    assert code in {1009, None}, "it may hang up on what is still being sent"
    assert after.user + after.system - before.user - before.system < 0.5
    assert server.memory_info().rss - memory < 50 * 2**20


def test_f9_compression_is_not_agreed_to(page: Any) -> None:
    wire = Wire(page.server, page.cookie, extensions="permessage-deflate; client_max_window_bits")

    assert wire.answer.startswith("HTTP/1.1 101")
    assert "sec-websocket-extensions" not in wire.answer.lower()
    wire.send(frame(TEXT, b"\xaa\x56\x2a\x00", reserved=4))
    assert wire.close_code() == 1002
    wire.end()


def test_f10_the_implementation_of_sockets_is_chosen_and_not_left_to_uvicorn() -> None:
    config = uvicorn_config(None, Settings(data=Path("unused")))
    config.load()

    assert config.ws_protocol_class is not None
    assert issubclass(config.ws_protocol_class, WebSocketsSansIOProtocol)
    assert (config.ws_max_size, config.ws_max_queue, config.ws_per_message_deflate) == (65536, 8, False)
    assert (config.ws_ping_interval, config.ws_ping_timeout) == (20, 20)
    assert (config.limit_concurrency, config.timeout_graceful_shutdown) == (800, 10)
