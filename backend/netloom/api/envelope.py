"""What every answer carries, and how large and how slow a request may be."""

from __future__ import annotations

import asyncio

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netloom.experiment import MAX_DOCUMENT_BYTES

DRAINED_BYTES = 5 * MAX_DOCUMENT_BYTES
"""Read and thrown away, so that a browser that is still sending gets to see the answer."""
BODY_SECS = 60.0
CONTENT_SECURITY = (
    "default-src 'self'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
TOO_LARGE = f"This is larger than the {MAX_DOCUMENT_BYTES // 1_000_000} MB that a document may have."
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Envelope:
    """ASGI middleware: security headers on the way out, the limits of a body on the way in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = _with_headers(send)
        if scope["method"] in {"POST", "PUT", "PATCH"}:
            try:
                body = await asyncio.wait_for(_whole_body(Headers(scope=scope), receive), BODY_SECS)
            except TimeoutError:
                await _refuse(sending, 408, "too_slow", "This request took too long to come in.")
                return
            if body is None:
                await _refuse(sending, 413, "too_large", TOO_LARGE)
                return
            receive = _replay(body, receive)
        await self._app(scope, receive, sending)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", CONTENT_SECURITY.format(nonce=""))
        await send(message)

    return sending


async def _whole_body(headers: Headers, receive: Receive) -> bytes | None:
    """None when it is larger than a document may be; no more than that is ever kept."""
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > DRAINED_BYTES:
        return None
    body, length, more = bytearray(), 0, True
    while more and length <= DRAINED_BYTES:
        message = await receive()
        part: bytes = message.get("body", b"")
        length += len(part)
        body += part if length <= MAX_DOCUMENT_BYTES else b""
        more = message.get("more_body", False)
    return bytes(body) if length <= MAX_DOCUMENT_BYTES else None


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


async def _refuse(send: Send, status: int, code: str, sentence: str) -> None:
    problem = {"code": code, "message": sentence, "path": None, "layer": None}
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps({"error": problem})})
