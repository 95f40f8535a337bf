"""Directory and engines as actors of a Ray cluster: named and detached, so that they outlive the server that made them
(docs/adr/0017). Imported only where Ray is chosen."""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import Any

import ray
from ray.exceptions import RayError

from netloom import __version__
from netloom.hosts.directory import Directory
from netloom.hosts.fleet import Remote
from netloom.hosts.ray_engine import EngineOptions, RayEngine
from netloom.hosts.replica import FarDirectory

NAMESPACE = f"netloom-{__version__}"
"""Servers of another version talk to engines of their own."""
DIRECTORY = "directory"
START_SECS = 180.0
EMPTY_SECS = 600.0
"""After that without any server, engines and directory end."""
START_TRIES = 4
"""Ray gives up what has not started after 30 seconds, as on a machine that has much else to do."""
STORE_BYTES = 100 * 2**20
"""Of shared memory, on a machine that starts its own cluster: messages are small."""


class RayConnection:
    """`address`: of a cluster; "local" starts one in this machine, with `cpus` processors for engines, and an empty one
    does so unless there is one already."""

    def __init__(self, options: EngineOptions, address: str = "", cpus: int = 1) -> None:
        self._options = options
        self._address = address
        self._cpus = cpus
        self._opened = False

    def open(self) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        if ray.is_initialized():
            return
        try:
            self._connect()
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise ConnectionError(f"The Ray cluster {self._address or 'here'} is not reached: {reason}") from error
        self._opened = True

    def directory(self) -> FarDirectory:
        """The first server that asks makes it, beside the cluster's head."""
        if not ray.is_initialized():
            raise ConnectionError("The connection to the cluster is closed.")  # else Ray would make another one
        actor = ray.remote(RayDirectory).options(
            name=DIRECTORY,
            namespace=NAMESPACE,
            lifetime="detached",
            get_if_exists=True,
            max_restarts=-1,
            num_cpus=0,
            resources={"node:__internal_head__": 0.001},
            max_concurrency=10_000,
        )
        return RayFarDirectory(actor.remote(self._options))

    def close(self) -> None:
        """Ends the cluster as well, if it was started here."""
        if self._opened:
            ray.shutdown()

    def _connect(self) -> None:
        common: dict[str, Any] = {"namespace": NAMESPACE, "log_to_driver": False, "configure_logging": False}
        if self._address != "local":
            try:
                ray.init(self._address or "auto", **common)
            except ConnectionError:
                if self._address:
                    raise
            else:
                return
        # Nobody else's: Ray would keep one in the home folder, where other users of this machine can read it.
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        common.update(num_cpus=self._cpus, include_dashboard=False, object_store_memory=STORE_BYTES)
        for _ in range(START_TRIES - 1):
            with suppress(Exception):
                ray.init("local", **common)
                return
        ray.init("local", **common)


class RayFarDirectory:
    """`RayDirectory`, as a server calls it."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    async def join(self, replica: str) -> str:
        return await self._handle.join.remote(replica)

    async def leave(self, replica: str) -> None:
        await self._handle.leave.remote(replica)

    async def ask(self, replica: str, messages: list[bytes]) -> None:
        await self._handle.ask.remote(replica, messages)

    async def next(self, replica: str) -> list[bytes] | None:
        return await self._handle.next.remote(replica)


class RayDirectory:
    """The directory, as an actor."""

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._directory: Directory | None = None

    async def join(self, replica: str) -> str:
        if self._directory is None:
            self._directory = Directory(RayCluster(self._options), most_engines=self._options.most)
            self._directory.begin()
            self._ending = asyncio.create_task(self._end_when_empty(self._directory))
        return self._directory.join(replica)

    async def leave(self, replica: str) -> None:
        if self._directory:
            self._directory.leave(replica)

    async def ask(self, replica: str, messages: list[bytes]) -> None:
        if self._directory:
            self._directory.ask(replica, messages)

    async def next(self, replica: str) -> list[bytes] | None:
        return await self._directory.next(replica) if self._directory else None

    async def _end_when_empty(self, directory: Directory) -> None:
        while (left := EMPTY_SECS - directory.empty_secs) > 0:  # noqa: ASYNC110 (time itself is awaited)
            await asyncio.sleep(left)
        directory.close()
        ray.kill(ray.get_runtime_context().current_actor)


class RayCluster:
    """Used by the directory."""

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._cleared = False
        self._on_gpu = options.device == "gpu"

    async def room(self) -> int:
        return await asyncio.to_thread(self._room)

    async def start_engine(self) -> tuple[Remote, str]:
        kind = {"num_gpus": 1, "num_cpus": 0} if self._on_gpu else {"num_cpus": 1}
        actor = ray.remote(RayEngine).options(
            name=f"engine-{secrets.token_hex(6)}",
            namespace=NAMESPACE,
            lifetime="detached",
            scheduling_strategy="SPREAD",
            **kind,
        )
        # Where it gets no GPU, JAX must not look for one.
        handle = actor.remote(self._options if self._on_gpu else replace(self._options, device="cpu"))
        remote = RayRemote(handle)
        try:
            return remote, await asyncio.wait_for(_started(handle), START_SECS)
        except BaseException:
            remote.kill()
            raise

    def _room(self) -> int:
        if not self._cleared:
            _end_former_engines()
            self._cleared = True
        try:
            if self._options.device == "auto":
                self._on_gpu = ray.cluster_resources().get("GPU", 0) >= 1
            return int(ray.available_resources().get("GPU" if self._on_gpu else "CPU", 0))
        except RayError:
            return 0


class RayRemote:
    def __init__(self, handle: Any) -> None:
        self._handle = handle

    async def receive(self, messages: list[bytes]) -> None:
        await self._handle.receive.remote(messages)

    async def next(self) -> list[bytes]:
        return await self._handle.next.remote()

    def kill(self) -> None:
        with suppress(RayError, ValueError):
            ray.kill(self._handle)


async def _started(handle: Any) -> str:
    return await handle.start.remote()


def _end_former_engines() -> None:
    """Those of a directory that was lost: they train for nobody."""
    actors: list[Any] = ray.util.list_named_actors(all_namespaces=True)
    for found in actors:
        if found["namespace"] == NAMESPACE and found["name"].startswith("engine-"):
            with suppress(RayError, ValueError):
                ray.kill(ray.get_actor(found["name"], NAMESPACE))
