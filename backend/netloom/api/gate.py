"""The one gate before everything, for HTTP and for sockets alike; what it does not let in stays out.

Host: this machine's names and those of NETLOOM_ORIGINS, against DNS rebinding: a page that bends its own name to this
machine still sends that name. Where a class key is asked for, any address of numbers too, as nobody can bend one and a
container does not know by which it is reached. Origin: the page's own address, against foreign pages. Cookie: a visitor
whom we know, or, where no class key is asked for, a new one; without it there is only what shows the page.
"""

from __future__ import annotations

import socket
from collections.abc import Container, Mapping
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netloom.api.addresses import is_number
from netloom.api.operator import is_operator
from netloom.api.visitors import Visitors, random_name
from netloom.settings import LOOPBACK, Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = frozenset({"/", "/api/health", "/api/enter"})
"""What needs no cookie, besides the page's files: it has to be there to show the key."""
OPERATOR_PATHS = frozenset({"/metrics"})
"""What no cookie opens: for everybody but the operator there is nothing."""


class Gate:
    """ASGI middleware. Puts `visitor` into the scope's state. `files`: the page's, without a leading slash."""

    def __init__(self, app: ASGIApp, *, settings: Settings, visitors: Visitors, files: Container[str]) -> None:
        self._app = app
        self._files = files
        self._settings = settings
        self._visitors = visitors
        self._hosts = _own_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._host_allowed(scope, headers):
            await _refuse(scope, receive, send, 400, "unknown_host", "This address is not one of Netloom's own.")
        elif not self._origin_allowed(scope, headers):
            await _refuse(scope, receive, send, 403, "foreign_origin", "Another page may not use this server.")
        elif scope["type"] == "http" and scope["path"] in OPERATOR_PATHS:
            await self._show_operator(scope, receive, send, headers)
        else:
            await self._admit(scope, receive, send, headers)

    async def _show_operator(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if is_operator(self._settings, scope, headers):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 404, "http", "There is nothing at this address.")

    async def _admit(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        visitor = self._visitors.read(headers.get("cookie", ""))
        new = visitor is None and self._visitors.open and scope["type"] == "http"
        if new:
            visitor = random_name()
        if visitor is None and not self._open_to_all(scope):
            await _refuse(
                scope, receive, send, 401, "unknown_visitor", "Open Netloom by the address with the class key."
            )
            return
        scope.setdefault("state", {})["visitor"] = visitor
        sending = self._with_cookie(send, scope, visitor) if new and visitor else send
        await self._app(scope, receive, sending)

    def _with_cookie(self, send: Send, scope: Scope, visitor: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = self._visitors.write(visitor, secure=scope["scheme"] == "https")
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return sending

    def _host_allowed(self, scope: Scope, headers: Headers) -> bool:
        name = _host_name(headers.get("host", ""))
        server: tuple[str, int] | None = scope.get("server")
        if name is None:
            return False
        # The address at which the connection came in is ours, whatever names and cards this machine has.
        own = name in self._hosts or (server is not None and name == server[0])
        return own or (not self._visitors.open and is_number(name))

    def _open_to_all(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return scope["type"] == "http" and (path in OPEN_PATHS or path.removeprefix("/") in self._files)

    def _origin_allowed(self, scope: Scope, headers: Headers) -> bool:
        """Browsers send an Origin with every handshake and every unsafe request; without one it is a program."""
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return True
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
        scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
        return origin == f"{scheme}://{headers['host']}" or origin in self._settings.origins


def _own_hosts(settings: Settings) -> frozenset[str]:
    named = {urlsplit(origin).hostname for origin in settings.origins}
    own = {settings.host} if settings.local else {settings.host, socket.gethostname().lower()}
    return frozenset(LOOPBACK | own | {name for name in named if name})


def _host_name(host: str) -> str | None:
    """Without the port; None when it is not a host at all."""
    try:
        return urlsplit(f"//{host}").hostname if host and not set(host) & set("/@?# ") else None
    except ValueError:
        return None


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, code: str, sentence: str) -> None:
    """With the reason also to a handshake, where the server can say it."""
    problem: Mapping[str, object] = {"code": code, "message": sentence, "path": None, "layer": None}
    body = orjson.dumps({"error": problem})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": body})
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": sentence})
