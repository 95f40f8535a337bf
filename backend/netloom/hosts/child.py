"""One engine or compiler process, seen from the server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from netloom.hosts.messages import (
    MAX_MESSAGE_BYTES,
    Batch,
    Request,
    Wish,
    pack_request,
    read_batch,
    read_wish,
    unpack,
)
from netloom.hosts.slate import Slate

ENDING_SECS = 0.5
"""For a process to end whose socket has closed."""

_log = structlog.get_logger()


class Child:
    """Started by `spawn`; `on_batch` hears what it tells, `on_end` that it has ended, however it ended; `on_wish`
    what it would have compiled. `slate`: where an engine notes what it works on."""

    def __init__(
        self,
        on_batch: Callable[[Child, Batch], None],
        on_end: Callable[[Child], None],
        on_wish: Callable[[Child, Wish], None] = lambda child, wish: None,
        slate: Slate | None = None,
    ) -> None:
        self._on_batch = on_batch
        self._on_end = on_end
        self._on_wish = on_wish
        self.slate = slate
        self.device: str | None = None
        """None until it is ready."""
        self.ready = asyncio.Event()
        self.heard_at = self.born_at = 0.0
        self.slow: list[str] = []
        """Of an engine: the runs whose turns take long."""
        self.warmed: tuple[int, int] | None = None
        """Of a compiler that works ahead: how many programs of how many there are."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended, once it has: minus the number of a signal, or its exit status."""
        return self._process.returncode

    async def spawn(self, module: str, *options: str) -> None:
        """Whoever is cancelled while waiting for this leaves a whole child behind, which `close` ends."""
        self._spawning = asyncio.create_task(self._spawn(module, *options))
        await asyncio.shield(self._spawning)

    async def _spawn(self, module: str, *options: str) -> None:
        ours, theirs = socket.socketpair()
        shared = {} if self.slate is None else {"--slate": self.slate.fd}
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", f"netloom.hosts.{module}", "--fd", str(theirs.fileno()), *options),
                *(str(part) for option in shared.items() for part in option),
                pass_fds=[theirs.fileno(), *shared.values()],
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C goes to the server alone, which then ends its engines in order.
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        if self.slate is not None:
            self.slate.handed_over()
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**20)
        self._reading = asyncio.create_task(self._read())

    def send(self, request: Request) -> None:
        if not self._writer.is_closing():
            self._writer.write(pack_request(request))

    def memory_bytes(self) -> int:
        """What it holds of the machine's memory; 0 where the system does not tell."""
        return self._pages()[0]

    def private_bytes(self) -> int:
        """The same without what it may share with others: the code of libraries."""
        held, shared = self._pages()
        return held - shared

    def _pages(self) -> tuple[int, int]:
        """Held and shareable, in bytes."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_text().split()
            held, shared = int(fields[1]), int(fields[2])
        except (OSError, IndexError, ValueError, AttributeError):
            return 0, 0
        return held * os.sysconf("SC_PAGE_SIZE"), shared * os.sysconf("SC_PAGE_SIZE")

    def processor_secs(self) -> float:
        """How long it has computed; 0 where the system does not tell."""
        try:
            # The 14th and 15th field, in the kernel's ticks.
            fields = self._stat()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError, ValueError):
            return 0.0

    @property
    def stopped(self) -> bool:
        """By a signal, until another one lets it go on."""
        try:
            return self._stat()[0] in {"T", "t"}
        except (OSError, IndexError):
            return False

    def _stat(self) -> list[str]:
        """From the third field on: what comes after the name in brackets, which may hold anything."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()

    def kill(self) -> None:
        """SIGKILL works on a stopped process too."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    async def close(self, patience_secs: float = 2.0) -> None:
        """Closing the socket asks it to end; what does not in time is killed."""
        await asyncio.wait([self._spawning])
        if self._spawning.cancelled() or self._spawning.exception():
            return
        self._reading.cancel()
        self._writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), timeout=patience_secs)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        self.heard_at = self.born_at = loop.time()
        try:
            while True:
                (total,) = struct.unpack("<I", await self._reader.readexactly(4))
                if total > MAX_MESSAGE_BYTES:
                    break
                self._hear(await self._reader.readexactly(total))
                self.heard_at = loop.time()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self._writer.close()
        try:
            # Mostly it is ending already. A signal sent just then would take the news of how it ended from asyncio.
            await asyncio.wait_for(self._process.wait(), ENDING_SECS)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        self._on_end(self)

    def _hear(self, message: bytes) -> None:
        """News that the server trips over costs itself alone: all runs of the engine are heard by this."""
        try:
            self._take(message)
        except Exception:  # noqa: BLE001 (whatever it is, the next one may be of another run)
            _log.exception("news from an engine not used", pid=self.pid)

    def _take(self, message: bytes) -> None:
        header: dict[str, Any]
        header, blobs = unpack(message)
        if "ready" in header:
            self.device = header["ready"]
            self.ready.set()
        elif "wish" in header:
            self._on_wish(self, read_wish(header, blobs))
        elif "warmed" in header:
            self.warmed = (header["warmed"], header["to_warm"])
        elif "beat" in header:
            self.slow = header.get("slow", [])
        else:
            self._on_batch(self, read_batch(header, blobs))
