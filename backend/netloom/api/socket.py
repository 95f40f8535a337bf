"""One WebSocket: bytes to commands, and what waits in its outbox to bytes. One writer, one reader."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
import structlog
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from netloom import __version__
from netloom.api.limits import Allowance, Window
from netloom.api.registry import Registry
from netloom.api.visitors import random_name
from netloom.errors import NetloomError
from netloom.hosts.base import Host
from netloom.problems import first_problem
from netloom.protocol.commands import COMMAND, Acknowledge, Command
from netloom.session.outbox import Outbox, Traffic
from netloom.session.session import refusal

MOST_REFUSALS, REFUSALS_SECS = 20, 10.0
STALLED_SECS = 10.0
CLOSE_TOO_MANY_REFUSALS = 4008
CLOSE_SLOW = 4009
CLOSE_TOO_MANY_SOCKETS = 4013

_log = structlog.get_logger()


class TooFast(NetloomError):
    code = "too_fast"


class NotText(NetloomError):
    code = "invalid_message"


class Connection:
    """One browser tab, from its handshake to its end."""

    def __init__(
        self, socket: WebSocket, registry: Registry, host: Host, allowance: Allowance, traffic: Traffic
    ) -> None:
        self._socket = socket
        self._registry = registry
        self._visitor: str = socket.state.visitor
        self._name = random_name()
        self._ready = asyncio.Event()
        self._outbox = Outbox(clock=time.monotonic, wake=self._ready.set, traffic=traffic)
        self._allowance = allowance
        self._refusals = Window(MOST_REFUSALS, REFUSALS_SECS, time.monotonic)
        self._ending: tuple[int, str] | None = None
        self._outbox.put(welcome(host.health().device))

    async def run(self) -> None:
        """Until either side ends it."""
        await self._socket.accept()
        writing = asyncio.create_task(self._write())
        reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._registry.leave(self._name, self._outbox)
            for task in (writing, reading):
                task.cancel()
            await asyncio.gather(writing, reading, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            self._ready.clear()
            while (message := self._outbox.next()) is not None:
                if self._outbox.overflowed or not await self._send(message):
                    await self._close(CLOSE_SLOW, "This browser reads too slowly; connect again.")
                    return
            if self._ending is not None:
                await self._close(*self._ending)
                return
            await self._ready.wait()

    async def _send(self, message: str | bytes) -> bool:
        """False when the browser has not taken it in time."""
        text = isinstance(message, str)
        try:
            async with asyncio.timeout(STALLED_SECS):
                await (self._socket.send_text(message) if text else self._socket.send_bytes(message))
        except TimeoutError:
            return False
        return True

    async def _read(self) -> None:
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if not await self._take(message) and self._refusals.count():
                    await self._end(CLOSE_TOO_MANY_REFUSALS, "Too many messages that could not be used.")
                    return
        except WebSocketDisconnect:
            return

    async def _end(self, code: int, reason: str) -> None:
        """The writer closes, once everything is told that came before."""
        self._ending = code, reason
        self._ready.set()
        await asyncio.sleep(STALLED_SECS)

    async def _take(self, message: Any) -> bool:
        """False when it was refused."""
        text: str | None = message.get("text")
        try:
            if text is None:
                raise NotText("Messages to the server are text.")
            command = self._parse(text)
            await self._registry.handle(self._name, self._visitor, self._outbox, command)
        except NetloomError as error:
            self._outbox.put(refusal(*_named(text), error))
            return False
        return True

    def _parse(self, text: str) -> Command:
        """Raises a NetloomError."""
        try:
            command = COMMAND.validate_json(text)
        except ValidationError as error:
            raise first_problem(error, text) from None
        except UnicodeError:
            raise NotText("This message is not valid text.") from None
        bucket = self._allowance.paints if isinstance(command, Acknowledge) else self._allowance.commands
        if not bucket.take():
            raise TooFast("Too many commands at once; wait a moment.")
        return command

    async def _close(self, code: int, reason: str) -> None:
        if self._socket.application_state == WebSocketState.CONNECTED:
            try:
                await asyncio.wait_for(self._socket.close(code, reason), STALLED_SECS)
            except (TimeoutError, RuntimeError):
                _log.info("socket gone before it was closed")


async def turn_away(socket: WebSocket, error: NetloomError) -> None:
    """With a reason: browsers show none for a handshake that is refused."""
    await socket.accept()
    await socket.send_text(refusal(None, None, error).decode())
    await socket.close(CLOSE_TOO_MANY_SOCKETS, str(error))


def welcome(device: str) -> bytes:
    return orjson.dumps({"type": "welcome", "version": __version__, "device": device})


def _named(text: str | None) -> tuple[int | None, str | None]:
    """The id and run of a message that could not be used, as far as they can be read."""
    try:
        message = orjson.loads(text or "null")
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(message, dict):
        return None, None
    command, run = message.get("id"), message.get("run")
    whole = isinstance(command, int) and not isinstance(command, bool) and 0 <= command < 2**53
    return (command if whole else None), (run[:32] if isinstance(run, str) else None)
