"""A simulated learner: one browser tab that trains, edits, is cut off, comes back, and checks all that it is told."""

from __future__ import annotations

import asyncio
import json
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import websockets

from netloom.protocol.events import OlderRows
from netloom.protocol.older_rows import unpack_rows

FRAMES_PER_SECOND = 10
ANSWER_WITHIN_SECS = 60.0
WATCH = {"frames_per_second": FRAMES_PER_SECOND}
WHOLE_ROWS = 9300
"""More than those are thinned out."""
Row = dict[str, Any]


def rows_of(event: dict[str, Any], field: str) -> list[Row]:
    """Of a snapshot or a history, those that are packed first."""
    packed = [] if "older" not in event else unpack_rows(OlderRows.model_validate(event["older"]))
    return [*(json.loads(row.model_dump_json()) for row in packed), *event[field]]


@dataclass
class Findings:
    """What all learners saw together. Times are seconds."""

    broken: list[str] = field(default_factory=list)
    """Promises that do not hold: one sentence each."""
    control: list[float] = field(default_factory=list)
    """From a command to its answer: play, pause, step, learning rate, activation."""
    structure: list[float] = field(default_factory=list)
    """The same for a neuron or a layer more or less, and for undoing it."""
    lateness: list[float] = field(default_factory=list)
    """How much longer than its period a frame took to come, while nothing but training was asked of its run."""
    first_row: list[float] = field(default_factory=list)
    """From attaching to the first epoch after Play."""
    actions: Counter[str] = field(default_factory=Counter[str])
    events: int = 0
    frames: int = 0
    dropped: int = 0

    def break_promise(self, learner: str, sentence: str) -> None:
        if len(self.broken) < 100:
            self.broken.append(f"{learner}: {sentence}")


