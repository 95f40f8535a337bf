"""Which engine of a cluster has which run, and which servers have it open.

All that is asked and told of a run passes through here, in one order, outside of the engines and of the servers that
may be lost. What an engine tells is noted before it is passed on, so that the next engine goes on exactly there.
Knows no Ray: `ray.py` makes an actor of it.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from netloom.errors import EngineLost, UnknownRun
from netloom.hosts import telling
from netloom.hosts.fleet import Cluster, ClusterEngine, Fleet
from netloom.hosts.messages import Answer, Batch, Request, pack, pack_batch, unpack_batch, unpack_request
from netloom.hosts.placed import Asked, Holder, Placed
from netloom.hosts.seats import Seats
from netloom.hosts.trail import Trail

TEND_SECS = 0.5
PAUSED_AFTER_SECS = 20.0
"""A run that no server has open: long enough for its browsers to come back through another one."""
FORGOTTEN_AFTER_SECS = 600.0
MOST_STRIKES = 3
"""A run whose engine ended this many times before it told anything is given up."""
GIVEN_UP = "The engine ended each time it tried this run; change the network or start a new run."


class Directory:
    """`most_engines`: 0 is as many as find a free processor. `clock`: monotonic seconds."""

    def __init__(self, cluster: Cluster, *, most_engines: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.incarnation = secrets.token_hex(8)
        """Another one has forgotten everything."""
        self._clock = clock
        self._seats = Seats(clock)
        self._runs: dict[str, Placed] = {}
        self._fleet = Fleet(cluster, self, most=most_engines)
        self._numbers = itertools.count(secrets.randbits(30) << 32)

    def begin(self) -> None:
        self._fleet.begin()
        self._tending = asyncio.create_task(self._tend())

    def close(self) -> None:
        self._tending.cancel()
        self._fleet.close()

    @property
    def empty_secs(self) -> float:
        """How long no server has been here."""
        since = self._seats.empty_since
        return 0.0 if since is None else self._clock() - since

    # What servers ask

    def join(self, replica: str) -> str:
        """The incarnation. Whoever joins again is a newcomer."""
        self.leave(replica)
        self._seats.take(replica)
        self._tell_health()
        return self.incarnation

    def leave(self, replica: str) -> None:
        self._seats.give_up(replica)
        for run in self._runs.values():
            self._drop(replica, run)

    def ask(self, replica: str, messages: list[bytes]) -> None:
        if self._seats.heard(replica):
            for message in messages:
                self._take(replica, unpack_request(message[4:]))

    async def next(self, replica: str) -> list[bytes] | None:
        """What is new for this server, after waiting for it a while. None: it is not known here and has to join."""
        return await self._seats.next(replica)

    def _take(self, replica: str, request: Request) -> None:
        run = self._runs.get(request.run)
        if request.operation == "open":
            self._open(replica, run, request)
        elif run is None or not run.known_to(replica):
            self._answer(replica, request, telling.problem(UnknownRun(run_id=request.run)))
        elif request.operation == "close":
            self._release(replica, run)
        elif run.carried_out(request):
            self._answer(replica, request)
        elif request.number not in run.asked:
            self._forward(run, Asked(replica, self._for_all(run, replica, request)))

    def _open(self, replica: str, run: Placed | None, request: Request) -> None:
        holder = Holder(request.arguments.get("watch"))
        if run is None:
            run = self._runs[request.run] = Placed(request.run, Trail.of(request))
            run.admit(replica, holder)
            self._count(replica, run, 0)
            run.asked[request.number] = Asked(replica, request)
            self._place(run)
        elif request.arguments.get("heard") == run.told:
            run.admit(replica, holder)
            self._count(replica, run, run.told - 1)
            self._answer(replica, request)
            self._look_again(run)
        else:
            self._show(replica, run, request)

    def _show(self, replica: str, run: Placed, request: Request) -> None:
        """Another server has it open, or had: first all there is to know, then whatever happens."""
        run.coming[replica] = request
        wanted = Request(next(self._numbers), run.name, "snapshot", {"viewer": None})
        self._forward(run, Asked(replica, wanted, for_newcomer=True))

    def _forward(self, run: Placed, asked: Asked) -> None:
        """To its engine, or to the next one, as soon as there is one."""
        if asked.request.number:
            run.asked[asked.request.number] = asked
        if run.engine is not None:
            run.engine.send(asked.request)

    def _for_all(self, run: Placed, replica: str, request: Request) -> Request:
        """What one server's wish means when others have the same run open."""
        holder = run.holders.get(replica, Holder())
        match request.operation:
            case "watch":
                holder.watch = request.arguments["watch"]
                run.looked_last(replica)
                return replace(request, arguments={"watch": run.watch()})
            case "frames":
                holder.frames_wanted = request.arguments["wanted"]
                return replace(request, arguments={"wanted": run.frames_wanted()})
            case "unwatched":
                holder.watch = None
                return request if run.watch() is None else replace(request, operation="checkpoint")
            case _:
                return request

    def _release(self, replica: str, run: Placed) -> None:
        self._drop(replica, run)
        if not run.holders and not run.coming:
            self._forget(run)

    def _drop(self, replica: str, run: Placed) -> None:
        """Its watch and its slowness do not count any more."""
        run.coming.pop(replica, None)
        if run.holders.pop(replica, None) is None:
            return
        if run.holders:
            self._look_again(run)
        else:
            run.alone_since = self._clock()

    def _look_again(self, run: Placed) -> None:
        """Who looks has changed, though nobody asked for it."""
        for operation, arguments in (("watch", {"watch": run.watch()}), ("frames", {"wanted": run.frames_wanted()})):
            self._forward(run, Asked("", Request(0, run.name, operation, arguments)))

    def _forget(self, run: Placed) -> None:
        self._forward(run, Asked("", Request(0, run.name, "close")))
        self._runs.pop(run.name, None)
        run.move_to(None)

    # What engines tell

    def on_told(self, engine: ClusterEngine, message: bytes) -> None:
        batch = unpack_batch(message[4:])
        run = self._runs.get(batch.run)
        if run is None or run.engine is not engine:
            return
        run.note(batch)
        asked = run.settle(batch)
        self._pass_on(run, batch, message, asker=asked.replica if asked else "")
        if asked and asked.for_newcomer:
            self._welcome(run, batch, asked.replica)
        elif asked and batch.answer and batch.answer.error and asked.request.operation == "open":
            self._fail(run, batch.answer.error)

    def _pass_on(self, run: Placed, batch: Batch, message: bytes, asker: str) -> None:
        """Large answers are nothing to the others."""
        large = batch.answer is not None and (batch.blob or batch.answer.snapshot)
        rest = pack_batch(replace(batch, answer=None, blob=b"")) if large else message
        for replica in run.holders:
            self._seats.tell(replica, message if replica == asker else rest, urgent=replica == asker)

    def _welcome(self, run: Placed, batch: Batch, replica: str) -> None:
        opening = run.coming.pop(replica, None)
        if opening is None or batch.answer is None:
            return
        if batch.answer.snapshot is None:
            self._answer(replica, opening, batch.answer.error)
            return
        run.admit(replica, Holder(opening.arguments.get("watch")))
        self._count(replica, run, run.told - 1)
        commands = () if "heard" in opening.arguments else run.commands
        events = telling.anew(batch.answer.snapshot, commands)
        trail = run.trail
        first = Batch(run.name, events, Answer(opening.number), trail.playing, checkpoint=trail.checkpoint)
        self._seats.tell(replica, pack_batch(first))
        self._look_again(run)

    def _count(self, replica: str, run: Placed, told: int) -> None:
        """How many batches of it this server has heard, or need not hear, before the next one."""
        self._seats.tell(replica, pack({"told": told, "run": run.name}))

    def _answer(self, replica: str, request: Request, problem: dict[str, Any] | None = None) -> None:
        if request.number:
            self._seats.tell(replica, pack_batch(Batch(request.run, answer=Answer(request.number, error=problem))))

    def _fail(self, run: Placed, problem: dict[str, Any]) -> None:
        """There is no such run; whoever asked something about it hears why."""
        self._runs.pop(run.name, None)
        run.move_to(None)
        for asked in run.asked.values():
            if not asked.for_newcomer:
                self._answer(asked.replica, asked.request, problem)
        for replica, opening in run.coming.items():
            self._answer(replica, opening, problem)

    # Engines come and go

    def on_engine(self) -> None:
        self._tell_health()
        for run in self._runs.values():
            if run.engine is None:
                self._place(run)

    def on_engine_lost(self, engine: ClusterEngine) -> None:
        self._tell_health()
        for run in [run for run in self._runs.values() if run.engine is engine]:
            run.move_to(None)
            run.strikes += 1
            for replica in run.holders:
                self._seats.tell(replica, pack({"lost": run.name}))
            if run.strikes > MOST_STRIKES:
                self._give_up(run)
            else:
                self._place(run)

    def _place(self, run: Placed) -> None:
        """With the engine that has the fewest; or later, when there is one."""
        engine = self._fleet.least_loaded()
        if engine is None:
            return
        run.move_to(engine)
        if run.trail.checkpoint and not run.opening():
            engine.send(run.reopening())
        for asked in run.asked.values():
            engine.send(asked.request)

    def _give_up(self, run: Placed) -> None:
        """It would take every engine down, one after the other."""
        failed = {"type": "status", "status": "failed", "playing": False, "epoch": 0, "step": 0, "message": GIVEN_UP}
        told = pack_batch(Batch(run.name, [{**failed, "reason": None, "queue_position": None}]))
        for replica in run.holders:
            self._seats.tell(replica, told)
        self._fail(run, telling.problem(EngineLost(GIVEN_UP)))

    def _tell_health(self) -> None:
        engines = self._fleet.engines
        device = engines[0].device if engines else ""
        for replica in self._seats:
            self._seats.tell(replica, pack({"workers": len(engines), "device": device}))

    # What happens by itself

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_SECS)
            self.tend()

    def tend(self) -> None:
        for replica in self._seats.overdue():
            self.leave(replica)
        for run in list(self._runs.values()):
            if run.alone_since is not None and not run.coming:
                self._put_away(run, self._clock() - run.alone_since)

    def _put_away(self, run: Placed, alone_secs: float) -> None:
        if alone_secs > FORGOTTEN_AFTER_SECS:
            self._forget(run)
        elif alone_secs > PAUSED_AFTER_SECS and not run.paused:
            run.paused = True
            self._forward(run, Asked("", Request(0, run.name, "unwatched")))
