"""What was asked of an engine and has not been answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts.base import RefusedByEngine
from netloom.hosts.messages import Batch, Request


class Pending:
    """By number, in the order of asking."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[Request, asyncio.Future[Batch]]] = {}

    @property
    def count(self) -> int:
        return len(self._asked)

    def add(self, request: Request) -> asyncio.Future[Batch]:
        future: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        self._asked[request.number] = (request, future)
        return future

    def requests(self) -> Iterator[Request]:
        return (request for request, _ in self._asked.values())

    def settle(self, batch: Batch) -> None:
        """With the batch that holds the answer, if one does."""
        for number in batch.settles:
            if (settled := self._asked.pop(number, None)) and not settled[1].done():
                settled[1].set_result(batch)
        if batch.answer is None or batch.answer.number not in self._asked:
            return
        _, future = self._asked.pop(batch.answer.number)
        if future.done():
            return
        if batch.answer.error:
            future.set_exception(RefusedByEngine(batch.answer.error))
        else:
            future.set_result(batch)

    def drop(self, request: Request) -> None:
        """Nobody waits for it any more."""
        self._asked.pop(request.number, None)

    def fail(self, error: Exception) -> None:
        for _, future in self._asked.values():
            if not future.done():
                future.set_exception(error)
        self._asked.clear()


def asked(request: Request, pending: Pending | None, *, closing: bool = False) -> asyncio.Future[Batch]:
    """The answer to come, which is kept in `pending`, that of the request's run. Done already, with why, where nobody
    is to be asked: the run is unknown, or the server is `closing`."""
    waiting = Pending() if pending is None else pending
    future = waiting.add(request)
    if closing:
        waiting.fail(EngineLost("The server is closing."))
    elif pending is None:
        waiting.fail(UnknownRun(run_id=request.run))
    return future


def opening(owner: str, experiment: bytes, checkpoint: bytes) -> tuple[dict[str, Any], bytes]:
    """The arguments and the blob of an `open`."""
    return {"checkpoint": bool(checkpoint), "owner": owner}, checkpoint or experiment
