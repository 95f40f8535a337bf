"""The compiler process beside the engines, and the one that compiles ahead."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import structlog

from netloom.errors import EngineLost, NetloomError, NotPossible
from netloom.hosts.child import Child
from netloom.hosts.line import Line
from netloom.hosts.messages import Batch, Request, Wish
from netloom.hosts.pending import Pending

WEDGED_SECS = 30.0
"""Without a sign of life."""
COMPILE_SECS = 60.0
"""Of a processor's time, for one network: three times what 12 hidden layers of 256 take on two shared cores."""
SHARE = 0.1
"""Of a processor, that a compiler gets at least on a machine that has much else to do."""
RETRY_SECS = 5.0
MOST_BYTES = 700 * 2**20
"""Of memory; then another process takes its place: what was compiled stays in it."""
PASSED_A_LAYER = 4
"""How many later wishes a network lets pass for each layer that it has more than theirs."""
NICE, NICE_AHEAD = "10", "19"

_log = structlog.get_logger()


class TooSlowToCompile(NotPossible):
    def __init__(self) -> None:
        super().__init__(
            "This network takes too long to prepare on this server, so it was not taken; try fewer layers."
        )


class Compilers:
    """Wishes are fulfilled one after the other, small networks before large ones; equal ones once. `most_secs`: of a
    processor's time, for one wish."""

    def __init__(self, *options: str, most_secs: float = COMPILE_SECS) -> None:
        self._options = options
        self._most_secs = most_secs
        self._child: Child | None = None
        self._ahead: Child | None = None
        self._alive: set[Child] = set()
        self._starting: asyncio.Task[None] | None = None
        self._pending = Pending()
        self._numbers = itertools.count(1)
        self._line = Line()
        self._waiting: dict[tuple[object, str], asyncio.Task[Any]] = {}
        self._fulfilled = 0
        self._compile_secs = 0.0
        self._closing = False

    @property
    def warmed(self) -> tuple[int, int]:
        """How many of the programs compiled ahead there are, and how many there will be."""
        return (self._ahead and self._ahead.warmed) or (0, 0)

    @property
    def processes(self) -> list[Child]:
        return list(self._alive)

    @property
    def load(self) -> tuple[int, int, float]:
        """How many wishes wait or are being fulfilled; how many were, and the seconds that took."""
        return self._line.length, self._fulfilled, self._compile_secs

    def stop_working_ahead(self) -> bool:
        """What is missing will be compiled when it is asked for. Whether there was anything to stop."""
        working = self._ahead is not None and self._ahead in self._alive
        if working and self._ahead:
            self._alive.discard(self._ahead)
            self._ahead.kill()
        return working

    async def start(self) -> None:
        self._starting = None
        if not self._closing:
            self._child = await self._spawn(Child(self._on_batch, self._on_end), "--nice", NICE)

    async def work_ahead(self, device: str) -> None:
        """`device`: as engines call it."""
        if not self._closing:
            ahead = Child(lambda child, batch: None, self._alive.discard)
            self._ahead = await self._spawn(ahead, "--nice", NICE_AHEAD, "--ahead", device)

    async def _spawn(self, child: Child, *options: str) -> Child:
        self._alive.add(child)
        await child.spawn("compiler", *options, *self._options)
        return child

    async def close(self) -> None:
        self._closing = True
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        self._pending.fail(EngineLost("The server is closing."))
        await asyncio.gather(*(child.close(patience_secs=0) for child in self._alive))

    async def compile(self, wish: Wish, asker: object, tell: Callable[[int], None]) -> bool:
        """Whether it now lies on the disk. Raises TooSlowToCompile: then nobody else should try. `tell` hears how many
        wishes are fulfilled first."""
        async with self._turn(wish, asker, tell):
            child = self._child
            if child is None:
                return False
            request = Request(
                next(self._numbers), "", "compile", {"key": wish.key, "cells": [*wish.cells]}, wish.document
            )
            answer = self._pending.add(request)
            child.send(request)
            start = time.monotonic()
            try:
                await self._answered(child, answer)
            except TooSlowToCompile:
                raise
            except (NetloomError, TimeoutError):
                return False
            finally:
                self._compile_secs += time.monotonic() - start
            await self._renew(child)
        return True

    @asynccontextmanager
    async def _turn(self, wish: Wish, asker: object, tell: Callable[[int], None]) -> AsyncGenerator[None]:
        """Cancelled when it is dropped before."""
        task, name = asyncio.current_task(), (asker, wish.key)
        assert task is not None
        self._waiting[name] = task
        try:
            async with self._line.turn(PASSED_A_LAYER * _layers_of(wish), tell):
                del self._waiting[name]
                yield
        finally:
            if self._waiting.get(name) is task:
                del self._waiting[name]

    def drop(self, asker: object, key: str | None = None) -> None:
        """Nobody waits for it there any more; without a key: for anything. What is being compiled is finished: it is
        on the disk for whoever asks next, and another process would take seconds to start."""
        for (other, wished), task in list(self._waiting.items()):
            if other is asker and key in (None, wished):
                task.cancel()

    async def _answered(self, child: Child, answer: asyncio.Future[Batch]) -> None:
        """Raises TimeoutError or TooSlowToCompile when the compiler had to be killed, else what it answered."""
        loop = asyncio.get_running_loop()
        start, used = loop.time(), child.processor_secs()
        while not answer.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(answer), min(1.0, self._most_secs))
            if answer.done():
                break
            if not child.ready.is_set():
                # It is still being started, which is nobody's network's fault.
                start, used = loop.time(), child.processor_secs()
            if loop.time() - max(child.heard_at, start) > WEDGED_SECS:
                _log.warning("compiler does not answer", pid=child.pid)
                await self._begin_anew(child, answer)
                raise TimeoutError
            if max(child.processor_secs() - used, SHARE * (loop.time() - start)) > self._most_secs:
                _log.warning("compiler takes too long", pid=child.pid)
                await self._begin_anew(child, answer)
                raise TooSlowToCompile
        answer.result()

    async def _begin_anew(self, child: Child, answer: asyncio.Future[Batch]) -> None:
        """With another process, at once, so that no other wish is left to the engines."""
        answer.cancel()
        self._pending.fail(EngineLost("The compiler has ended."))
        self._child = None
        child.kill()
        await self.start()

    async def _renew(self, child: Child) -> None:
        self._fulfilled += 1
        if child.memory_bytes() > MOST_BYTES:
            self._child = None
            await child.close()
            self._alive.discard(child)
            await self.start()

    def _on_batch(self, child: Child, batch: Batch) -> None:
        self._pending.settle(batch)

    def _on_end(self, child: Child) -> None:
        self._alive.discard(child)
        if self._closing or child is not self._child:
            return
        _log.warning("compiler lost", pid=child.pid)
        self._child = None
        self._pending.fail(EngineLost("The compiler has ended."))
        self._starting = asyncio.create_task(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(RETRY_SECS)
        await self.start()


async def fulfill(
    wish: Wish, send: Callable[[Request], None], compiled: Callable[[Callable[[int], None]], Awaitable[bool]]
) -> None:
    """Tells an engine, by `send`, what has become of its wish, whatever that is: it compiles by itself what could not
    be compiled for it, unless it takes too long for anybody. `compiled`: as `Compilers.compile`, of its `tell`."""
    ok, refusal = False, None
    try:
        ok = await compiled(lambda ahead: send(Request(0, "", "queued", {"key": wish.key, "ahead": ahead})))
    except TooSlowToCompile as error:
        refusal = str(error)
    except Exception:  # noqa: BLE001 (whatever it is, somebody waits for the answer)
        _log.exception("not compiled")
    send(Request(0, "", "compiled", {"key": wish.key, "ok": ok, "refusal": refusal}))


def _layers_of(wish: Wish) -> int:
    return len(orjson.loads(wish.document)["network"]["layers"])
