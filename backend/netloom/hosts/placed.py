"""One run of a cluster: which engine has it, which servers have it open, and what it takes to move it."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netloom.hosts.messages import Batch, Request
from netloom.hosts.trail import Trail
from netloom.hosts.watching import together
from netloom.protocol.commands import Watch

if TYPE_CHECKING:
    from netloom.hosts.fleet import ClusterEngine

REMEMBERED_COMMANDS = 200


@dataclass
class Holder:
    """A server that has the run open."""

    watch: dict[str, Any] | None = None
    frames_wanted: bool = True


@dataclass(frozen=True)
class Asked:
    """Sent to the engine and not answered; sent again to the next one."""

    replica: str
    request: Request
    for_newcomer: bool = False
    """What a server is to be shown before anything else."""


@dataclass
class Placed:
    name: str
    trail: Trail
    engine: ClusterEngine | None = None
    """None: it waits for one."""
    holders: OrderedDict[str, Holder] = field(default_factory=OrderedDict)
    """By replica; the one that looked last is the last."""
    coming: dict[str, Request] = field(default_factory=dict)
    """Each one's `open`: those that are still to be shown all there is to know."""
    asked: dict[int, Asked] = field(default_factory=dict)
    told: int = 0
    """Batches, to all who were listening."""
    commands: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED_COMMANDS))
    """Carried out of late."""
    answered: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED_COMMANDS))
    """Numbers of those that servers asked and that were not refused."""
    strikes: int = 0
    alone_since: float | None = None
    paused: bool = False
    """Because no server has it open."""

    def known_to(self, replica: str) -> bool:
        return replica in self.holders or replica in self.coming

    def admit(self, replica: str, holder: Holder) -> None:
        self.holders[replica] = holder
        self.alone_since, self.paused = None, False

    def looked_last(self, replica: str) -> None:
        if replica in self.holders:
            self.holders.move_to_end(replica)

    def move_to(self, engine: ClusterEngine | None) -> None:
        if self.engine is not None:
            self.engine.runs -= 1
        self.engine = engine
        if engine is not None:
            engine.runs += 1

    def opening(self) -> bool:
        """Whether its first engine has not answered yet."""
        return any(asked.request.operation == "open" for asked in self.asked.values())

    def note(self, batch: Batch) -> None:
        """Before anybody hears of it."""
        # That it waits for the compiler does not say that its engine can do it.
        self.strikes = self.strikes if batch.ahead is not None else 0
        self.told += 1
        self.trail.note(batch)
        self.commands += [event["command"] for event in batch.events if "command" in event]

    def settle(self, batch: Batch) -> Asked | None:
        """What the batch answers."""
        for number in batch.settles:
            self.asked.pop(number, None)
        self.answered += batch.settles
        if batch.answer is None:
            return None
        if batch.answer.error is None:
            self.answered.append(batch.answer.number)
        return self.asked.pop(batch.answer.number, None)

    def carried_out(self, request: Request) -> bool:
        """A command that is asked again, as its server has not heard the answer."""
        return request.operation == "command" and request.number in self.answered

    def watch(self) -> dict[str, Any] | None:
        """What anybody looks at."""
        watches = [Watch.model_validate(holder.watch) for holder in self.holders.values() if holder.watch is not None]
        watch = together(watches)
        return None if watch is None else watch.model_dump(mode="json")

    def frames_wanted(self) -> bool:
        """Whether any server that looks can take frames now."""
        looking = [holder for holder in self.holders.values() if holder.watch is not None]
        return not looking or any(holder.frames_wanted for holder in looking)

    def reopening(self) -> Request:
        for holder in self.holders.values():
            holder.frames_wanted = True
        return self.trail.reopening(0, self.name, self.watch())
