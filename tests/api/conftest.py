"""A real server, and a page without a browser."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import websockets

from netloom.experiment import Experiment
from netloom.protocol.events import OlderRows
from netloom.protocol.older_rows import unpack_rows

DOCUMENT = Experiment().model_dump(mode="json")


@dataclass
class Server:
    """`netloom serve` in a process of its own."""

    data: Path
    programs: Path
    port: int
    host: str = "127.0.0.1"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        self.data.mkdir(parents=True, exist_ok=True)
        if not (self.data / "programs").exists():
            (self.data / "programs").symlink_to(self.programs)
        self.log = (self.data / "log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netloom.app", "serve", "--host", self.host, "--port", str(self.port)],
            stdout=self.log,
            stderr=self.log,
            env={
                **os.environ,
                "NETLOOM_DATA": str(self.data),
                "NETLOOM_DEVICE": "cpu",
                "NETLOOM_SPARES": "0",
                "NETLOOM_WORKERS": "1",
                "NETLOOM_WARM": "0",
                **self.environment,
            },
        )
        self._wait(lambda: httpx.get(f"{self.url}/api/health").json()["status"] == "ok")
        return self

    def _wait(self, true: Callable[[], bool], secs: float = 180) -> None:
        deadline = time.monotonic() + secs
        while time.monotonic() < deadline:
            try:
                if true():
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
        raise AssertionError(self.said())

    def said(self) -> str:
        return (self.data / "log").read_text()

    def workers(self) -> list[int]:
        children = psutil.Process(self.process.pid).children()
        return [child.pid for child in children if "netloom.hosts.worker" in child.cmdline()]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self.log.close()


class Tab:
    """One socket of a page: keeps what it is told, as the page does."""

    def __init__(self, socket: websockets.ClientConnection, run: str) -> None:
        self.socket = socket
        self.run = run
        self.rows: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.others: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self.stream: str | None = None
        self.seq = 0
        self._ids = time.time_ns() // 1000

    async def send(self, kind: str, **fields: Any) -> int:
        self._ids += 1
        await self.socket.send(json.dumps({"type": kind, "id": self._ids, "run": self.run, **fields}))
        return self._ids

    async def attach(self, **fields: Any) -> None:
        seen = {"stream": self.stream, "seq": self.seq} if self.stream else {}
        await self.send("attach", **seen, **fields)

    async def until(self, true: Callable[[], object], secs: float = 20) -> None:
        async with asyncio.timeout(secs):
            while not true():
                await self.take(await self.socket.recv())

    async def take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
            self.frames.append(header)
            await self.socket.send(json.dumps({"type": "ack", "run": header["run"], "frame": header["frame"]}))
            return
        told = json.loads(message, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        if told["type"] == "event":
            self._follow(told)
        else:
            self.others.append(told)

    def _follow(self, told: dict[str, Any]) -> None:
        event = told["event"]
        if event["type"] == "snapshot":
            self.stream, self.seq, self.rows = told["stream"], told["seq"], rows_of(event, "history")
        else:
            assert (told["stream"], told["seq"]) == (self.stream, self.seq + 1), "an event was lost or doubled"
            self.seq = told["seq"]
        if event["type"] == "history":
            assert event["offset"] <= (self.rows[-1]["epoch"] + 1 if self.rows else 0), "a gap in the history"
            start = bisect_left(self.rows, event["offset"], key=lambda row: row["epoch"])
            self.rows[start:] = rows_of(event, "rows")
        self.events.append(event)

    async def answer(self, kind: str, **fields: Any) -> dict[str, Any]:
        """What a command was answered: an event that names it, or a refusal."""
        number = await self.send(kind, **fields)
        await self.until(lambda: self._answers(number))
        return self._answers(number)[0]

    def _answers(self, number: int) -> list[dict[str, Any]]:
        return [told for told in (*self.events, *self.others) if told.get("command") == number]

    def status(self) -> str:
        told = [event["status"] for event in self.events if event["type"] in {"status", "snapshot"}]
        last = told[-1] if told else ""
        return last["status"] if isinstance(last, dict) else last


def rows_of(event: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """Of a snapshot or a history, those that are packed first."""
    packed = unpack_rows(OlderRows.model_validate(event["older"])) if "older" in event else []
    return [*(json.loads(row.model_dump_json()) for row in packed), *event[field]]


class Page:
    """A browser profile: one cookie, any number of runs and sockets."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.AsyncClient(base_url=server.url, timeout=120)

    async def create(self, **sections: Any) -> str:
        document = {**DOCUMENT, **{name: {**DOCUMENT[name], **value} for name, value in sections.items()}}
        answer = await self.http.post("/api/runs", content=json.dumps(document))
        assert answer.status_code == 201, answer.text
        return answer.json()["run"]

    async def until_all_is_saved(self) -> None:
        """Of every run of the server, as its operator sees it."""
        async with asyncio.timeout(60):
            while "netloom_checkpoint_age_seconds 0.0\n" not in (await self.http.get("/metrics")).text:  # noqa: ASYNC110 (nobody is told)
                await asyncio.sleep(0.2)

    def through(self, server: Server) -> Page:
        """The same visitor, at another server that shares the first one's key."""
        page = Page(server)
        page.http.cookies.set(f"netloom_{server.port}", self.http.cookies[f"netloom_{self.server.port}"])
        return page

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncGenerator[websockets.ClientConnection]:
        async with websockets.connect(
            f"ws://127.0.0.1:{self.server.port}/ws",
            additional_headers={"Cookie": self.cookie, **headers},
            compression=None,
            max_size=None,
        ) as socket:
            yield socket

    @asynccontextmanager
    async def tab(self, run: str, **watch: Any) -> AsyncGenerator[Tab]:
        async with self.socket() as socket:
            tab = Tab(socket, run)
            await tab.attach(watch=watch)
            await tab.until(lambda: tab.stream)
            yield tab

    async def numbers(self, run: str) -> bytes:
        """Every trained number."""
        from safetensors.numpy import load

        arrays = load((await self.http.get(f"/api/runs/{run}/weights")).content)
        return b"".join(arrays[name].tobytes() for name in sorted(arrays))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def programs(pytestconfig: pytest.Config) -> Path:
    """Compiled programs, kept between test runs."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("programs")


@pytest.fixture(scope="session")
def make_server(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Servers of their own, for tests that end them."""
    made: list[Server] = []

    def make(data: Path | None = None, **fields: Any) -> Server:
        """`data`: of another server, which it shares."""
        folder = data or tmp_path_factory.mktemp("data")
        made.append(server := Server(folder, programs, free_port(), **fields))
        return server.start()

    yield make
    for server in made:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(make_server: Callable[..., Server]) -> Server:
    """One for all tests that leave it as it is."""
    return make_server()


@pytest.fixture
def page_of() -> Callable[[Server], Page]:
    """For servers of a test's own."""
    return Page


@pytest.fixture
async def page(server: Server) -> AsyncIterator[Page]:
    page = Page(server)
    await page.http.get("/api/health")
    yield page
    await page.http.aclose()


@pytest.fixture
async def other_page(server: Server) -> AsyncIterator[Page]:
    page = Page(server)
    await page.http.get("/api/health")
    yield page
    await page.http.aclose()


@pytest.fixture
async def make_page() -> AsyncIterator[Callable[[Server], Page]]:
    """Pages of servers of their own."""
    made: list[Page] = []

    def make(server: Server) -> Page:
        made.append(Page(server))
        return made[-1]

    yield make
    for page in made:
        await page.http.aclose()


@pytest.fixture
def document() -> dict[str, Any]:
    return DOCUMENT


@pytest.fixture
def make_tab() -> type[Tab]:
    return Tab


@pytest.fixture
def patience() -> float:
    """How much longer than on a quiet machine something may take here: what others compute at the same time."""
    return 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
