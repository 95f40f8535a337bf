"""Bad input gets one clear answer within a second and touches nobody else: F5, F6, I1-I5, I9 of the acceptance list."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RUN = "a" * 26


def changed(document: dict[str, Any], path: str, value: str) -> str:
    """The document's JSON with raw text in the place of a value."""
    copy = json.loads(json.dumps(document))
    *way, last = path.split(".")
    section = copy
    for step in way:
        section = section[step]
    section[last] = "RAW"
    return json.dumps(copy).replace('"RAW"', value)


BAD_VALUES = [
    ("training.learning_rate", "NaN"),
    ("training.learning_rate", "Infinity"),
    ("training.learning_rate", "1e400"),
    ("training.learning_rate", "-1"),
    ("training.learning_rate", "1e30"),
    ("training.learning_rate", "1" * 5000),
    ("training.batch_size", "0"),
    ("training.batch_size", "2.5"),
    ("training.batch_size", "1000000000000"),
    ("training.epoch_limit", "1000000000000"),
    ("seeds.weights", str(2**64)),
    ("seeds.weights", "-1"),
    ("data.noise", '"much"'),
    ("data.count", "null"),
    ("data.source", '{"type": "elsewhere"}'),
    ("training.optimizer", '{"type": "momentum", "momentum": 1.0}'),
    ("name", '"\\ud800"'),
    ("view", '{"__proto__": 1}'),
]


@pytest.mark.parametrize(("path", "value"), BAD_VALUES)
async def test_f5_i5_a_bad_value_gives_422_and_names_the_field(
    page: Any, document: Any, patience: float, path: str, value: str
) -> None:
    start = time.monotonic()

    answer = await page.http.post("/api/runs", content=changed(document, path, value))

    error = answer.json()["error"]
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/json")
    assert time.monotonic() - start < 1 * patience
    assert error["message"].count("\n") == 0
    assert len(error["message"]) < 300
    if not value.startswith(('"\\ud', "1111")):
        assert error["path"].startswith(path.split(".", maxsplit=1)[0])


@pytest.mark.parametrize(
    ("layers", "edges", "layer"),
    [
        ([("a", 3), ("b", 3)], [("input", "a"), ("a", "b"), ("b", "a"), ("b", "output")], None),
        ([("a", 3)], [("input", "a"), ("a", "a"), ("a", "output")], None),
        ([("a", 3)], [("input", "output")], "a"),
        ([("a", 3)], [("a", "output")], "a"),
        ([("a", 3)], [("input", "a"), ("ghost", "output"), ("a", "output")], "output"),
        ([("a", 3), ("a", 3)], [("input", "a"), ("a", "output")], "a"),
        ([("a", 10**9)], [("input", "a"), ("a", "output")], None),
        ([("a", 2**63)], [("input", "a"), ("a", "output")], None),
        ([("a", 0)], [("input", "a"), ("a", "output")], None),
        ([("__proto__", 3)], [("input", "__proto__"), ("__proto__", "output")], None),
        ([(f"l{n}", 3) for n in range(10_001)], [], None),
    ],
)
async def test_i4_a_graph_that_cannot_run_is_refused_with_a_sentence(
    page: Any, document: Any, patience: float, layers: Any, edges: Any, layer: str | None
) -> None:
    dense = [{"type": "dense", "id": name, "units": units} for name, units in layers]
    network = {
        "layers": [{"type": "input"}, *dense, {"type": "output"}],
        "edges": [{"source": source, "target": target} for source, target in edges],
    }
    start = time.monotonic()

    answer = await page.http.post("/api/runs", content=json.dumps({**document, "network": network}))

    error = answer.json()["error"]
    assert answer.status_code == 422
    assert time.monotonic() - start < 1 * patience
    assert error["message"]
    assert (error["path"] or "").startswith("network") or error["layer"]
    if layer:
        assert error["layer"] == layer


NO_DOCUMENTS = [b"", b"{", b"[]", b"null", b"\x00\xff", b"[" * 200_000, b'{"a":' * 5000, b'"' + b"x" * 100]


@pytest.mark.parametrize("body", NO_DOCUMENTS)
async def test_f6_a_body_that_is_no_document_is_refused(page: Any, body: bytes) -> None:
    answer = await page.http.post("/api/runs", content=body)

    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


async def test_a_body_over_two_megabytes_is_refused_before_it_is_read(page: Any) -> None:
    answer = await page.http.post("/api/runs", content=b" " * 2_000_001)
    assert answer.status_code == 413

    async def endless() -> Any:
        for _ in range(300):
            yield b" " * 10_000

    answer = await page.http.post("/api/runs", content=endless())
    assert answer.status_code == 413


TRAVERSALS = [
    f"{'../' * depth}{name}" for depth in (1, 2, 5, 9) for name in ("etc/passwd", "cookie.key", "netloom.sqlite")
]
ENCODINGS = [
    lambda path: path,
    lambda path: path.replace("../", "..%2f"),
    lambda path: path.replace("../", "%2e%2e/"),
    lambda path: path.replace("../", "%2e%2e%2f"),
    lambda path: path.replace("../", "..%5c"),
    lambda path: path.replace("../", "....//"),
    lambda path: path.replace("../", "%252e%252e%252f"),
    lambda path: path.replace("../", "..%c0%af"),
    lambda path: "/" + path,
    lambda path: path + "%00.json",
    lambda path: "file:///" + path,
]
PLACES = ["/{}", "/assets/{}", "/api/runs/{}/experiment", "/api/runs/{}/code"]


