"""Who waits for something that serves one at a time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Line:
    """One at a time. Who has less to do goes before who has more, but before no more than `size` who came later, so
    that nobody waits for ever."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._came = 0
        self._taken = False

    @property
    def length(self) -> int:
        """Who is being served, and who waits."""
        return self._taken + sum(not place.done() for *_, place in self._waiting)

    @asynccontextmanager
    async def turn(self, size: int) -> AsyncGenerator[None]:
        """`size`: how many later ones it lets pass at most, if they are that much smaller."""
        await self._enter(size)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, size: int) -> None:
        self._came += 1
        if not self._taken:
            self._taken = True
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._came + size, self._came, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            *_, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._taken = False
