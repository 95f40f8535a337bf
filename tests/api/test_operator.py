"""What the operator of a real server sees: numbers at /metrics and lines of the log."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from netloom.api.application import create_app
from netloom.api.lag import LoopLag
from netloom.api.metrics import Hearing
from netloom.api.operator import is_operator
from netloom.api.visitors import Visitors
from netloom.hosts.base import HostHealth
from netloom.hosts.messages import Answer, Batch
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from netloom.settings import BadSetting, Settings, read_settings
from netloom.storage.memory import MemoryStore

TOKEN = "an-operators-own-token"
KEY = "the-key-of-the-class"
GREETING = ("Netloom is at ", "or at ", "ADDRESS is ", "NETLOOM_ORIGINS=")
PAGE = Path(__file__).parents[2] / "docs" / "monitoring.md"


@pytest.fixture(scope="module")
def watched_server(make_server: Callable[..., Any]) -> Iterator[Any]:
    """For a class, with a token for its operator, with a spare engine."""
    environment = {"NETLOOM_METRICS_TOKEN": TOKEN, "NETLOOM_SECRET": KEY, "NETLOOM_LOG": "json", "NETLOOM_SPARES": "1"}
    server = make_server(host="0.0.0.0", environment=environment)
    yield server
    server.stop()


@pytest.fixture
async def learner(watched_server: Any, page_of: Callable[..., Any]) -> AsyncIterator[Any]:
    page = page_of(watched_server)
    entered = await page.http.post("/api/enter", json={"key": KEY})
    assert entered.status_code == 204
    yield page
    await page.http.aclose()


def shown(server: Any, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})


def numbers(server: Any) -> dict[str, float]:
    """By name, with the labels behind it: `netloom_runs{state="training"}`."""
    answer = shown(server)
    assert answer.status_code == 200
    return {
        sample.name + "".join(f'{{{label}="{value}"}}' for label, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def until(true: Callable[[], bool], secs: float = 60) -> None:
    deadline = time.monotonic() + secs
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.2)


def test_every_metric_that_the_page_names_is_there_and_every_one_there_is_named(watched_server: Any) -> None:
    named = set(re.findall(r"`((?:netloom|process)_\w+)`", PAGE.read_text()))
    found = numbers(watched_server)
    there = {re.sub(r"_(bucket|count|sum)$", "", re.sub(r"\{.*", "", name)) for name in found if "_created" not in name}

    assert len(named) > 15
    assert {name for name in named if name.startswith("netloom_") or sys.platform == "linux"} <= there
    assert {name for name in there if name.startswith("netloom_")} <= named


async def test_training_moves_the_numbers_of_runs_sockets_and_frames(watched_server: Any, learner: Any) -> None:
    before = numbers(watched_server)
    run = await learner.create()
    async with learner.tab(run, frames_per_second=60) as tab:
        await tab.answer("play")
        await tab.until(lambda: len(tab.rows) > 5 and tab.frames)
        during = numbers(watched_server)
        await tab.answer("pause")
        await tab.until(lambda: tab.status() == "paused")
        after = numbers(watched_server)

    assert during["netloom_sockets"] == before["netloom_sockets"] + 1
    assert during['netloom_runs{state="training"}'] == before['netloom_runs{state="training"}'] + 1
    assert after['netloom_runs{state="paused"}'] == before['netloom_runs{state="paused"}'] + 1
    # 14 updates an epoch; epoch 0 is not trained.
    assert after["netloom_updates_total"] - before["netloom_updates_total"] >= 14 * (len(tab.rows) - 1)
    assert after["netloom_frames_sent_total"] - before["netloom_frames_sent_total"] >= len(tab.frames)
    assert after["netloom_checkpoint_age_seconds"] < 30
    await until(lambda: numbers(watched_server)["netloom_sockets"] == before["netloom_sockets"])


async def test_a_page_that_does_not_paint_makes_frames_be_dropped(watched_server: Any, learner: Any) -> None:
    run = await learner.create(view={"speed": "max"})
    before = numbers(watched_server)["netloom_frames_dropped_total"]
    async with learner.tab(run, frames_per_second=60) as tab:
        await tab.send("play")
        for _ in range(30):  # nobody acknowledges; each pause and step makes a frame all the same
            await tab.send("advance", unit="update", count=1)
            await tab.send("pause")
            await asyncio.sleep(0.1)

    assert numbers(watched_server)["netloom_frames_dropped_total"] > before


async def test_an_engine_that_is_killed_is_counted_and_so_is_its_successor(watched_server: Any, learner: Any) -> None:
    run = await learner.create()
    await until(lambda: numbers(watched_server)["netloom_engines_spare"] == 1)
    before = numbers(watched_server)
    async with learner.tab(run) as tab:
        await tab.answer("advance", unit="epoch", count=2)
        os.kill(watched_server.workers()[0], signal.SIGKILL)
        await tab.until(lambda: any(e["type"] == "engine" and e["state"] == "resumed" for e in tab.events), secs=60)

    assert numbers(watched_server)["netloom_engine_restarts_total"] == before["netloom_engine_restarts_total"] + 1
    await until(lambda: numbers(watched_server)["netloom_engines_ready"] == 1)
    assert numbers(watched_server)["netloom_engine_memory_bytes"] > 50e6


async def test_a_network_that_is_new_to_the_server_is_compiled_and_counted(watched_server: Any, learner: Any) -> None:
    before = numbers(watched_server)
    run = await learner.create()
    async with learner.tab(run) as tab:
        number = await tab.send("edit", changes={"network": _one_of_many_networks()}, label="deep")
        await tab.until(lambda: tab._answers(number), secs=240)
        after = numbers(watched_server)
        assert [answer["type"] for answer in tab._answers(number)] == ["edited"]

    assert after["netloom_compile_queue"] == 0
    assert after["netloom_compiled_total"] == before["netloom_compiled_total"] + 1
    assert after["netloom_compile_seconds_total"] > before["netloom_compile_seconds_total"]


def _one_of_many_networks() -> dict[str, Any]:
    """The programs of former test runs are kept: of 1,296 it is not among those."""
    widths = [secrets.choice((4, 12, 20, 40, 70, 130)) for _ in range(4)]
    hidden = [Dense(id=f"new{place}", units=units) for place, units in enumerate(widths)]
    return chain(Input(), *hidden, Output()).model_dump(mode="json")


async def test_an_answer_is_counted_by_its_status(watched_server: Any, learner: Any) -> None:
    name = 'netloom_http_responses_total{status="404"}'
    before = numbers(watched_server).get(name, 0)
    await learner.http.get("/api/nothing")

    assert numbers(watched_server)[name] == before + 1


def test_a_full_server_is_counted_as_503() -> None:
    class Full(MemoryStore):
        async def add_run(self, run: Any) -> None:
            from netloom.errors import ServerFull

            raise ServerFull(most=1)

    settings = Settings(data=Path("unused"), metrics_token=TOKEN)
    app = create_app(settings, Still(), Full(), Visitors("signing", None, 8000))
    other = create_app(settings, Still(), Full(), Visitors("signing", None, 8000))
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with (
        TestClient(app, base_url="http://127.0.0.1:8000") as client,
        TestClient(other, base_url=str(client.base_url)) as two,
    ):
        assert client.post("/api/runs", content="{}").status_code == 503
        mine, theirs = (each.get("/metrics", headers=bearer).text for each in (client, two))

    assert 'netloom_http_responses_total{status="503"} 1.0' in mine
    assert 'status="503"' not in theirs


class Still:
    """A host that opens everything and trains nothing."""

    async def start(self, listener: Any) -> None: ...

    async def close(self) -> None: ...

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None: ...

    def ask(self, run: str, operation: str, arguments: Any = None, blob: bytes = b"") -> asyncio.Future[Batch]:
        future: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        future.set_result(Batch(run, answer=Answer(1)))
        return future

    async def release(self, run: str) -> None: ...

    def health(self) -> HostHealth:
        return HostHealth("cpu", 1, 0)


# Who sees it


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"bearer {TOKEN}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Cookie": f"token={TOKEN}"},
    ],
)
async def test_without_the_token_there_is_nothing_for_a_learner_too(
    learner: Any, watched_server: Any, headers: dict[str, str]
) -> None:
    cookie = {"Cookie": "; ".join(filter(None, (learner.cookie, headers.get("Cookie"))))}
    async with httpx.AsyncClient(base_url=watched_server.url) as http:
        stranger = await http.get("/metrics", headers=headers)
        inside = await http.get("/metrics", headers={**headers, **cookie})

    for answer in (stranger, inside):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "http")
        assert "netloom_" not in answer.text and "set-cookie" not in answer.headers


def test_the_token_in_the_address_opens_nothing_and_a_foreign_name_is_refused(watched_server: Any) -> None:
    for shown_openly in (f"token={TOKEN}", f"key={KEY}"):
        assert httpx.get(f"{watched_server.url}/metrics?{shown_openly}").status_code == 404
    assert shown(watched_server, Host="evil.example").status_code == 400


def test_a_server_for_this_machine_alone_shows_them_here_but_not_through_a_proxy(server: Any) -> None:
    address = f"{server.url}/metrics"

    assert "netloom_runs" in httpx.get(address).text
    for passed_on in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert httpx.get(address, headers={passed_on: "10.1.2.3"}).status_code == 404


@pytest.mark.parametrize(
    ("settings", "client", "seen"),
    [
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({}, "192.168.1.5", False),
        ({}, None, False),
        ({"host": "0.0.0.0"}, "127.0.0.1", False),
        ({"secret": KEY}, "127.0.0.1", False),
        ({"origins": ("https://netloom.school.example",)}, "127.0.0.1", False),
        ({"metrics_token": TOKEN}, "127.0.0.1", False),
    ],
)
def test_who_is_the_operator_without_a_token(settings: dict[str, Any], client: str | None, seen: bool) -> None:
    from starlette.datastructures import Headers

    scope = {"type": "http", "client": None if client is None else (client, 5)}

    assert is_operator(Settings(data=Path("unused"), **settings), scope, Headers({})) is seen


@pytest.mark.parametrize("token", ["short", KEY])
def test_a_token_that_can_be_guessed_or_that_every_learner_has_is_refused(token: str) -> None:
    with pytest.raises(BadSetting, match="NETLOOM_METRICS_TOKEN"):
        read_settings({"NETLOOM_METRICS_TOKEN": token, "NETLOOM_SECRET": KEY}, "0.0.0.0", 80)


def test_a_form_of_the_log_that_there_is_not_is_named() -> None:
    with pytest.raises(BadSetting, match="NETLOOM_LOG"):
        read_settings({"NETLOOM_LOG": "xml"}, "127.0.0.1", 80)


# How late the loop is


async def test_l2_a_loop_that_is_blocked_for_300_ms_shows_it() -> None:
    registry = CollectorRegistry()
    lag = LoopLag(registry)
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0.2)
    time.sleep(0.3)  # noqa: ASYNC251 (that is what is tested)
    await asyncio.sleep(0.2)
    watching.cancel()

    assert lag.worst() >= 0.2
    assert registry.get_sample_value("netloom_loop_lag_max_seconds") == lag.worst()
    late = registry.get_sample_value("netloom_loop_lag_seconds_bucket", {"le": "0.1"})
    assert late is not None and late < (registry.get_sample_value("netloom_loop_lag_seconds_count") or 0)


def test_the_worst_lag_is_that_of_the_last_minute() -> None:
    now = 0.0
    lag = LoopLag(CollectorRegistry(), clock=lambda: now)
    seen: list[float] = []
    for now, late in ((0, 0.3), (10, 0.1), (20, 0.2), (61, 0.0), (85, 0.0)):  # noqa: B007 (the clock reads it)
        lag.note(late)
        seen.append(lag.worst())

    assert seen == [0.3, 0.3, 0.3, 0.2, 0.0]


def test_l2_a_real_server_exports_its_lag(watched_server: Any) -> None:
    found = numbers(watched_server)

    assert found["netloom_loop_lag_seconds_count"] > 0
    assert found["netloom_loop_lag_max_seconds"] >= 0


# What is counted


class Held:
    """A registry that holds these runs and listens to nothing."""

    checkpoint_age_secs = 0.0

    def __init__(self, *runs: str) -> None:
        self.held = frozenset(runs)

    def on_batch(self, batch: Batch) -> None: ...

    def on_lost(self, run: str) -> None: ...


def status(step: int, state: str = "training") -> dict[str, Any]:
    return {"type": "status", "status": state, "step": step}


def test_updates_are_those_that_were_trained_not_those_that_were_undone_or_restored() -> None:
    held = Held("a")
    hearing = Hearing(held, held)
    hearing.on_batch(Batch("a", [status(100)]))  # opened where it was
    hearing.on_batch(Batch("a", [{"type": "history", "offset": 8, "rows": [{"step": 112}, {"step": 126}]}]))
    hearing.on_batch(Batch("a", [{"type": "edited", "step": 0}, status(0, "idle")]))
    hearing.on_batch(Batch("a", [{"type": "edited", "step": 5000}, status(5000, "paused")]))
    hearing.on_batch(Batch("a", [status(5001, "paused")]))

    assert hearing.updates == 26 + 1
    assert hearing.states() == {"paused": 1}


def test_l5_runs_that_are_gone_are_forgotten_though_nobody_looks() -> None:
    held = Held()
    hearing = Hearing(held, held)
    for number in range(1000):
        held.held = frozenset({f"run{number}"})
        hearing.on_batch(Batch(f"run{number}", [status(1)]))

    assert len(hearing._standing) == 1


# The log


async def test_every_line_of_a_servers_log_is_json_and_tells_no_secret_and_no_person(
    watched_server: Any, learner: Any
) -> None:
    """After training, an edit, a lost engine, refusals of all kinds, and an experiment that carries a name."""
    run = await learner.create()
    named = {"name": "Ada Lovelace", "summary": "Ada's", "question": "?"}
    document = {**json.loads((await learner.http.get(f"/api/runs/{run}/experiment")).text), **named}
    made = await learner.http.post("/api/runs", json=document)
    async with learner.tab(made.json()["run"]) as tab:
        await tab.answer("advance", unit="epoch", count=3)
        await tab.send("edit", changes={"nothing": "Ada"}, label="Ada")
        await tab.socket.send("{not json " + "Ada" * 50)
        os.kill(watched_server.workers()[0], signal.SIGKILL)
        await tab.until(lambda: any(e["type"] == "engine" and e["state"] == "resumed" for e in tab.events), secs=60)
    await learner.http.post("/api/runs", content=b'{"name": "Ada\xff"}')
    await learner.http.post("/api/enter", json={"key": "Ada-guesses"})
    answer = await learner.http.get("/api/nothing?key=Ada")
    shown(watched_server)
    await asyncio.sleep(0.5)
    said = [line for line in watched_server.said().splitlines() if not line.startswith(GREETING)]
    lines = [json.loads(line) for line in said]

    assert {"serving", "engine lost"} <= {line["event"] for line in lines}
    assert all({"timestamp", "level", "event"} <= line.keys() for line in lines)
    texts = [
        value for line in lines for field, value in line.items() if field != "exception" and isinstance(value, str)
    ]
    assert max(map(len, texts)) <= 200
    cookie = learner.cookie.partition("=")[2]
    for hidden in ("Ada", KEY, TOKEN, cookie, cookie.partition(".")[0], "cookie.key"):
        assert hidden not in "\n".join(said)
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
