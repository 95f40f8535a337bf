"""Who comes too often or too slowly is told so, and nobody else notices (A3, A6), over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest
import websockets

from netloom.api import envelope


async def told(socket: Any) -> dict[str, Any]:
    return json.loads(await asyncio.wait_for(socket.recv(), 20))


async def test_a6_a_ninth_tab_of_one_browser_is_told_why_it_is_sent_away(page: Any, other_page: Any) -> None:
    async with AsyncExitStack() as open_tabs:
        for _ in range(8):
            await open_tabs.enter_async_context(page.socket())
        async with page.socket() as ninth:
            refused = await told(ninth)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await told(ninth)
        async with other_page.socket() as another:
            assert (await told(another))["type"] == "welcome"

    assert (refused["type"], refused["code"]) == ("refused", "too_many_sockets")
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4013


async def test_a6_who_connects_too_often_is_told_so_and_gets_in_later(page: Any) -> None:
    first: list[dict[str, Any]] = []
    for _ in range(25):
        async with page.socket() as socket:
            first.append(await told(socket))

    kinds = [message.get("code", message["type"]) for message in first]
    assert kinds[:5] == ["welcome"] * 5 and "too_many_sockets" in kinds
    async with asyncio.timeout(60):
        while True:
            async with page.socket() as socket:
                if (await told(socket))["type"] == "welcome":
                    break
            await asyncio.sleep(0.5)


async def press(tab: Any, times: int) -> None:
    """Faster than anybody could."""
    with suppress(websockets.ConnectionClosed):  # as happens after twenty refusals
        for _ in range(times):
            await tab.send("pause")


async def test_a6_the_tabs_of_a_browser_share_its_commands(page: Any, other_page: Any) -> None:
    run, other_run = await page.create(), await other_page.create()
    async with page.tab(run) as one, page.tab(run) as two, other_page.tab(other_run) as other:
        await press(one, 75)
        await press(two, 200)
        async with asyncio.timeout(60):
            while '"too_fast"' not in str(await two.socket.recv()):
                pass

        assert "code" not in await other.answer("pause")


@pytest.fixture(scope="module")
def guarded_server(make_server: Callable[..., Any]) -> Iterator[Any]:
    server = make_server(host="0.0.0.0")
    yield server
    server.stop()


async def test_a3_a_thousand_wrong_keys_open_nothing_and_shut_nobody_else_out(guarded_server: Any) -> None:
    async with httpx.AsyncClient(base_url=guarded_server.url, timeout=60) as http:

        async def enter(key: str, address: str) -> httpx.Response:
            return await http.post("/api/enter", json={"key": key}, headers={"X-Forwarded-For": address})

        answers = [
            answer
            for house in range(20)
            for answer in await asyncio.gather(*(enter(f"guess {n}", f"10.0.0.{house}") for n in range(50)))
        ]
        right = await enter((guarded_server.data / "class.key").read_text(), "10.0.1.1")
        health = await http.get("/api/health")

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {403, 429}
    # Each house gets its ten until there are a hundred, then each further one a single late try.
    assert 100 <= statuses[403] <= 110
    late = next(answer for answer in answers if answer.status_code == 429)
    assert (late.json()["error"]["code"], late.headers["retry-after"]) == ("too_many_guesses", "60")
    assert (right.status_code, health.status_code) == (204, 200)


async def ends(server: Any, said: bytes) -> bytes:
    """What a connection is told that begins with `said` and then waits for its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(said)
    try:
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


@pytest.mark.slow
async def test_a6_a_connection_that_asks_for_nothing_is_closed_and_a_slow_asker_told_so(server: Any, page: Any) -> None:
    half = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    whole = half + b"\r\n"
    run = await page.create()
    async with page.tab(run) as tab:
        silent, slow, second = await asyncio.gather(ends(server, b""), ends(server, half), ends(server, whole + half))

        assert "code" not in await tab.answer("pause")
    assert silent == b""
    assert slow.startswith(b"HTTP/1.1 408 ")
    assert second.startswith(b"HTTP/1.1 200 ") and second.count(b"HTTP/1.1") == 1


async def test_a6_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "BODY_SECS", 0.05)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "POST", "headers": [(b"content-length", b"100")]}
    await envelope.Envelope(lambda *_: pytest.fail("it was passed on"))(scope, never, send)

    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["error"]["code"] == "too_slow"
