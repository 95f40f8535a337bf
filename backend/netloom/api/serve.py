"""Serving: the settings turned into parts, and uvicorn around them."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable

import uvicorn

from netloom.api.addresses import in_container, invitations
from netloom.api.application import create_app
from netloom.api.fragments import FewFragments
from netloom.api.patience import PromptRequests
from netloom.api.visitors import Visitors, kept_key
from netloom.hosts.process import ProcessHost
from netloom.settings import Settings
from netloom.storage.sql import SqlStore


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Until interrupted. Says the addresses once."""
    settings.data.mkdir(parents=True, exist_ok=True)
    secret = class_key(settings)
    host = ProcessHost(
        workers=settings.workers,
        spares=settings.spares,
        device=settings.device,
        cache=str(settings.data / "programs"),
        ahead=settings.warm,
        most_mb=settings.worker_mb,
        compile_secs=settings.compile_secs,
    )
    visitors = Visitors(kept_key(settings.data / "cookie.key"), secret, settings.port)
    app = create_app(settings, host, SqlStore(settings.data, settings.database_url), visitors)
    config = uvicorn_config(app, settings)
    logging.getLogger("uvicorn.error").addFilter(_without_traceback)
    # Before anything is started: a port that is taken ends it here, with a sentence.
    socket = config.bind_socket()
    for stop in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn closes everything in order, then raises the signal again.
        signal.signal(stop, lambda *_: sys.exit(0))
    for line in greeting(settings, secret, contained=in_container()):
        say(line)
    uvicorn.Server(config).run(sockets=[socket])


def _without_traceback(record: logging.LogRecord) -> bool:
    """Text that is not UTF-8 is a client's mistake, which uvicorn logs as its own."""
    if isinstance(record.exc_info, tuple) and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.exc_info = None
    return True


def class_key(settings: Settings) -> str | None:
    """None where only this machine can reach the server and nobody set a key."""
    if settings.secret or settings.local:
        return settings.secret
    return kept_key(settings.data / "class.key")


def greeting(settings: Settings, secret: str | None, *, contained: bool) -> list[str]:
    """Where Netloom is, a line for each address."""
    first, *others = invitations(settings, secret, contained=contained)
    lines = [f"Netloom is at {first}", *(f"or at {other}" for other in others)]
    if "//ADDRESS:" in first:
        lines.append("ADDRESS is that of the machine around this container, for instance 192.168.1.20;")
        lines.append("NETLOOM_ORIGINS=http://192.168.1.20:8000 has it printed here, and also lets a name in.")
    return lines


def uvicorn_config(app: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] (an ASGI application)
        host=settings.host,
        port=settings.port,
        http=PromptRequests,
        ws=FewFragments,
        ws_max_size=65536,
        ws_max_queue=8,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        limit_concurrency=800,
        timeout_graceful_shutdown=10,
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
    )
