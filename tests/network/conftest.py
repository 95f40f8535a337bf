"""The server and the page of tests/api, a bad network between them, and a client that comes back after every cut."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import websockets

HERE = Path(__file__).parent
LOST = (websockets.ConnectionClosed, websockets.InvalidHandshake, websockets.InvalidMessage, OSError, EOFError)


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look up their types
    spec.loader.exec_module(module)
    return module


_api = _module("network_api", HERE.parent / "api" / "conftest.py")
_proxy = _module("network_proxy", HERE / "proxy.py")

programs = _api.programs
make_server = _api.make_server
server = _api.server
page = _api.page
other_page = _api.other_page
make_page = _api.make_page
document = _api.document
patience = _api.patience


@asynccontextmanager
async def connected(page: Any, port: int) -> AsyncGenerator[websockets.ClientConnection]:
    """The page's socket, by way of another port."""
    address, cookie = f"ws://127.0.0.1:{port}/ws", {"Cookie": page.cookie}
    async with websockets.connect(address, additional_headers=cookie, compression=None, max_size=None) as socket:
        yield socket


class Client(_api.Tab):
    """A page's connection without a browser: after a cut it attaches where it was and repeats what had no answer."""

    def __init__(self, page: Any, run: str, port: int) -> None:
        super().__init__(None, run)
        self._page = page
        self._port = port
        self.unanswered: dict[int, str] = {}
        self.answered: Counter[int] = Counter()
        self.cuts = 0
        self.welcome = asyncio.Event()
        """Set while it is connected: a server turns away who connects more than twenty times in ten seconds."""
        self._told = asyncio.Event()

    async def live(self) -> None:
        """For ever."""
        while True:
            with suppress(*LOST):
                await self._once()
            self.cuts += self.welcome.is_set()
            self.welcome.clear()
            await asyncio.sleep(0.05)

    async def _once(self) -> None:
        async with connected(self._page, self._port) as socket:
            self.socket = socket
            await self.attach(watch={})
            for text in list(self.unanswered.values()):
                await socket.send(text)
            async for message in socket:
                await self.take(message)

    async def ask(self, kind: str, **fields: Any) -> int:
        """Sent now, or after the next cut."""
        self._ids += 1
        self.unanswered[self._ids] = json.dumps({"type": kind, "id": self._ids, "run": self.run, **fields})
        with suppress(*LOST):
            await self.socket.send(self.unanswered[self._ids])
        return self._ids

    async def take(self, message: str | bytes) -> None:
        events, others = len(self.events), len(self.others)
        await super().take(message)
        for told in (*self.events[events:], *self.others[others:]):
            if told["type"] == "welcome":
                self.welcome.set()
            if self.unanswered.pop(told.get("command"), None) or told.get("command") in self.answered:
                self.answered[told["command"]] += told["type"] != "answered"
        self._told.set()

    async def when(self, true: Callable[[], object], secs: float = 60) -> None:
        async with asyncio.timeout(secs):
            while not true():
                self._told.clear()
                await self._told.wait()


@pytest.fixture
async def proxy(server: Any) -> AsyncIterator[Any]:
    """Between the clients and `server`."""
    async with _proxy.Proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def client(page: Any, proxy: Any) -> Callable[[str], Any]:
    """`async with client(run) as tab`: it lives behind the proxy."""

    @asynccontextmanager
    async def living(run: str) -> AsyncGenerator[Client]:
        tab = Client(page, run, proxy.port)
        living = asyncio.create_task(tab.live())
        try:
            await tab.when(lambda: tab.stream)
            yield tab
        finally:
            living.cancel()
            await asyncio.wait({living})
            assert living.cancelled() or living.exception() is None, living.exception()

    return living


@pytest.fixture
def connect() -> Callable[[Any, int], Any]:
    return connected