async def test_i9_five_hundred_addresses_that_climb_out_find_nothing(page: Any) -> None:
    tried = 0
    for place in PLACES:
        for path in TRAVERSALS:
            for encode in ENCODINGS:
                tried += 1
                raw = place.format(encode(path)).encode()
                url = httpx.URL(page.server.url).copy_with(raw_path=raw)
                answer = await page.http.get(url)
                assert answer.status_code in {200, 400, 404, 422, 503}, raw
                assert b"root:" not in answer.content
                if answer.status_code == 200:
                    assert answer.headers["content-type"].startswith("text/html"), raw

    assert tried >= 500


BAD_MESSAGES = [
    "",
    "{",
    "null",
    "[]",
    '"play"',
    "{}",
    '{"type": "nothing"}',
    '{"type": "play"}',
    '{"type": "play", "id": 1}',
    '{"type": "play", "id": 1, "run": "short"}',
    '{"type": "play", "id": -1, "run": "RUN"}',
    '{"type": "play", "id": 1e400, "run": "RUN"}',
    '{"type": "play", "id": ' + "9" * 5000 + ', "run": "RUN"}',
    '{"type": "play", "id": 1, "run": "RUN", "more": 1}',
    '{"type": "play", "id": 1, "id": 2, "run": "RUN", "until_epoch": NaN}',
    '{"type": "play", "id": 1, "run": "\\ud800"}',
    '{"type": "play", "id": 1, "run": "\\u0000"}',
    '{"type": "set_parameter", "id": 1, "run": "RUN", "pin": {}, "value": Infinity}',
    '{"type": "__proto__", "id": 1, "run": "RUN"}',
    "[" * 60_000,
    '{"a":' * 10_000,
]


@pytest.mark.parametrize("message", BAD_MESSAGES)
async def test_i2_pr4_a_bad_message_is_refused_and_the_socket_stays_open(
    page: Any, patience: float, message: str
) -> None:
    async with page.socket() as socket:
        await socket.recv()
        start = time.monotonic()

        await socket.send(message.replace("RUN", RUN))
        answer = json.loads(await socket.recv())

        assert time.monotonic() - start < 1 * patience
        assert answer["type"] == "refused"
        assert len(answer["message"]) < 300
        await socket.send(message)
        assert json.loads(await socket.recv())["type"] == "refused"


async def test_i3_a_binary_message_is_refused(page: Any) -> None:
    async with page.socket() as socket:
        await socket.recv()

        await socket.send(b"\x00" * 100)

        assert json.loads(await socket.recv())["code"] == "invalid_message"


async def test_i3_a_message_over_64_kb_ends_the_socket_with_1009(page: Any) -> None:
    async with page.socket() as socket:
        await socket.recv()

        await socket.send(" " * 65_537)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_i3_text_that_is_not_utf8_ends_the_socket(page: Any) -> None:
    async with page.socket() as socket:
        await socket.recv()

        await socket.send(b"\xff\xfe", text=True)

        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()


async def test_pr4_twenty_refusals_in_ten_seconds_close_the_socket_with_4008(page: Any) -> None:
    async with page.socket() as socket:
        for _ in range(20):
            await socket.send("{")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await _read_to_the_end(socket)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4008


async def test_a6_too_many_commands_at_once_are_told_so(page: Any) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        for _ in range(75):
            await tab.send("pause")
        await tab.until(lambda: any(told.get("code") == "too_fast" for told in tab.others))

        assert (await page.http.get("/api/health")).status_code == 200


WORDS = st.sampled_from(
    ["attach", "detach", "watch", "play", "pause", "advance", "edit", "ack", "speed", "final_test", "recover"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["id", "run", "watch", "changes", "unit", "count", "speed", "stream", "seq", "until_epoch", "frame"]
    ),
    JSON,
)


async def test_i2_any_message_gets_an_answer_and_nobody_else_notices(page: Any, other_page: Any) -> None:
    run = await other_page.create(view={"speed": "20 epochs/s"})
    messages: list[str] = []

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None, database=None)
    @given(WORDS, FIELDS)
    def collect(kind: str, fields: Any) -> None:
        messages.append(json.dumps({"id": 1, "run": run, **fields, "type": kind}))

    collect()
    async with other_page.tab(run) as tab:
        await tab.answer("play")
        for start in range(0, len(messages), 15):
            await _throw(page, messages[start : start + 15])
        rows = len(tab.rows)
        await tab.until(lambda: len(tab.rows) > rows + 3)

    assert "Traceback" not in page.server.said()


async def _read_to_the_end(socket: Any) -> None:
    while True:
        await socket.recv()


async def _throw(page: Any, messages: list[str]) -> None:
    async with page.socket() as socket:
        await socket.recv()
        for message in messages:
            await socket.send(message)
            if '"type": "ack"' not in message:
                async with asyncio.timeout(5):
                    assert json.loads(await socket.recv())["type"] == "refused"
