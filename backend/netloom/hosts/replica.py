"""Engines of a cluster, which several servers share: this one is a replica among others.

It asks the cluster's directory, and hears from it whatever happens to the runs that it has open. Knows no Ray: `ray.py`
makes the connection.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.base import HostHealth, Listener
from netloom.hosts.courier import Courier
from netloom.hosts.messages import Batch, Request, pack_request, unpack, unpack_batch
from netloom.hosts.pending import Pending, asked, opening
from netloom.hosts.trail import Trail

RETRY_SECS = 0.5
LEAVE_SECS = 2.0

_log = structlog.get_logger()


class FarDirectory(Protocol):
    """A `Directory` in another process."""

    async def join(self, replica: str) -> str: ...

    async def leave(self, replica: str) -> None: ...

    async def ask(self, replica: str, messages: list[bytes]) -> None: ...

    async def next(self, replica: str) -> list[bytes] | None: ...


class Connection(Protocol):
    """To a cluster. All three block."""

    def open(self) -> None:
        """Raises ConnectionError."""
        ...

    def directory(self) -> FarDirectory:
        """The cluster's one; made if there is none."""
        ...

    def close(self) -> None: ...


@dataclass
class Held:
    """A run that this server has open, and what it takes to go on should the directory be lost."""

    trail: Trail
    watch: dict[str, Any] | None = None
    heard: int = -1
    """Batches; -1: none of this directory's."""
    pending: Pending = field(default_factory=Pending)


class ReplicaHost:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._name = secrets.token_hex(8)
        self._incarnation = ""
        self._runs: dict[str, Held] = {}
        self._numbers = itertools.count((secrets.randbits(30) << 32) + 1)
        """Nobody else's: an answer is told to all."""
        self._workers = 0
        self._device = ""
        self._doubted = False
        self._closing = False

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        self._courier = Courier(self._carry, failed=self._doubt)
        await asyncio.to_thread(self._connection.open)
        self._directory = await asyncio.to_thread(self._connection.directory)
        await self._join()
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        self._closing = True
        self._listening.cancel()
        await self._courier.close(LEAVE_SECS)
        with suppress(Exception):
            await asyncio.wait_for(self._directory.leave(self._name), LEAVE_SECS)
        for held in self._runs.values():
            held.pending.fail(EngineLost("The server is closing."))
        await asyncio.to_thread(self._connection.close)

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        """A run that another server has open is gone on with as it is, whatever is handed in."""
        self._runs[run] = Held(Trail(owner))
        try:
            await self.ask(run, "open", *opening(owner, experiment, checkpoint))
        except BaseException:
            self._runs.pop(run, None)
            raise

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        request = Request(next(self._numbers), run, operation, arguments or {}, blob)
        held = self._runs.get(run)
        future = asked(request, held and held.pending, closing=self._closing)
        if held and not future.done():
            if operation == "watch":
                held.watch = request.arguments["watch"]
            self._courier.put(pack_request(request))
        return future

    async def release(self, run: str) -> None:
        if held := self._runs.pop(run, None):
            self._courier.put(pack_request(Request(0, run, "close")))
            held.pending.fail(UnknownRun(run_id=run))

    def health(self) -> HostHealth:
        return HostHealth(device=self._device, workers=self._workers, runs=len(self._runs))

    # To and from the directory

    async def _join(self) -> bool:
        """Whether this is another directory than before."""
        incarnation = await self._directory.join(self._name)
        other, self._incarnation = incarnation != self._incarnation, incarnation
        return other

    async def _carry(self, messages: list[bytes]) -> None:
        await self._directory.ask(self._name, messages)

    def _doubt(self) -> None:
        """What was asked may not have arrived."""
        self._doubted = True

    async def _listen(self) -> None:
        while True:
            try:
                messages = await self._directory.next(self._name)
            except Exception as error:  # noqa: BLE001 (whatever it is, the directory is sought again)
                _log.warning("directory not reached", reason=type(error).__name__)
                messages = None
            for message in messages or ():
                self._hear(message[4:])
            if messages is None or self._doubted:
                await self._join_again()

    async def _join_again(self) -> None:
        """The directory began anew, or took this server for dead; what was asked and not answered is asked again."""
        while True:
            try:
                self._directory = await asyncio.to_thread(self._connection.directory)
                other = await self._join()
            except Exception as error:  # noqa: BLE001 (as long as this server runs)
                _log.warning("directory not reached", reason=type(error).__name__)
                await asyncio.sleep(RETRY_SECS)
            else:
                break
        self._doubted = False
        for name, held in self._runs.items():
            self._open_again(name, held, other)

    def _open_again(self, name: str, held: Held, other: bool) -> None:
        if other:
            held.heard = -1
            self._listener.on_lost(name)
        if held.trail.checkpoint:
            request = held.trail.reopening(next(self._numbers), name, held.watch, heard=held.heard)
            self._courier.put(pack_request(request))
        for request in held.pending.requests():
            self._courier.put(pack_request(request))

    def _hear(self, message: bytes) -> None:
        """News that this server trips over costs itself alone: all its runs are heard by this."""
        try:
            self._take(message)
        except Exception:  # noqa: BLE001 (whatever it is, the next one may be of another run)
            _log.exception("news from the directory not used")

    def _take(self, message: bytes) -> None:
        header, _ = unpack(message)
        if "lost" in header:
            self._listener.on_lost(header["lost"])
        elif "told" in header:
            self._runs.get(header["run"], _NOBODY).heard = header["told"]
        elif "workers" in header:
            self._workers, self._device = header["workers"], header["device"]
        else:
            self._on_batch(unpack_batch(message))

    def _on_batch(self, batch: Batch) -> None:
        if held := self._runs.get(batch.run):
            held.heard += 1
            held.trail.note(batch)
            try:
                self._listener.on_batch(batch)
            finally:
                held.pending.settle(batch)


_NOBODY = Held(Trail(""))
