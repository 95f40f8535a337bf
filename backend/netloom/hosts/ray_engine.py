"""An engine on some machine of a Ray cluster: one `EngineHost`, in an actor of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from netloom.errors import EngineLost
from netloom.experiment import Experiment
from netloom.hosts.compilers import Compilers, fulfill
from netloom.hosts.engine_thread import EngineThread
from netloom.hosts.mailbox import Mailbox
from netloom.hosts.messages import Batch, Wish, pack_batch, unpack_request
from netloom.hosts.shelf import USUAL_CELLS

BEAT_SECS = 1.0
SWITCH_SECS = 0.001
"""How long a thread that traces keeps the interpreter from the one that trains."""
MOST_UNREAD_BYTES = 64 * 2**20
"""Told and not fetched: then it trains no further."""


@dataclass(frozen=True)
class EngineOptions:
    """`most`: engines in the whole cluster; 0 is as many as find room. `cache`: the folder of compiled programs, on
    each machine. `compile_secs`: of a processor's time, for one network."""

    device: str = "auto"
    cache: str = ""
    compile_secs: float = 60.0
    most: int = 0


class RayEngine:
    """Made an actor by `ray.py`; knows no Ray itself."""

    def __init__(self, options: EngineOptions) -> None:
        self._device = options.device
        self._cache = _usable(options.cache) if options.cache else ""
        self._compile_secs = options.compile_secs

    async def start(self) -> str:
        """The device's name, once it can train."""
        self._loop = asyncio.get_running_loop()
        self._told = Mailbox()
        self._compilers: Compilers | None = None
        self._starting_compilers = asyncio.Lock()
        self._fulfilling: set[asyncio.Task[None]] = set()
        self._fetched = threading.Event()
        return await asyncio.to_thread(self._prepare)

    async def receive(self, messages: list[bytes]) -> None:
        for message in messages:
            self._engine.receive(unpack_request(message[4:]))

    async def next(self) -> list[bytes]:
        """What was told since; nothing is a sign of life. Raises EngineLost when it cannot train any more."""
        told = await self._told.take(BEAT_SECS)
        if self._engine.failed:
            raise EngineLost("The engine met an error of its own.")
        self._fetched.set()
        return told

    def _prepare(self) -> str:
        from netloom.hosts.compiler import compile_programs
        from netloom.hosts.engine_host import jax_runs
        from netloom.hosts.environment import prepare_process

        sys.setswitchinterval(SWITCH_SECS)
        prepare_process(cores="", niceness=5, device=self._device, cache=self._cache)
        runs = jax_runs(self._device, self._cache)
        # What the first experiment needs, so that the first Play answers at once.
        device = compile_programs(Experiment(), USUAL_CELLS, self._device).device
        runs.stock.note(runs.stock.key(Experiment(), USUAL_CELLS))
        self._engine = EngineThread(runs, tell=self._tell, wish=self._wish if self._cache else None)
        return device

    # In the engine's thread

    def _tell(self, batch: Batch) -> None:
        self._fetched.clear()
        message, urgent = pack_batch(batch), batch.answer is not None
        self._loop.call_soon_threadsafe(lambda: self._told.put(message, urgent=urgent))
        while self._told.held_bytes > MOST_UNREAD_BYTES:
            self._fetched.wait(BEAT_SECS)

    def _wish(self, wish: Wish) -> None:
        self._loop.call_soon_threadsafe(self._begin_to_fulfill, wish)

    # In the actor's loop

    def _begin_to_fulfill(self, wish: Wish) -> None:
        if wish.dropped:
            if self._compilers:
                # Not before the wish, which may have come in the same moment, has its place in the line.
                self._loop.call_soon(self._compilers.drop, self, wish.key)
            return
        task = asyncio.create_task(self._fulfill(wish))
        self._fulfilling.add(task)
        task.add_done_callback(self._fulfilling.discard)

    async def _fulfill(self, wish: Wish) -> None:
        """By a compiler beside this engine, which is started when it is first needed."""

        async def compiled(tell: Callable[[int], None]) -> bool:
            return await (await self._compiling()).compile(wish, self, tell)

        await fulfill(wish, self._engine.receive, compiled)

    async def _compiling(self) -> Compilers:
        async with self._starting_compilers:
            if self._compilers is None:
                options = ("--device", self._device, "--cache", self._cache)
                self._compilers = Compilers(*options, most_secs=self._compile_secs)
                await self._compilers.start()
        return self._compilers


def _usable(folder: str) -> str:
    """That folder, or where this machine has no such place, one among its temporary files."""
    with suppress(OSError):
        Path(folder).mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    return str(Path(tempfile.gettempdir()) / "netloom-programs")
