"""Who may come in: F1-F3, A4, A5 of the acceptance list. Sockets and HTTP pass the same gate."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from netloom.api.addresses import invitations
from netloom.api.serve import greeting
from netloom.settings import Settings, read_settings


async def handshake(page: Any, **headers: str) -> int:
    try:
        async with page.socket(**headers):
            return 101
    except websockets.InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:{port}", 101),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1.evil.example:{port}", 403),
        ("http://127.0.0.1:{other}", 403),
        ("HTTP://127.0.0.1:{port}", 403),
        ("https://127.0.0.1:{port}", 403),
        ("http://localhost:{port}", 403),
    ],
)
async def test_f1_a_handshake_from_a_foreign_page_is_refused(page: Any, origin: str, status: int) -> None:
    port = page.server.port

    assert await handshake(page, Origin=origin.format(port=port, other=port + 1)) == status


async def test_f1_a_refused_handshake_is_no_error_of_the_server(page: Any) -> None:
    assert await handshake(page, Origin="https://evil.example") == 403

    assert "ERROR" not in page.server.said()


async def test_f1_a_program_that_is_no_browser_sends_no_origin_and_may_come_in(page: Any) -> None:
    assert await handshake(page) == 101


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
async def test_a4_a_foreign_page_cannot_change_anything(page: Any, origin: str) -> None:
    answer = await page.http.post("/api/runs", content="{}", headers={"Origin": origin})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_origin"


async def test_a4_a_form_of_a_foreign_page_that_hides_its_origin_is_refused(page: Any) -> None:
    answer = await page.http.post("/api/runs", content="{}", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


FOREIGN = ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1", "a b"]


@pytest.mark.parametrize("host", FOREIGN)
async def test_f3_a5_a_name_that_was_bent_to_this_machine_is_refused(page: Any, host: str) -> None:
    answer = await page.http.get("/api/health", headers={"Host": host})

    assert answer.status_code == 400
    if host and " " not in host:
        assert await handshake(page, Host=host) in {400, 403}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:80"])
async def test_a5_the_names_of_this_machine_are_known(page: Any, host: str) -> None:
    assert (await page.http.get("/api/health", headers={"Host": host})).status_code == 200


async def test_f2_a_socket_without_a_cookie_is_refused(server: Any) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(f"ws://127.0.0.1:{server.port}/ws"):
            pass

    assert refused.value.response.status_code == 401


async def test_a_forged_cookie_is_no_cookie(page: Any, other_page: Any) -> None:
    run = await page.create()
    [(name, value)] = page.http.cookies.items()
    visitor = value.partition(".")[0]

    other_page.http.cookies.set(name, f"{visitor}.forged")
    answer = await other_page.http.get(f"/api/runs/{run}/experiment")

    assert answer.status_code == 404


def test_the_cookie_is_kept_from_scripts_and_foreign_pages(server: Any) -> None:
    cookie = httpx.get(f"{server.url}/api/health").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_a_run_of_another_visitor_is_not_there(page: Any, other_page: Any) -> None:
    run = await page.create()

    for path in ("experiment", "code", "weights", "history.csv"):
        assert (await other_page.http.get(f"/api/runs/{run}/{path}")).status_code == 404
    assert (await other_page.http.put(f"/api/runs/{run}/data", content="{}")).status_code == 404
    async with other_page.socket() as socket:
        for kind in ("attach", "play", "pause", "restart"):
            await socket.send(f'{{"type": "{kind}", "id": 1, "run": "{run}"}}')
        answers = [await socket.recv() for _ in range(5)]
    assert all('"unknown_run"' in str(answer) for answer in answers[1:])
    assert (await page.http.get(f"/api/runs/{run}/experiment")).status_code == 200


POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/", "/docs", "/api/health", "/api/openapi.json", "/nothing.js", "/api/nothing"])
async def test_s1_every_answer_carries_the_security_headers(page: Any, path: str) -> None:
    headers = (await page.http.get(path)).headers

    policy = re.sub(r" 'nonce-[\w-]+'", "", headers["content-security-policy"])
    assert {part.strip() for part in policy.split(";")} == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.fixture(scope="module")
def class_server(make_server: Callable[..., Any]) -> Iterator[Any]:
    server = make_server(host="0.0.0.0")
    yield server
    server.stop()


async def test_a5_a_server_for_others_asks_for_the_class_key_that_it_made(class_server: Any) -> None:
    server = class_server
    said = server.said()
    key = said.partition("#key=")[2].split()[0]
    kept = server.data / "class.key"

    assert "Netloom is at http://" in said
    assert kept.read_text() == key
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/api/health")).status_code == 200
        assert "set-cookie" not in (await http.get("/")).headers
        answer = await http.get("/api/catalogue")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unknown_visitor")
        assert (await http.post("/api/enter", json={"key": "guess"})).status_code == 403
        assert (await http.get("/api/catalogue")).status_code == 401
        assert (await http.post("/api/enter", json={"key": key})).status_code == 204
        assert (await http.get("/api/catalogue")).status_code == 200
    with pytest.raises(websockets.InvalidStatus):
        async with websockets.connect(f"ws://127.0.0.1:{server.port}/ws"):
            pass


def test_the_class_address_that_is_printed_is_one_that_answers(class_server: Any) -> None:
    settings = Settings(data=class_server.data, host="0.0.0.0", port=class_server.port)
    addresses = invitations(settings, "the-key", contained=False)

    assert addresses
    for address in addresses:
        assert "0.0.0.0" not in address and address.endswith("/#key=the-key")
        assert httpx.get(f"{address.partition('#')[0]}api/health").status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.77.5:8000", 200),  # of the machine around a container
        ("[fd00::77]:9000", 200),
        ("evil.example", 400),
        ("192.168.77.5.evil.example", 400),
        ("192.168.77", 400),
        ("3232255237", 400),
        ("0xc0a84d05", 400),
    ],
)
def test_a5_a_class_is_reached_by_any_number_of_the_machine_and_by_no_foreign_name(
    class_server: Any, host: str, status: int
) -> None:
    assert httpx.get(f"{class_server.url}/api/health", headers={"Host": host}).status_code == status


async def test_a5_a_learner_at_the_class_address_trains_and_a_stranger_there_is_nobody(class_server: Any) -> None:
    key = (class_server.data / "class.key").read_text()
    learner = {"Host": "192.168.77.5:8000", "Origin": "http://192.168.77.5:8000"}
    async with httpx.AsyncClient(base_url=class_server.url, headers=learner) as http:
        entered = await http.post("/api/enter", json={"key": key})
        cookie = entered.headers["set-cookie"].partition(";")[0]
        made = await http.post("/api/runs", content="{}", headers={"Cookie": cookie})
        assert made.status_code == 201, made.text
        assert (await http.post("/api/runs", content="{}", headers={"Cookie": ""})).status_code == 401
        bent = {"Host": "evil.example", "Origin": "http://evil.example", "Cookie": cookie}
        assert (await http.post("/api/runs", content="{}", headers=bent)).status_code == 400
        foreign = {"Origin": "http://evil.example", "Cookie": cookie}
        assert (await http.post("/api/runs", content="{}", headers=foreign)).status_code == 403


def test_a5_a_server_for_this_machine_alone_knows_no_other_number(server: Any) -> None:
    answer = httpx.get(f"{server.url}/api/health", headers={"Host": "192.168.77.5"})

    assert answer.status_code == 400


def test_what_is_printed_names_every_address_and_in_a_container_says_what_is_missing() -> None:
    everywhere = Settings(data=Path("unused"), host="0.0.0.0", port=9000)
    named = Settings(data=Path("unused"), host="0.0.0.0", port=9000, origins=("http://netloom.school.lan:9000",))
    local = Settings(data=Path("unused"))

    contained = greeting(everywhere, "k", contained=True)

    assert contained[0] == "Netloom is at http://ADDRESS:9000/#key=k"
    assert "NETLOOM_ORIGINS" in " ".join(contained)
    assert greeting(named, "k", contained=True) == ["Netloom is at http://netloom.school.lan:9000/#key=k"]
    assert greeting(local, None, contained=True) == ["Netloom is at http://127.0.0.1:8000/"]
    assert greeting(Settings(data=Path("unused"), host="::1"), None, contained=False)[0].endswith("http://[::1]:8000/")


def test_settings_are_read_from_the_environment_once() -> None:
    environment = {"NETLOOM_DATA": "/somewhere", "NETLOOM_ORIGINS": "https://school.example/, http://a:1"}

    settings = read_settings(environment, "0.0.0.0", 80)

    assert isinstance(settings, Settings)
    assert settings.origins == ("https://school.example", "http://a:1")
    assert not settings.local


@pytest.mark.parametrize(("name", "value"), [("NETLOOM_WORKERS", "0"), ("NETLOOM_DEVICE", "abacus")])
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: value}, "127.0.0.1", 80)
