"""The application: what is between the network and the engines."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI, WebSocket

from netloom import __version__
from netloom.api import metrics, page, problems, reference
from netloom.api.envelope import Envelope
from netloom.api.expiry import Expiry
from netloom.api.gate import Gate
from netloom.api.limits import Guesses, Sockets, TooManySockets
from netloom.api.metrics import Counted, Metrics
from netloom.api.registry import Registry
from netloom.api.routes import router
from netloom.api.socket import Connection, turn_away
from netloom.api.trace import Traced
from netloom.api.visitors import Visitors
from netloom.hosts.base import Host
from netloom.protocol.openapi import with_messages
from netloom.settings import Settings
from netloom.storage.base import Store

_log = structlog.get_logger()


def create_app(settings: Settings, host: Host, store: Store, visitors: Visitors) -> FastAPI:
    app = FastAPI(
        title="Netloom",
        version=__version__,
        description="Build a neural network in the browser, watch it learn, understand why.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.host = host
    app.state.store = store
    app.state.visitors = visitors
    app.state.sockets = Sockets(time.monotonic)
    app.state.guesses = Guesses(time.monotonic)
    app.state.registry = Registry(
        host, store, caps=settings.caps, most_runs=settings.most_runs, clock=time.monotonic, now=_now
    )
    app.state.expiry = Expiry(store, app.state.registry, keep_days=settings.keep_days, now=_now)
    app.state.metrics = Metrics(host, app.state.registry, app.state.sockets, app.state.registry)
    problems.install(app)
    app.include_router(router)
    app.add_api_websocket_route("/ws", _socket)
    reference.install(app)
    metrics.install(app, app.state.metrics)
    files = page.install(app)
    _describe_messages(app)
    # The last one added is the first to see a request.
    app.add_middleware(Gate, settings=settings, visitors=visitors, files=files)
    app.add_middleware(Envelope)
    app.add_middleware(Counted, metrics=app.state.metrics)
    app.add_middleware(Traced)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    registry: Registry = app.state.registry
    await app.state.store.start()
    await app.state.host.start(app.state.metrics.hearing)
    works = (registry.look_after(), app.state.expiry.look_after(), app.state.metrics.lag.watch())
    tasks = [asyncio.create_task(work) for work in works]
    _log.info("serving", version=__version__)
    try:
        yield
    finally:
        _log.info("ending", runs=len(registry.held))
        for task in tasks:
            task.cancel()
        await registry.close()
        await app.state.host.close()
        await app.state.store.close()


async def _socket(socket: WebSocket) -> None:
    state = socket.app.state
    visitor: str = socket.state.visitor
    try:
        allowance = state.sockets.enter(visitor)
    except TooManySockets as error:
        await turn_away(socket, error)
        return
    try:
        await Connection(socket, state.registry, state.host, allowance, state.metrics.traffic).run()
    finally:
        state.sockets.leave(visitor)


def _describe_messages(app: FastAPI) -> None:
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = with_messages(made())
        return app.openapi_schema

    app.openapi = described


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