class Tab:
    """What a page holds of a run, with the protocol's promises checked at each message (EV1-EV5, PR3)."""

    def __init__(self, name: str, run: str, found: Findings) -> None:
        self.name = name
        self.run = run
        self.found = found
        self.rows: list[Row] = []
        self.experiment: dict[str, Any] = {}
        self.stash: str | None = None
        self.status = ""
        self.place: tuple[str, int] | None = None
        self.gaps: list[float] = []
        """Seconds between frames while it trained."""
        self.moved_at = 0.0
        """When an epoch or a frame of training came last; 0 between the loss of an engine and the next."""
        self.edited_at: float | None = None
        self.shown_at: float | None = None
        """When the newest edit was answered, and when the first frame that shows it came."""
        self._layout = 0
        self._frame_at: float | None = None
        self._may_replace = False
        self._replay = False
        self._answers: Counter[int] = Counter()
        self._waiting: dict[int, asyncio.Future[str]] = {}

    def take(self, message: str | bytes) -> int | None:
        """The number of a frame, which has to be acknowledged."""
        if isinstance(message, bytes):
            return self._take_frame(message)
        told = json.loads(message, parse_constant=lambda name: self._break(f"{name} is not JSON"))
        match told["type"]:
            case "event":
                self._take_event(told)
            case "refused":
                self._answer(told["command"], told["code"])
            case "dropped":
                self.found.dropped += told["frames"]
            case _:
                pass
        return None

    def cut(self) -> None:
        """The socket is gone: the next frame says nothing about the time between."""
        self._frame_at = None

    def wait_for(self, command: int) -> asyncio.Future[str]:
        return self._waiting.setdefault(command, asyncio.get_running_loop().create_future())

    def _break(self, sentence: str) -> None:
        self.found.break_promise(self.name, sentence)

    def _take_frame(self, message: bytes) -> int:
        header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
        now = time.perf_counter()
        if self._frame_at is not None and self.status == "training":
            self.gaps.append(now - self._frame_at)
            self.found.lateness.append(max(0.0, self.gaps[-1] - 1 / FRAMES_PER_SECOND))
        if self.status == "training":
            self.moved_at = time.monotonic()
        self._frame_at = now
        if self.edited_at is not None and self.shown_at is None and header["layout"] == self._layout:
            self.shown_at = now
        self.found.frames += 1
        return header["frame"]

    def _take_event(self, told: dict[str, Any]) -> None:
        event, place = told["event"], (told["stream"], told["seq"])
        self.found.events += 1
        if event["type"] != "snapshot" and (self.place is None or place != (self.place[0], self.place[1] + 1)):
            self._break(f"event {place} follows {self.place}: lost or doubled")
        self.place = place
        if "command" in event:
            self._answer(event["command"], event["type"])
        self._follow(event)

    def _follow(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "snapshot":
                self._take_snapshot(event)
            case "history":
                self._take_rows(event["offset"], rows_of(event, "rows"), thinned="older" in event)
            case "status":
                self.status = event["status"]
                self._frame_at = None
            case "edited":
                self.experiment, self.stash = event["experiment"], event["stash"]
                self._may_replace = event["kind"] in {"restart", "restored"}
                self._frame_at = None
                self.edited_at, self.shown_at = time.perf_counter(), None
            case "layout":
                self._layout = event["id"]
            case "engine":
                self._replay = True
                self.moved_at, self._frame_at = 0.0, None
            case _:
                pass

    def _take_snapshot(self, event: dict[str, Any]) -> None:
        self.experiment, self.status = event["experiment"], event["status"]["status"]
        self.rows = rows_of(event, "history")
        self._check_epochs(0, 0, thinned="older" in event)
        for waiting in self._waiting.values():  # the answer may have been among the events that it stands for
            if not waiting.done():
                waiting.set_result("snapshot")

    def _take_rows(self, offset: int, rows: list[Row], *, thinned: bool) -> None:
        """offset: the epoch of the first row."""
        told = self.rows[-1]["epoch"] + 1 if self.rows else 0
        if offset > told:
            self._break(f"the history has a gap: {told} epochs were told and {offset} come before the next")
        start = bisect_left(self.rows, offset, key=lambda row: row["epoch"])
        replaced = self.rows[start : start + len(rows)]
        if start < len(self.rows) and not self._may_replace:
            if not self._replay:
                self._break(f"epochs came twice, from row {start} of {len(self.rows)} on")
            elif replaced != rows[: len(replaced)]:
                self._break(f"after the engine was lost, epoch {offset} and those after it are others than before")
        self.rows[start:] = rows
        self._may_replace = False
        self._check_epochs(start, offset, thinned=thinned)
        self.moved_at = time.monotonic()

    def _check_epochs(self, start: int, offset: int, *, thinned: bool) -> None:
        """From row `start` on, one after the other; of a long history the server tells those that are kept."""
        epochs = [row["epoch"] for row in self.rows[start:]]
        for place, epoch in enumerate(epochs):
            if epoch != offset + place and not (thinned and epoch > [*epochs[:place], -1][place - 1]):
                self._break(f"row {start + place} of the history is epoch {epoch}")
                return

    def _answer(self, command: int | None, kind: str) -> None:
        if command is None:
            return
        self._answers[command] += 1
        if self._answers[command] > 1:
            self._break(f"command {command} was answered twice")
        waiting = self._waiting.get(command)
        if waiting and not waiting.done():
            waiting.set_result(kind)


class Line:
    """The socket under a tab: opens, reads, is cut, and comes back for exactly what is missing."""

    def __init__(self, tab: Tab, port: int, cookie: str) -> None:
        self._tab = tab
        self._address = f"ws://127.0.0.1:{port}/ws"
        self._cookie = cookie
        self._socket: websockets.ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._id = random.getrandbits(50)

    async def open(self) -> None:
        self._socket = await websockets.connect(
            self._address,
            additional_headers={"Cookie": self._cookie},
            compression=None,
            max_size=None,
            open_timeout=ANSWER_WITHIN_SECS,
            ping_interval=None,
        )
        self._reading = asyncio.create_task(self._read(self._socket))
        stream, seq = self._tab.place or (None, None)
        await self.send({"type": "attach", "id": self.fresh_id(), "stream": stream, "seq": seq, "watch": WATCH})

    async def cut(self, *, clean: bool) -> None:
        """The tab is closed, or the network simply ends."""
        socket, self._socket = self._socket, None
        assert socket is not None
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._tab.cut()
        if clean:
            await socket.close()
        else:
            socket.transport.abort()

    async def send(self, command: dict[str, Any]) -> None:
        if self._socket is not None:
            await self._socket.send(json.dumps({**command, "run": self._tab.run}))

    def fresh_id(self) -> int:
        self._id += 1
        return self._id

    async def _read(self, socket: websockets.ClientConnection) -> None:
        try:
            async for message in socket:
                if (frame := self._tab.take(message)) is not None:
                    await socket.send(json.dumps({"type": "ack", "run": self._tab.run, "frame": frame}))
        except websockets.ConnectionClosed:
            pass
        self._tab.found.break_promise(self._tab.name, f"the server closed the socket: {socket.close_code}")


class Learner:
    """Trains without a pause but for what chance has them do; `calm` has them only train."""

    def __init__(self, tab: Tab, line: Line, chance: random.Random) -> None:
        self.tab = tab
        self._line = line
        self._chance = chance
        self.calm = asyncio.Event()

    async def start(self) -> None:
        began = time.perf_counter()
        await self._line.open()
        await self.until(lambda: self.tab.place, "nothing came after attach")
        await self._ask(self.tab.found.control, {"type": "play"})
        await self.until(lambda: len(self.tab.rows) >= 2, "no epoch came after Play")
        self.tab.found.first_row.append(time.perf_counter() - began)

    async def live(self, until: float) -> None:
        """Until that moment of the monotonic clock; then paused."""
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.uniform(0.5, 4.0))
            if not self.calm.is_set():
                await self._act()
            await self.go_on()
        await self.stop()

    async def pause_now_and_then(self, until: float, every_secs: float) -> None:
        """Trains, but for a tenth of a second about every so many seconds."""
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, self._chance.uniform(0.5, 1.5) * every_secs))
            await self._ask(self.tab.found.control, {"type": "pause"})
            await asyncio.sleep(0.1)
            await self._ask(self.tab.found.control, {"type": "play"})

    async def stop(self) -> None:
        await self._ask(self.tab.found.control, {"type": "pause"})

    async def go_on(self) -> None:
        """Trains again, should something have stopped it."""
        if self.tab.status in {"paused", "finished", "idle"}:
            await self._ask(self.tab.found.control, {"type": "play"})
        elif self.tab.status == "diverged":
            await self._ask(self.tab.found.control, {"type": "restart"})

    async def edit(self, changes: dict[str, Any]) -> None:
        await self._edit(self.tab.found.structure, changes)

    async def check_whole_history(self) -> None:
        """What was put together from events is what the server holds, number for number."""
        await asyncio.sleep(0.5)
        held, self.tab.place = self.tab.rows, None
        await self._line.cut(clean=True)
        await self._line.open()
        await self.until(lambda: self.tab.place, "no snapshot came")
        mine = {row["epoch"]: row for row in held}
        kept = [mine.get(row["epoch"]) for row in self.tab.rows]
        # A long history is thinned out by the server; this learner keeps every row.
        whole = len(held) <= WHOLE_ROWS or held[-1:] != self.tab.rows[-1:]
        if kept != self.tab.rows or (whole and len(held) != len(kept)):
            self.tab.found.break_promise(
                self.tab.name, f"held {len(held)} epochs, the server has {len(self.tab.rows)}, or they differ"
            )
        await self._line.cut(clean=True)

    async def until(self, true: Callable[[], object], otherwise: str) -> None:
        deadline = time.monotonic() + ANSWER_WITHIN_SECS
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(otherwise)
            await asyncio.sleep(0.01)

    async def _act(self) -> None:
        actions = {self._edit_live: 6, self._edit_structure: 2, self._pause_a_little: 3, self._step: 2}
        actions |= {self._restart: 1, self._cut: 3, self._cut_while_asking: 1}
        [act] = self._chance.choices([*actions], weights=[*actions.values()])
        self.tab.found.actions[act.__name__.strip("_")] += 1
        await act()

    async def _edit_live(self) -> None:
        if self._chance.random() < 0.5:
            rate = self._chance.choice([0.01, 0.03, 0.1])
            changes: dict[str, Any] = {"training": {**self.tab.experiment["training"], "learning_rate": rate}}
        else:
            activation = self._chance.choice(["tanh", "relu", "sigmoid", "gelu"])
            changes = {"network": self._network(activation=activation)}
        await self._edit(self.tab.found.control, changes)

    async def _edit_structure(self) -> None:
        """A neuron or a layer more, and half of the time undone."""
        before = self.tab.experiment["network"]
        if self._chance.random() < 0.6:
            await self._edit(self.tab.found.structure, {"network": self._network(units=self._chance.randint(1, 8))})
        else:
            await self._edit(self.tab.found.structure, {"network": self._with_layer()})
        if self._chance.random() < 0.7:
            await asyncio.sleep(self._chance.uniform(0.2, 2.0))
            await self._edit(self.tab.found.structure, {"network": before}, restore=self.tab.stash)

    def _network(self, **fields: Any) -> dict[str, Any]:
        network = self.tab.experiment["network"]
        dense = [layer["id"] for layer in network["layers"] if layer["type"] == "dense"]
        chosen = self._chance.choice(dense)
        changed = [{**layer, **fields} if layer["id"] == chosen else layer for layer in network["layers"]]
        return {**network, "layers": changed}

    def _with_layer(self) -> dict[str, Any]:
        """Another dense layer before the output, or one less where there are many."""
        network = self.tab.experiment["network"]
        inputs, *hidden, output = network["layers"]
        if len(hidden) >= 4:
            hidden = hidden[:-1]
        else:
            hidden = [*hidden, {**hidden[-1], "id": f"more{self._line.fresh_id() % 10**9}"}]
        ids = [layer["id"] for layer in (inputs, *hidden, output)]
        edges = [{**network["edges"][0], "source": a, "target": b} for a, b in pairwise(ids)]
        return {"layers": [inputs, *hidden, output], "edges": edges}

    async def _pause_a_little(self) -> None:
        await self._ask(self.tab.found.control, {"type": "pause"})
        await asyncio.sleep(self._chance.uniform(0.1, 1.0))

    async def _step(self) -> None:
        unit = self._chance.choice(["update", "epoch"])
        await self._ask(self.tab.found.control, {"type": "advance", "unit": unit})

    async def _restart(self) -> None:
        await self._ask(self.tab.found.control, {"type": "restart"})

    async def _cut(self) -> None:
        await self._line.cut(clean=self._chance.random() < 0.3)
        await asyncio.sleep(self._chance.uniform(0.05, 2.0))
        await self._line.open()

    async def _cut_while_asking(self) -> None:
        """The answer is lost with the socket: the same command is sent again, and answered once."""
        number = self._line.fresh_id()
        command = {"type": "pause", "id": number}
        waiting = self.tab.wait_for(number)
        await self._line.send(command)
        await self._line.cut(clean=False)
        await asyncio.sleep(self._chance.uniform(0.05, 1.0))
        await self._line.open()
        await self._line.send(command)
        await self._answered(command, waiting)

    async def _edit(self, times: list[float], changes: dict[str, Any], restore: str | None = None) -> None:
        await self._ask(times, {"type": "edit", "changes": changes, "restore": restore, "label": "soak"})

    async def _ask(self, times: list[float], command: dict[str, Any]) -> None:
        command = {**command, "id": self._line.fresh_id()}
        waiting, began = self.tab.wait_for(command["id"]), time.perf_counter()
        await self._line.send(command)
        if await self._answered(command, waiting):
            times.append(time.perf_counter() - began)

    async def _answered(self, command: dict[str, Any], waiting: asyncio.Future[str]) -> bool:
        try:
            kind = await asyncio.wait_for(waiting, ANSWER_WITHIN_SECS)
        except TimeoutError:
            self.tab.found.break_promise(self.tab.name, f"{command['type']} had no answer within a minute")
            return False
        if kind not in {"accepted", "edited", "snapshot"}:
            self.tab.found.actions[f"refused: {kind}"] += 1
        return kind != "snapshot"
