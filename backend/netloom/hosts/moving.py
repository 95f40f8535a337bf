"""Runs that go from one living engine to another without anybody noticing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from netloom.errors import NetloomError
from netloom.hosts.child import Child
from netloom.hosts.hosted import Hosted
from netloom.hosts.messages import Batch, Request

PRELOAD_SECS = 20.0
"""What has not been loaded by then is loaded with the run."""
ANSWER_SECS = 30.0
"""A turn with a large network takes seconds on a machine that has much else to do."""
REMEMBERED = 500
"""Documents of which it is known that an engine was told to load what they need."""

Errand = Callable[..., Awaitable[Batch]]


class Moving:
    """`ask`: a run's engine, by the run's name; `errand`: any engine, about no run of its own."""

    def __init__(self, ask: Errand, errand: Errand) -> None:
        self._ask = ask
        self._errand = errand
        self._loaded: WeakKeyDictionary[Child, dict[int, asyncio.Task[None]]] = WeakKeyDictionary()

    async def move(self, hosted: Hosted, heir: Child) -> bool:
        """The heir first loads what the run needs, while it trains on; then a checkpoint is asked for, with which it
        goes on there. Whatever the former engine tells after that is not heard, and is done again to the last bit.
        False where it could not be moved."""
        source = hosted.child
        await self.preload(hosted, heir)
        try:
            await asyncio.wait_for(self._ask(hosted.name, "checkpoint"), ANSWER_SECS)
        except (NetloomError, TimeoutError):
            return False
        if hosted.child is not source or heir.status is not None:
            return False
        source.send(Request(0, hosted.name, "close"))
        hosted.move(heir, unnoticed=True)
        return True

    async def preload(self, hosted: Hosted, child: Child) -> None:
        """The programs of the run, once for each document."""
        if not (hosted.document or hosted.checkpoint):
            return
        known = self._loaded.setdefault(child, {})
        key = hash((hosted.document or hosted.name, hosted.cells))
        if key not in known:
            known[key] = asyncio.create_task(self._preload(hosted, child))
            if len(known) > REMEMBERED:
                known.pop(next(iter(known)))
        await asyncio.shield(known[key])

    async def _preload(self, hosted: Hosted, child: Child) -> None:
        arguments = {"checkpoint": not hosted.document, "cells": [*hosted.cells]}
        with suppress(NetloomError, TimeoutError):
            asked = self._errand(child, "preload", arguments, hosted.document or hosted.checkpoint)
            await asyncio.wait_for(asked, PRELOAD_SECS)
