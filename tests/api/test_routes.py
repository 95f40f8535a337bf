"""The HTTP routes as they describe themselves (I1, I11, S1)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.testclient import TestClient, WebSocketDenialResponse

from netloom.api.application import create_app
from netloom.api.visitors import Visitors
from netloom.errors import StorageBusy
from netloom.experiment import Experiment
from netloom.hosts.base import HostHealth
from netloom.hosts.messages import Answer, Batch
from netloom.settings import Settings
from netloom.storage.base import StoredRun
from netloom.storage.memory import MemoryStore

RUN = "a" * 26


OWNER = "ada"
SNAPSHOT: dict[str, Any] = {"type": "snapshot", "history": [], "marks": []}


class StillEngine:
    """A host that opens everything, answers everything and trains nothing."""

    async def start(self, listener: Any) -> None: ...

    async def close(self) -> None: ...

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None: ...

    def ask(self, run: str, operation: str, arguments: Any = None, blob: bytes = b"") -> asyncio.Future[Batch]:
        future: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        future.set_result(Batch(run, answer=Answer(1, snapshot=SNAPSHOT), blob=b"weights"))
        return future

    async def release(self, run: str) -> None: ...

    def health(self) -> HostHealth:
        return HostHealth("cpu", 1, 0)


class OneRun(MemoryStore):
    """In which Ada's run already lies."""

    async def start(self) -> None:
        now = datetime(2026, 1, 1)  # noqa: DTZ001 (stored as UTC, without saying so)
        await self.add_run(StoredRun(RUN, OWNER, Experiment().model_dump_json().encode(), now, now))


def an_app(class_key: str | None = None) -> FastAPI:
    return create_app(Settings(data=Path("unused")), StillEngine(), OneRun(), Visitors("signing", class_key, 8000))


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(an_app(), base_url="http://127.0.0.1:8000") as client:
        yield client


COOKIE = Visitors("signing", None, 8000).write(OWNER, secure=False).partition(";")[0]
HEADERS = {"Host": "127.0.0.1", "Cookie": COOKIE}
schema = schemathesis.openapi.from_asgi("/api/openapi.json", an_app(), headers=HEADERS)


TOLERATED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def tries(count: int) -> Any:
    return settings(max_examples=count, deadline=None, suppress_health_check=TOLERATED, database=None)


@schema.include(method="GET").parametrize()  # pyright: ignore[reportUntypedFunctionDecorator] (schemathesis is untyped)
@tries(500)
def test_i1_no_question_makes_the_server_fail_and_every_answer_has_its_form(case: Any) -> None:
    assert_answered(case)


@schema.exclude(method="GET").parametrize()  # pyright: ignore[reportUntypedFunctionDecorator] (schemathesis is untyped)
@tries(100)  # each makes a whole document
def test_i1_no_document_makes_the_server_fail_and_every_answer_has_its_form(case: Any) -> None:
    assert_answered(case)


@pytest.mark.soak
@schema.parametrize()  # pyright: ignore[reportUntypedFunctionDecorator] (schemathesis is untyped)
@tries(5000)
def test_i1_the_same_ten_times_as_often(case: Any) -> None:
    assert_answered(case)


def assert_answered(case: Any) -> None:
    if re.fullmatch(r"[a-z0-9]{26}", str((case.path_parameters or {}).get("run", ""))):
        case.path_parameters["run"] = RUN

    response = case.call(headers=HEADERS)

    case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response.json()["error"]["message"]


def test_the_reference_shows_every_route_and_message_and_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    document = client.get("/api/openapi.json").json()

    assert page.status_code == 200
    for path in document["paths"]:
        assert path in page.text
    for name in ("Command", "ServerMessage", "Snapshot", "Experiment"):
        assert f'id="{name}"' in page.text
    assert not re.search(r"https?://(?!127)", page.text.replace("http://www.w3.org", ""))
    assert "<script" not in page.text


OPEN_TO_ALL = {"/", "/api/health", "/api/enter"}
OPERATORS = {"/metrics"}
EXAMPLES = {"run": RUN, "path": "some/where"}


