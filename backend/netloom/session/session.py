"""One run as it is served: who follows it, what they ask, what they are told."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import orjson

from netloom.errors import NetloomError, NotPossible
from netloom.hosts.messages import Batch
from netloom.hosts.watching import together
from netloom.protocol.commands import Acknowledge, Attach, Command, Detach, SetWatch, Watch
from netloom.session.log import EventLog
from netloom.session.outbox import Outbox

REMEMBERED_COMMANDS = 1000


@dataclass(frozen=True)
class Ask:
    """What the engine has to do; the answer comes as a batch."""

    operation: str
    arguments: dict[str, Any] = field(default_factory=dict)
    blob: bytes = b""


@dataclass
class Viewer:
    """One browser tab that looks at the run."""

    outbox: Outbox
    watch: Watch
    following: bool = False
    """False until the snapshot, or what was missed, lies in the outbox."""
    came_back: bool = False
    """It followed the run while another server, or this one before, held it."""


class Session:
    """Commands in, questions to the engine out; batches in, messages into the viewers' outboxes."""

    def __init__(self, run: str, stream: str) -> None:
        self.run = run
        self._log = EventLog(run, stream)
        self._viewers: OrderedDict[str, Viewer] = OrderedDict()
        self._carried_out: OrderedDict[int, bool] = OrderedDict()
        """By command id, whether its answer has been told."""
        self._frames_wanted = True
        self._not_saved: str | None = None

    @property
    def watched(self) -> bool:
        return bool(self._viewers)

    def handle(self, viewer: str, outbox: Outbox, command: Command) -> list[Ask]:
        """Raises NotPossible."""
        match command:
            case Attach():
                return self._attach(viewer, outbox, command)
            case Detach():
                return self.leave(viewer)
            case SetWatch():
                return self._look(viewer, command)
            case Acknowledge():
                outbox.acknowledge(command.run, command.frame)
                return []
            case _:
                return self._once(outbox, command)

    def leave(self, viewer: str) -> list[Ask]:
        """The tab has closed, or looks at something else."""
        if (left := self._viewers.pop(viewer, None)) is None:
            return []
        left.outbox.forget(self.run)
        return [self._watch()]

    def flow(self) -> list[Ask]:
        """FR9: no frame is computed while no browser can take one; asked after frames and acknowledgements."""
        following = self._following()
        wanted = not following or any(not viewer.outbox.full(self.run) for viewer in following)
        if wanted == self._frames_wanted:
            return []
        self._frames_wanted = wanted
        return [Ask("frames", {"wanted": wanted})]

    def refuse(self, outbox: Outbox, command_id: int | None, error: NetloomError) -> None:
        """PR4: told to the sender alone; the id may be used again."""
        if command_id is not None:
            self._carried_out.pop(command_id, None)
        outbox.put(refusal(command_id, self.run, error))

    def on_batch(self, batch: Batch) -> None:
        for event in batch.events:
            self._tell(self._log.append(event))
            if "command" in event:
                self._note_answer(event["command"])
        if batch.answer and batch.answer.snapshot and batch.answer.viewer:
            self._show(batch.answer.viewer, batch.answer.snapshot)
        if batch.frame:
            for viewer in self._following():
                viewer.outbox.put_frame(self.run, batch.frame)

    def on_saving(self, problem: str | None) -> bool:
        """EV8. Whether that is news."""
        if problem == self._not_saved:
            return False
        self._not_saved = problem
        self._tell(self._log.append({"type": "saving", "problem": problem}))
        return True

    def on_lost(self) -> None:
        """EV5. Frames under way are forgotten: the next engine counts anew."""
        sentence = "The engine ended; another one takes over from the last checkpoint."
        self._tell(self._log.append({"type": "engine", "state": "lost", "epoch": 0, "message": sentence}))
        self._frames_wanted = True
        for viewer in self._viewers.values():
            viewer.outbox.forget(self.run)

    def _attach(self, name: str, outbox: Outbox, command: Attach) -> list[Ask]:
        self._viewers.pop(name, None)
        viewer = self._viewers[name] = Viewer(outbox, command.watch)
        outbox.forget(self.run)
        missed = self._log.since(command.stream, command.seq)
        viewer.came_back = command.stream not in {None, self._log.stream}
        if missed is None:
            return [self._watch(), Ask("snapshot", {"viewer": name})]
        for message in missed:
            outbox.put(message)
        viewer.following = True
        return [self._watch()]

    def _look(self, name: str, command: SetWatch) -> list[Ask]:
        if name not in self._viewers:
            raise NotPossible("Attach to the run before watching it.")
        self._viewers[name].watch = command.watch
        self._viewers.move_to_end(name)
        return [self._watch()]

    def _watch(self) -> Ask:
        watch = together([viewer.watch for viewer in self._viewers.values()])
        return Ask("watch", {"watch": None if watch is None else watch.model_dump(mode="json")})

    def _once(self, outbox: Outbox, command: Any) -> list[Ask]:
        """PR3: a command that is sent again after a cut is not carried out again."""
        if (told := self._carried_out.get(command.id)) is not None:
            if told:
                outbox.put(_answered(self.run, command.id))
            return []
        self._remember(command.id, answered=False)
        return [Ask("command", blob=command.model_dump_json().encode())]

    def _remember(self, command: int, *, answered: bool) -> None:
        """Also one that was carried out by way of another server."""
        self._carried_out[command] = answered
        if len(self._carried_out) > REMEMBERED_COMMANDS:
            self._carried_out.popitem(last=False)

    def _note_answer(self, command: int) -> None:
        """Also to those whom only a snapshot will tell what came of it."""
        self._remember(command, answered=True)
        for viewer in self._viewers.values():
            if not viewer.following:
                viewer.outbox.put(_answered(self.run, command))

    def _show(self, name: str, snapshot: dict[str, Any]) -> None:
        if viewer := self._viewers.get(name):
            viewer.outbox.put(self._log.numbered({**snapshot, "not_saved": self._not_saved}))
            viewer.following = True
            if viewer.came_back:
                viewer.came_back = False
                self._tell(self._log.append(_resumed(snapshot["status"]["epoch"])))

    def _tell(self, message: bytes) -> None:
        for viewer in self._following():
            viewer.outbox.put(message)

    def _following(self) -> list[Viewer]:
        return [viewer for viewer in self._viewers.values() if viewer.following]


def _answered(run: str, command: int) -> bytes:
    return orjson.dumps({"type": "answered", "run": run, "command": command})


def _resumed(epoch: int) -> dict[str, Any]:
    sentence = f"The server is back; the run is resumed from epoch {epoch:,}."
    return {"type": "engine", "state": "resumed", "epoch": epoch, "message": sentence}


def refusal(command_id: int | None, run: str | None, error: NetloomError) -> bytes:
    return orjson.dumps(
        {
            "type": "refused",
            "command": command_id,
            "run": run,
            "code": error.code,
            "message": str(error),
            "path": error.path,
            "layer": error.layer_id,
        }
    )
