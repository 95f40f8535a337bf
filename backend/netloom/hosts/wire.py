"""The engine's end of the socket to its host."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from netloom.hosts.messages import pack

HEARTBEAT_SECS = 1.0
ORPHAN_SECS = 5.0


class Wire:
    """A socket that carries whole messages. One thread reads; writers take turns."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._writing = threading.Lock()

    def read(self) -> bytes | None:
        """None at the end, also where the host has died with something unread."""
        try:
            length = self._stream.read(4)
            if len(length) < 4:
                return None
            (total,) = struct.unpack("<I", length)
            message = self._stream.read(total)
        except ConnectionError:
            return None
        return message if len(message) == total else None

    def write(self, message: bytes) -> None:
        with self._writing:
            self._connection.sendall(message)

    def beat(self, told: Callable[[], dict[str, Any]] = dict) -> None:
        """Says once a second, from a thread of its own, that this process is alive, and what is `told`. That the
        process does what it should is for others to judge: this thread goes on when all the rest hangs."""
        threading.Thread(target=self._beat, args=(told,), daemon=True).start()

    def _beat(self, told: Callable[[], dict[str, Any]]) -> None:
        while True:
            threading.Event().wait(HEARTBEAT_SECS)
            try:
                self.write(pack({"beat": True, **told()}))
            except OSError:
                return


def end_soon() -> None:
    """Work that never ends must not keep an orphan alive."""
    threading.Timer(ORPHAN_SECS, os._exit, args=(0,)).start()