def live_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Method and address of everything that the application answers, sockets too."""
    found: list[tuple[str, str]] = []
    for context in iter_route_contexts(app.routes):
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda part: EXAMPLES[part[1]], context.path or "")
        found += [(method, path) for method in sorted(context.methods or {"WEBSOCKET"})]
    return found


def test_f2_without_a_cookie_there_is_only_what_shows_the_page() -> None:
    app = an_app("the key")
    app.add_api_route("/added-later", lambda: "a secret")
    routes = live_routes(app)

    assert {"/ws", "/docs", "/added-later", f"/api/runs/{RUN}/weights", "/api/openapi.json"} <= {p for _, p in routes}
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        for method, path in routes:
            if method == "WEBSOCKET":
                with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(path):
                    pass
                assert denied.value.status_code == 401
            elif path in OPERATORS:
                assert client.request(method, path).status_code == 404, (method, path)
            elif path not in OPEN_TO_ALL:
                assert client.request(method, path).status_code == 401, (method, path)
        assert client.get("/").status_code in {200, 503}
        assert client.get("/api/health").status_code == 200


def stored(store: MemoryStore) -> str:
    """But for the days on which runs were held, which the server notes by itself."""
    return repr((store._runs, store._checkpoints))


def test_a4_no_get_changes_what_is_stored_or_asks_an_engine_for_a_change() -> None:
    asked: set[str] = set()

    class Noting(StillEngine):
        def ask(self, run: str, operation: str, arguments: Any = None, blob: bytes = b"") -> asyncio.Future[Batch]:
            asked.add(operation)
            return super().ask(run, operation, arguments, blob)

    store = OneRun()
    app = create_app(Settings(data=Path("unused")), Noting(), store, Visitors("signing", None, 8000))
    with TestClient(app, base_url="http://127.0.0.1:8000", headers=HEADERS) as client:
        before = stored(store)
        walked = [path for method, path in live_routes(app) if method == "GET"]
        for path in walked:
            assert client.get(path).status_code < 500 or path in {"/", "/some/where"}
        asked_by_reading = set(asked)

        assert stored(store) == before
    assert f"/api/runs/{RUN}/history.csv" in walked
    assert asked_by_reading == {"snapshot", "weights"}


def test_r5_while_the_database_is_held_a_request_is_asked_to_come_again() -> None:
    class Held(MemoryStore):
        async def run(self, run_id: str) -> None:
            raise StorageBusy

        async def add_run(self, run: Any) -> None:
            raise StorageBusy

    app = create_app(Settings(data=Path("unused")), StillEngine(), Held(), Visitors("signing", None, 8000))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        answers = [client.post("/api/runs", content="{}"), client.get(f"/api/runs/{RUN}/experiment")]

    for answer in answers:
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage_busy")
        assert int(answer.headers["retry-after"]) > 0


def test_i11_no_route_takes_an_address_to_fetch(client: TestClient) -> None:
    document = json.dumps(client.get("/api/openapi.json").json())

    assert '"format": "uri"' not in document
    assert not re.search(r'"(url|uri|href)": \{', document)


def test_the_page_gets_a_fresh_style_nonce_with_every_answer(tmp_path: Path) -> None:
    from netloom.api import page

    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<html><head></head></html>")
    (tmp_path / "assets" / "app-1234.js").write_text("1")
    app = FastAPI()
    page.install(app, tmp_path)
    client = TestClient(app)

    answers = [client.get("/"), client.get("/any/address")]

    nonces = [re.search(r'csp-nonce" content="([^"]+)"', answer.text) for answer in answers]
    assert all(nonces)
    assert len({nonce.group(1) for nonce in nonces if nonce}) == 2
    for answer, nonce in zip(answers, nonces, strict=True):
        assert nonce is not None
        assert f"'nonce-{nonce.group(1)}'" in answer.headers["content-security-policy"]
    assert "immutable" in client.get("/assets/app-1234.js").headers["cache-control"]
    assert client.get("/assets/other.js").status_code == 404
    assert client.get("/api/other").status_code == 404
