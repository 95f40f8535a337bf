"""Messages on their way to another process, a group at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_log = structlog.get_logger()


class Courier:
    """`carry` takes a group there; the next one leaves when it has returned, so that all keep their order. When it
    raises, what was to be carried then is lost, and `failed` is called."""

    def __init__(
        self,
        carry: Callable[[list[bytes]], Awaitable[object]],
        failed: Callable[[], None],
    ) -> None:
        self._carry = carry
        self._failed = failed
        self._waiting: list[bytes] = []
        self._carrying: asyncio.Task[None] | None = None

    def put(self, message: bytes) -> None:
        self._waiting.append(message)
        if self._carrying is None:
            self._carrying = asyncio.create_task(self._carry_all())

    async def close(self, patience_secs: float) -> None:
        """What is not carried away by then stays."""
        if self._carrying:
            await asyncio.wait([self._carrying], timeout=patience_secs)
        self.stop()

    def stop(self) -> None:
        self._waiting.clear()
        if self._carrying:
            self._carrying.cancel()

    async def _carry_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._carry(group)
        except Exception as error:  # noqa: BLE001 (told to who put it in)
            _log.warning("messages lost", reason=type(error).__name__)
            self._waiting.clear()
            self._failed()
        finally:
            self._carrying = None
