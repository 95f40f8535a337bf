"""Who waits for something that serves one at a time."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(order=True)
class _Place:
    """Ordered by when it is served at the latest, counted in those who came."""

    last: int
    came: int
    served: asyncio.Future[None] = field(compare=False)
    tell: Callable[[int], None] = field(compare=False)
    ahead: int = field(default=0, compare=False)


class Line:
    """One at a time. Who has less to do goes before who has more, but before no more than `size` who came later, so
    that nobody waits for ever."""

    def __init__(self) -> None:
        self._waiting: list[_Place] = []
        self._came = 0
        self._taken = False

    @property
    def length(self) -> int:
        """Who is being served, and who waits."""
        return self._taken + len(self._waiting)

    @asynccontextmanager
    async def turn(self, size: int, tell: Callable[[int], None] = lambda ahead: None) -> AsyncGenerator[None]:
        """`size`: how many later ones it lets pass at most, if they are that much smaller. `tell` hears how many are
        served first, who is being served among them, whenever that changes; 0: this one is."""
        await self._enter(size, tell)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, size: int, tell: Callable[[int], None]) -> None:
        self._came += 1
        if not self._taken:
            self._taken = True
            return
        place = _Place(self._came + size, self._came, asyncio.get_running_loop().create_future(), tell)
        insort(self._waiting, place)
        self._tell_places()
        try:
            await place.served
        except asyncio.CancelledError:
            self._give_up(place)
            raise

    def _give_up(self, place: _Place) -> None:
        if place in self._waiting:
            self._waiting.remove(place)
            self._tell_places()
        else:
            self._leave()

    def _leave(self) -> None:
        if not self._waiting:
            self._taken = False
            return
        place = self._waiting.pop(0)
        # Who has just given up leaves in its turn.
        if not place.served.cancelled():
            place.served.set_result(None)
            place.tell(0)
        self._tell_places()

    def _tell_places(self) -> None:
        for ahead, place in enumerate(self._waiting, start=1):
            if place.ahead != ahead:
                place.ahead = ahead
                place.tell(ahead)
