"""One engine process, seen from the server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

from netloom.hosts.messages import MAX_MESSAGE_BYTES, Batch, Request, pack_request, unpack, unpack_batch


class Child:
    """Started by `spawn`; `on_batch` hears what it tells, `on_end` that it has ended, however it ended."""

    def __init__(self, on_batch: Callable[[Child, Batch], None], on_end: Callable[[Child], None]) -> None:
        self._on_batch = on_batch
        self._on_end = on_end
        self.device: str | None = None
        """None until it is ready."""
        self.ready = asyncio.Event()
        self.heard_at = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid

    async def spawn(self, *options: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "netloom.hosts.worker", "--fd", str(theirs.fileno()), *options),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C goes to the server alone, which then ends its engines in order.
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**20)
        self._reading = asyncio.create_task(self._read())

    def send(self, request: Request) -> None:
        if not self._writer.is_closing():
            self._writer.write(pack_request(request))

    def kill(self) -> None:
        """SIGKILL works on a stopped process too."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    async def close(self) -> None:
        """Closing the socket asks it to end; what does not is killed."""
        self._reading.cancel()
        self._writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), timeout=2)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        self.heard_at = loop.time()
        try:
            while True:
                (total,) = struct.unpack("<I", await self._reader.readexactly(4))
                if total > MAX_MESSAGE_BYTES:
                    break
                self._hear(await self._reader.readexactly(total))
                self.heard_at = loop.time()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self.kill()
        self._writer.close()
        self._on_end(self)
        await self._process.wait()

    def _hear(self, message: bytes) -> None:
        header: dict[str, Any]
        header, _ = unpack(message)
        if "ready" in header:
            self.device = header["ready"]
            self.ready.set()
        elif "beat" not in header:
            self._on_batch(self, unpack_batch(message))
