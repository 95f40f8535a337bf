"""The servers of a cluster, as its directory sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from netloom.hosts.mailbox import Mailbox

LEASE_SECS = 10.0
"""A server that asks for nothing for so long does not count any more."""
POLL_SECS = 1.0
MOST_UNREAD_BYTES = 128 * 2**20


class Seat:
    def __init__(self, now: float) -> None:
        self.mailbox = Mailbox()
        self.heard_at = now
        self.waiting = False


class Seats:
    """By the name that a server gave itself. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seats: dict[str, Seat] = {}
        self.empty_since: float | None = clock()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._seats))

    def take(self, replica: str) -> None:
        self._seats[replica] = Seat(self._clock())
        self.empty_since = None

    def give_up(self, replica: str) -> None:
        self._seats.pop(replica, None)
        if not self._seats and self.empty_since is None:
            self.empty_since = self._clock()

    def heard(self, replica: str) -> bool:
        """Whether it has a seat."""
        seat = self._seats.get(replica)
        if seat is not None:
            seat.heard_at = self._clock()
        return seat is not None

    def tell(self, replica: str, message: bytes, *, urgent: bool = True) -> None:
        if seat := self._seats.get(replica):
            seat.mailbox.put(message, urgent=urgent)

    async def next(self, replica: str) -> list[bytes] | None:
        """What waits for it, after a while; None when it has no seat."""
        seat = self._seats.get(replica)
        if seat is None:
            return None
        seat.waiting = True
        try:
            return await seat.mailbox.take(POLL_SECS)
        finally:
            seat.waiting = False
            seat.heard_at = self._clock()

    def overdue(self) -> list[str]:
        """Those that have not been heard of, or do not fetch what they are told."""
        now = self._clock()
        return [
            replica
            for replica, seat in self._seats.items()
            if (not seat.waiting and now - seat.heard_at > LEASE_SECS) or seat.mailbox.held_bytes > MOST_UNREAD_BYTES
        ]
