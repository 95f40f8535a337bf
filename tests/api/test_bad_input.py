"""Bad input gets one clear answer within a second and touches nobody else: F5, F6, I1-I5, I9 of the acceptance list."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import pairwise
from typing import Any, get_args

import httpx
import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netloom.protocol.commands import Command

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
        ([("a", 3)], [("input", "a"), ("a", "a"), ("a", "output")], "a"),
        ([("a", 3)], [("input", "output")], "a"),
        ([("a", 3)], [("a", "output")], "a"),
        ([("a", 3)], [("input", "a"), ("ghost", "output"), ("a", "output")], "output"),
        ([("a", 3), ("a", 3)], [("input", "a"), ("a", "output")], "a"),
        ([("a", 10**9)], [("input", "a"), ("a", "output")], "a"),
        ([("a", 2**63)], [("input", "a"), ("a", "output")], "a"),
        ([("a", 0)], [("input", "a"), ("a", "output")], "a"),
        ([("a", -3)], [("input", "a"), ("a", "output")], "a"),
        ([("a", 3)], [("input", "a"), ("input", "a"), ("a", "output")], "a"),
        ([("a", 3), ("b", 3)], [("input", "a"), ("a", "output"), ("input", "b"), ("b", "output")], "output"),
        ([("output", 3)], [("input", "output")], "output"),
        ([("__proto__", 3)], [("input", "__proto__"), ("__proto__", "output")], "__proto__"),
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


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"type": "output", "id": "second"}, "output"),
    ({"type": "input", "id": "second"}, "second"),
    ({"type": "dense", "id": "a", "initial": {"weight": [[1, 2, 3]]}}, "a"),
    ({"type": "dense", "id": "a", "initial": {"weight": [[1, 2, 3, 4], [1]]}}, "a"),
    ({"type": "dense", "id": "a", "initial": {"bias": [1]}}, "a"),
    ({"type": "conv", "id": "a"}, "a"),
    ({"type": "dropout", "id": "a", "rate": 1}, "a"),
]


@pytest.mark.parametrize(("layer", "named"), MISFITS)
@pytest.mark.parametrize("path", ["/api/runs", "/api/experiments/check"])
async def test_i4_a_layer_that_does_not_fit_is_named(
    page: Any, document: Any, path: str, layer: dict[str, Any], named: str
) -> None:
    layers = [{"type": "input", "id": "input"}, layer, {"type": "output", "id": "output"}]
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(layers)]

    answer = await page.http.post(path, json={**document, "network": {"layers": layers, "edges": edges}})

    assert answer.status_code == 422
    assert answer.json()["error"]["layer"] == named


@pytest.mark.parametrize("path", ["/api/runs", "/api/experiments/check"])
async def test_i5_data_without_points_is_refused_with_its_field(page: Any, document: Any, path: str) -> None:
    empty = {**document["data"], "source": {"type": "points", "items": []}}

    answer = await page.http.post(path, json={**document, "data": empty})

    error = answer.json()["error"]
    assert (answer.status_code, error["path"]) == (422, "data.source.items")
    assert "no points yet" in error["message"]


ONE_CLASS = {"source": {"type": "points", "items": [{"x": [n, -n], "target": 1} for n in range(30)]}}


@pytest.mark.parametrize(
    "sections",
    [
        {"training": {"learning_rate": 0}},
        {"training": {"batch_size": 10_000}},
        {"data": ONE_CLASS},
        {"data": ONE_CLASS, "training": {"class_weights": "balanced"}},
    ],
    ids=["learning rate 0", "a batch of more points than there are", "one class", "one class, balanced"],
)
async def test_i5_an_unusual_but_possible_training_trains(page: Any, sections: dict[str, Any]) -> None:
    run = await page.create(**sections)
    async with page.tab(run) as tab:
        before = await page.numbers(run)
        await tab.answer("advance", unit="epoch", count=3)
        await tab.until(lambda: len(tab.rows) == 4)

        assert all(row["train_loss"] is not None for row in tab.rows)
        assert (await page.numbers(run) == before) == (sections.get("training") == {"learning_rate": 0})


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
                assert answer.status_code in {200, 400, 404, 422}, raw
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


async def test_pr4_twenty_refusals_in_ten_seconds_are_told_then_close_the_socket_with_4008(page: Any) -> None:
    told: list[str] = []
    async with page.socket() as socket:
        for _ in range(20):
            await socket.send("{")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await _read_to_the_end(socket, told)

    assert told == ["welcome", *["refused"] * 20]
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4008


async def test_a6_too_many_commands_at_once_are_told_so(page: Any) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        for _ in range(75):
            await tab.send("pause")
        await tab.until(lambda: any(told.get("code") == "too_fast" for told in tab.others))

        assert (await page.http.get("/api/health")).status_code == 200


BAD_FIELDS = [
    ('{"type": "play", "id": 1, "run": "RUN", "until_epoch": 0}', "until_epoch"),
    ('{"type": "play", "id": 1, "run": "RUN", "until_epoch": -0}', "until_epoch"),
    ('{"type": "play", "id": 1, "run": "RUN", "until_epoch": NaN}', "until_epoch"),
    ('{"type": "play", "id": 1, "run": "RUN", "until_epoch": 5e-324}', "until_epoch"),
    ('{"type": "advance", "id": 1, "run": "RUN", "unit": "epoch", "count": 1e400}', "count"),
    ('{"type": "advance", "id": 1, "run": "RUN", "unit": "year"}', "unit"),
    ('{"type": "edit", "id": 1, "run": "RUN", "changes": {"training": {"clip_norm": -0.0}}}', "training.clip_norm"),
    ('{"type": "edit", "id": 1, "run": "RUN", "changes": {"data": {"noise": -5e-324}}}', "data.noise"),
    ('{"type": "watch", "id": 1, "run": "RUN", "watch": {"frames_per_second": 4e-320}}', "frames_per_second"),
    ('{"type": "set_parameter", "id": 1, "run": "RUN", "pin": {"layer": 1}, "value": 1}', "pin.layer"),
    ('{"type": "restart", "id": 1, "run": "RUN", "more": 1}', "more"),
]


@pytest.mark.parametrize(("message", "path"), BAD_FIELDS)
async def test_i2_pr4_a_refusal_names_the_field(page: Any, message: str, path: str) -> None:
    async with page.socket() as socket:
        await socket.recv()

        await socket.send(message.replace("RUN", RUN))
        answer = json.loads(await socket.recv())

    assert (answer["type"], answer["code"]) == ("refused", "invalid_field")
    assert answer["path"].endswith(path)


@pytest.mark.parametrize("value", ["-0.0", "0", "5e-324", "-2.2e-308", "1e6"])
async def test_i2_the_smallest_numbers_are_numbers(page: Any, value: str) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        pin = '{"layer": "hidden1", "parameter": "bias", "index": [0]}'
        await tab.socket.send(f'{{"type": "set_parameter", "id": 1, "run": "{run}", "pin": {pin}, "value": {value}}}')
        await tab.until(lambda: tab._answers(1))

        assert tab._answers(1)[0]["type"] == "accepted"


COMMANDS = [kind.model_fields["type"].default for kind in get_args(get_args(Command)[0])]
WORDS = st.sampled_from(COMMANDS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELD_NAMES = sorted({name for kind in get_args(get_args(Command)[0]) for name in kind.model_fields} - {"type"})
FIELDS = st.dictionaries(
    st.sampled_from(FIELD_NAMES),
    JSON,
)


@pytest.mark.parametrize("count", [150, pytest.param(5000, marks=pytest.mark.soak)])
async def test_i2_any_message_gets_an_answer_and_nobody_else_notices(
    server: Any, make_page: Any, other_page: Any, count: int
) -> None:
    run = await other_page.create(view={"speed": "20 epochs/s"})
    messages: list[str] = []

    @settings(max_examples=count, suppress_health_check=[HealthCheck.too_slow], deadline=None, database=None)
    @given(WORDS, FIELDS)
    def collect(kind: str, fields: Any) -> None:
        messages.append(json.dumps({"id": 1, "run": run, **fields, "type": kind}))

    collect()
    async with other_page.tab(run) as tab:
        await tab.answer("play")
        page = make_page(server)
        for start in range(0, len(messages), 15):
            if start % 150 == 0:  # nobody connects more often than twenty times in ten seconds
                page = make_page(server)
                await page.http.get("/api/health")
            await _throw(page, messages[start : start + 15])
        rows = len(tab.rows)
        await tab.until(lambda: len(tab.rows) > rows + 3)

    assert "Traceback" not in server.said()


async def _read_to_the_end(socket: Any, told: list[str]) -> None:
    while True:
        told.append(json.loads(await socket.recv())["type"])


async def _throw(page: Any, messages: list[str]) -> None:
    async with page.socket() as socket:
        await socket.recv()
        for message in messages:
            await socket.send(message)
            if '"type": "ack"' not in message:
                async with asyncio.timeout(5):
                    assert json.loads(await socket.recv())["type"] == "refused"
