"""What waits to be sent over one socket.

Events: all of them, in order. Frames: the newest of each run, and no more than two unacknowledged (FR5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from netloom.protocol.frames import read_header

MOST_BYTES = 1_000_000
MOST_LARGE = 2
"""Messages that are larger than MOST_BYTES by themselves: snapshots of long runs."""
MOST_UNDER_WAY = 2
NOTICE_EVERY_SECS = 1.0


@dataclass
class Traffic:
    """Of all outboxes that share it, since the start."""

    frames_sent: int = 0
    frames_dropped: int = 0


class Outbox:
    """`wake` is called when there may be something to send. Text is `str`, a frame `bytes`."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        wake: Callable[[], None] = lambda: None,
        traffic: Traffic | None = None,
    ) -> None:
        self._traffic = traffic or Traffic()
        self._clock = clock
        self._wake = wake
        self._events: deque[bytes] = deque()
        self._event_bytes = 0
        self._large = 0
        self._frames: dict[str, bytes] = {}
        self._under_way: dict[str, deque[int]] = {}
        self._dropped: dict[str, int] = {}
        self._noticed_at = float("-inf")
        self.overflowed = False
        """Events have piled up, as the browser does not read: nothing more is to be sent."""

    def put(self, message: bytes) -> None:
        """JSON that is always delivered, but to who reads too slowly: that browser comes back, and is then told all
        that it has missed. A snapshot may be as large as it is, and what follows it waits until it has been sent: it
        does not count, but for how many there are."""
        if self.overflowed:
            return
        self._events.append(message)
        self._count(message, 1)
        if self._event_bytes > MOST_BYTES or self._large > MOST_LARGE:
            self._overflow()
        self._wake()

    def _overflow(self) -> None:
        """One is left, so that who asks for the next one sees that it has come to this."""
        self.overflowed = True
        while len(self._events) > 1:
            self._events.pop()

    def put_frame(self, run: str, frame: bytes) -> None:
        """Replaces an unsent frame of the same run."""
        if self._frames.pop(run, None) is not None:
            self._dropped[run] = self._dropped.get(run, 0) + 1
            self._traffic.frames_dropped += 1
        self._frames[run] = frame
        self._wake()

    def acknowledge(self, run: str, frame: int) -> None:
        """Painted, and so are those sent before it."""
        under_way = self._under_way.get(run, deque())
        while frame in under_way:
            under_way.popleft()
        self._wake()

    def full(self, run: str) -> bool:
        """Whether a frame waits that cannot be sent before the browser acknowledges."""
        return run in self._frames and len(self._under_way.get(run, ())) >= MOST_UNDER_WAY

    def forget(self, run: str) -> None:
        """Nothing of the run's pictures is under way any more."""
        for held in (self._frames, self._under_way, self._dropped):
            held.pop(run, None)

    def next(self) -> str | bytes | None:
        if self._events:
            message = self._events.popleft()
            self._count(message, -1)
            return message.decode()
        return self._notice() or self._next_frame()

    def _count(self, message: bytes, sign: int) -> None:
        if len(message) > MOST_BYTES:
            self._large += sign
        else:
            self._event_bytes += sign * len(message)

    def _next_frame(self) -> bytes | None:
        """Runs take turns: the one whose frame has waited longest comes first."""
        for run, frame in self._frames.items():
            under_way = self._under_way.setdefault(run, deque())
            if len(under_way) < MOST_UNDER_WAY:
                del self._frames[run]
                under_way.append(read_header(frame).frame)
                self._traffic.frames_sent += 1
                return frame
        return None

    def _notice(self) -> str | None:
        if not self._dropped or self._clock() - self._noticed_at < NOTICE_EVERY_SECS:
            return None
        self._noticed_at = self._clock()
        run, count = self._dropped.popitem()
        return orjson.dumps({"type": "dropped", "run": run, "frames": count}).decode()
