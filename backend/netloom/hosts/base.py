"""How the server reaches the engines, wherever they run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol

from netloom.errors import NetloomError
from netloom.hosts.messages import Batch


class Listener(Protocol):
    """Who hears what the engines tell; called in order, never at the same time."""

    def on_batch(self, batch: Batch) -> None: ...

    def on_lost(self, run: str) -> None:
        """The run's engine has ended; another one takes over and tells `resumed`."""
        ...


@dataclass(frozen=True)
class HostLoad:
    """For the operator; zeros where a host does not know."""

    spares: int = 0
    """Engines that stand by, ready."""
    restarts: int = 0
    """Engines that ended by themselves or were killed, since the start."""
    memory_bytes: int = 0
    """Of all engines together."""
    compiling: int = 0
    """Networks that are being compiled or wait for it."""
    compiled: int = 0
    """Networks compiled on demand, since the start."""
    compile_secs: float = 0.0
    """What that took, without waiting."""


@dataclass(frozen=True)
class HostHealth:
    device: str
    """Empty until the first engine is ready."""
    workers: int
    runs: int
    warmed: int = 0
    """Programs compiled ahead of being asked for."""
    to_warm: int = 0
    """How many those will be."""
    load: HostLoad = field(default_factory=HostLoad)


class Host(Protocol):
    """Runs are opened, asked and closed by name. Every method but `health` is called on the event loop."""

    async def start(self, listener: Listener) -> None: ...

    async def close(self) -> None: ...

    async def open(self, run: str, *, owner: str = "", experiment: bytes = b"", checkpoint: bytes = b"") -> None:
        """`owner`: the learner whose share of the engines' time it takes; without one it has a share of its own.
        Raises the NetloomError that the engine found in the document, or BadCheckpoint."""
        ...

    def ask(
        self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b""
    ) -> asyncio.Future[Batch]:
        """Sent at once, so that callers keep their order. The future raises a NetloomError that the engine found."""
        ...

    async def release(self, run: str) -> None:
        """Forget the run."""
        ...

    def health(self) -> HostHealth: ...


class RefusedByEngine(NetloomError):
    """An error as the engine told it."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["message"])
        self.code = problem["code"]
        self.path = problem["path"]
        self.layer_id = problem["layer"]
