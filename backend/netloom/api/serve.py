"""Serving: the settings turned into parts, and uvicorn around them."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable

import uvicorn

from netloom import logs
from netloom.api.addresses import in_container, invitations
from netloom.api.application import create_app
from netloom.api.fragments import FewFragments
from netloom.api.patience import PromptRequests
from netloom.api.visitors import Visitors, kept_key
from netloom.errors import StorageUnusable
from netloom.hosts.base import Host
from netloom.hosts.cores import keep_to_the_first_core
from netloom.hosts.process import ProcessHost
from netloom.hosts.ray_engine import EngineOptions
from netloom.hosts.replica import ReplicaHost
from netloom.settings import BadSetting, Settings, default_workers
from netloom.storage.base import Store
from netloom.storage.sql import SqlStore


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Until interrupted. Says the addresses once. Raises BadSetting or StorageUnusable."""
    cookie_key, secret = keys(settings)
    logs.configure(settings.log, secrets=(secret, cookie_key, settings.metrics_token))
    host = chosen_host(settings)
    if settings.engines == "process":
        keep_to_the_first_core()
    visitors = Visitors(cookie_key, secret, settings.port)
    store = SqlStore(settings.data, settings.database_url)
    app = create_app(settings, host, store, visitors)
    config = uvicorn_config(app, settings)
    logging.getLogger("uvicorn.error").addFilter(_without_traceback)
    # Before anything is started: a port that is taken or a database out of reach ends it here, with a sentence.
    socket = config.bind_socket()
    asyncio.run(_try(store))
    for stop in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn closes everything in order, then raises the signal again.
        signal.signal(stop, lambda *_: sys.exit(0))
    for line in greeting(settings, secret, contained=in_container()):
        say(line)
    uvicorn.Server(config).run(sockets=[socket])


async def _try(store: Store) -> None:
    """Raises StorageUnusable."""
    await store.start()
    await store.close()


def chosen_host(settings: Settings) -> Host:
    """Where engines run. Raises BadSetting where a cluster is not reached."""
    cache = str(settings.data / "programs")
    if settings.engines == "ray":
        from netloom.hosts.ray import RayConnection

        options = EngineOptions(settings.device, cache, settings.compile_secs, settings.workers)
        connection = RayConnection(options, settings.ray_address, cpus=default_workers("cpu"))
        try:
            connection.open()
        except ConnectionError as error:
            raise BadSetting(str(error)) from error
        return ReplicaHost(connection)
    return ProcessHost(
        workers=settings.workers,
        spares=settings.spares,
        device=settings.device,
        cache=cache,
        ahead=settings.warm,
        most_mb=settings.worker_mb,
        engine_mb=settings.max_worker_mb,
        total_mb=settings.max_total_mb,
        compile_secs=settings.compile_secs,
    )


def _without_traceback(record: logging.LogRecord) -> bool:
    """Text that is not UTF-8 is a client's mistake, which uvicorn logs as its own."""
    if isinstance(record.exc_info, tuple) and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.exc_info = None
    return True


def keys(settings: Settings) -> tuple[str, str | None]:
    """What signs cookies, and the class key. Raises StorageUnusable."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        return settings.cookie_key or kept_key(settings.data / "cookie.key"), class_key(settings)
    except OSError as error:
        raise StorageUnusable(f"The folder {settings.data} cannot be used: {error.strerror}.") from error


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
        # A log of who asked for what would be one of persons; `logs` takes the rest.
        access_log=False,
        log_config=None,
        log_level="warning",
    )
