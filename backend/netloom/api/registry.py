"""The runs of this server: opened when somebody looks, saved as they go, put away when nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from netloom.api.limits import check_changes
from netloom.api.visitors import random_name
from netloom.classroom.roles import may, role_of
from netloom.errors import NetloomError, OverLimit, ServerFull, StorageBusy, StorageFull, UnknownRun
from netloom.experiment import Experiment
from netloom.hosts.base import Host, RefusedByEngine
from netloom.hosts.messages import Batch
from netloom.json_bytes import json_bytes
from netloom.protocol.commands import Acknowledge, Command, Edit
from netloom.session.outbox import Outbox
from netloom.session.session import Ask, Session
from netloom.settings import Caps
from netloom.storage.base import Store, StoredRun

PAUSED_AFTER_SECS = 60.0
UNLOADED_AFTER_SECS = 600.0
SAVED_EVERY_SECS = 2.0
ANSWER_SECS = 5.0
MOST_RUNS = 40
"""Of one visitor, held by engines at once."""

DISK_FULL = "the server’s disk is full. Training goes on, and is saved as soon as there is room."
OUT_OF_REACH = "the server cannot reach its storage. Training goes on, and is saved as soon as that is back."

_log = structlog.get_logger()


@dataclass
class Loaded:
    """A run that an engine holds."""

    session: Session
    owner: str
    experiment: bytes
    unsaved: bytes = b""
    """The newest checkpoint that does not lie in the store yet."""
    unsaved_since: float = 0.0
    """When the first one came that does not."""
    ahead: int = 0
    """How many networks are compiled before its own, while it is being opened."""
    unwatched_since: float | None = None
    paused: bool = False
    """Because nobody was watching."""
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)


class Registry:
    """Listens to the host. `most_runs`: held by engines at once; `clock`: monotonic seconds; `now`: UTC."""

    def __init__(
        self,
        host: Host,
        store: Store,
        *,
        caps: Caps,
        most_runs: int,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._host = host
        self._store = store
        self._caps = caps
        self._most_runs = most_runs
        self._clock = clock
        self._now = now
        self._loaded: dict[str, Loaded] = {}
        self._opening: dict[str, asyncio.Task[Loaded]] = {}

    # What the operator sees

    @property
    def held(self) -> frozenset[str]:
        """The runs that engines hold."""
        return frozenset(self._loaded)

    @property
    def checkpoint_age_secs(self) -> float:
        """How long the oldest checkpoint has waited to be stored."""
        since = [loaded.unsaved_since for loaded in self._loaded.values() if loaded.unsaved]
        return self._clock() - min(since) if since else 0.0

    # What the API asks

    async def create(self, owner: str, experiment: Experiment) -> str:
        """Raises what the engine finds wrong with the document; then there is no run."""
        await self._make_room(owner)
        run, now = random_name(), self._now()
        document = experiment.model_dump_json().encode()
        self._admit(run, owner, document)
        try:
            await self._host.open(run, owner=owner, experiment=document)
            await self._store.add_run(StoredRun(run, owner, document, now, now))
        except BaseException:
            self._loaded.pop(run, None)
            # The engine may hold it though the store does not.
            await self._host.release(run)
            raise
        return run

    def ahead(self, owner: str) -> int:
        """How many networks are compiled before that of a run which is being opened for this visitor."""
        return max((loaded.ahead for loaded in self._loaded.values() if loaded.owner == owner), default=0)

    async def open(self, run: str, visitor: str) -> Loaded:
        """The run as it was, from memory or from the store. Raises UnknownRun, also for another visitor's."""
        loaded = self._loaded.get(run)
        if loaded is None or run in self._opening:
            loaded = await self._reopen(run, visitor)
        if role_of(visitor, loaded.owner) != "owner":
            raise UnknownRun(run_id=run)
        return loaded

    async def handle(self, viewer: str, visitor: str, outbox: Outbox, command: Command) -> None:
        """Raises UnknownRun, NotPossible or OverLimit; what the engine refuses is put into the outbox."""
        loaded = self._loaded.get(command.run)
        if loaded is None or command.run in self._opening:
            if isinstance(command, Acknowledge):
                return
            loaded = await self.open(command.run, visitor)
        if not may(role_of(visitor, loaded.owner), command):
            raise UnknownRun(run_id=command.run)
        if isinstance(command, Edit):
            check_changes(command.changes, loaded.experiment, self._caps)
        command_id = None if isinstance(command, Acknowledge) else command.id
        self._ask(loaded.session, outbox, command_id, loaded.session.handle(viewer, outbox, command))
        self._ask(loaded.session, outbox, None, loaded.session.flow())
        self._note_watching(loaded)

    async def carry_out(self, loaded: Loaded, command: Edit) -> None:
        """An edit that came by HTTP; raises what the engine refuses."""
        check_changes(command.changes, loaded.experiment, self._caps)
        await self._host.ask(command.run, "command", blob=command.model_dump_json().encode())

    def leave(self, viewer: str, outbox: Outbox) -> None:
        """The socket has closed."""
        for loaded in self._loaded.values():
            self._ask(loaded.session, outbox, None, [*loaded.session.leave(viewer), *loaded.session.flow()])
            self._note_watching(loaded)

    async def snapshot(self, run: str) -> dict[str, Any]:
        batch = await self._host.ask(run, "snapshot", {"viewer": None})
        assert batch.answer is not None
        assert batch.answer.snapshot is not None
        return batch.answer.snapshot

    async def weights(self, run: str) -> bytes:
        """safetensors."""
        return (await self._host.ask(run, "weights")).blob

    # What the host tells

    def on_batch(self, batch: Batch) -> None:
        loaded = self._loaded.get(batch.run)
        if loaded is None:
            return
        loaded.ahead = batch.ahead or 0
        if batch.ahead is not None:
            return
        for event in batch.events:
            if event["type"] == "edited":
                loaded.experiment = json_bytes(event["experiment"])
        if batch.checkpoint:
            loaded.unsaved_since = loaded.unsaved_since if loaded.unsaved else self._clock()
            loaded.unsaved = batch.checkpoint
        loaded.session.on_batch(batch)
        if batch.frame:
            self._ask(loaded.session, None, None, loaded.session.flow())

    def on_lost(self, run: str) -> None:
        if loaded := self._loaded.get(run):
            loaded.session.on_lost()

    # What happens by itself

    async def look_after(self) -> None:
        """For ever: saves checkpoints in groups, pauses and unloads runs that nobody watches."""
        while True:
            await asyncio.sleep(SAVED_EVERY_SECS)
            await self.tend()

    async def tend(self) -> None:
        await self.save_all()
        await asyncio.gather(*(self._put_away(run, loaded) for run, loaded in list(self._loaded.items())))

    async def _put_away(self, run: str, loaded: Loaded) -> None:
        if loaded.unwatched_since is None or run in self._opening:
            return
        alone = self._clock() - loaded.unwatched_since
        if alone > UNLOADED_AFTER_SECS:
            await self._unload(run, loaded)
        elif alone > PAUSED_AFTER_SECS and not loaded.paused:
            loaded.paused = True
            await self._quietly(run, self._host.ask(run, "unwatched"))

    async def save_all(self) -> None:
        """Storage that cannot be reached is waited for once, not by one run after the other."""
        reached = True
        for run, loaded in list(self._loaded.items()):
            if reached:
                reached = await self._save(run, loaded)
            elif loaded.unsaved:
                self._not_saved(run, loaded, StorageBusy())

    async def close(self) -> None:
        """Every run is saved as it is now."""
        asking = [self._quietly(run, self._host.ask(run, "unwatched")) for run in self._loaded]
        await asyncio.gather(*asking)
        await self.save_all()

    def _admit(self, run: str, owner: str, experiment: bytes) -> Loaded:
        session = Session(run, stream=random_name())
        loaded = self._loaded[run] = Loaded(session, owner, experiment, unwatched_since=self._clock())
        return loaded

    async def _make_room(self, owner: str) -> None:
        """Raises OverLimit when all of the visitor's runs are being watched, ServerFull when all runs are."""
        own = {run: loaded for run, loaded in self._loaded.items() if loaded.owner == owner}
        if len(own) >= MOST_RUNS and not await self._put_one_away(own):
            raise OverLimit(what="Open runs", value=len(own) + 1, limit=MOST_RUNS)
        if len(self._loaded) >= self._most_runs and not await self._put_one_away(self._loaded):
            raise ServerFull(most=self._most_runs)

    async def _put_one_away(self, runs: Mapping[str, Loaded]) -> bool:
        """The one that was left longest ago. False when there is none."""
        left = [
            (loaded.unwatched_since, run)
            for run, loaded in runs.items()
            if loaded.unwatched_since is not None and run not in self._opening
        ]
        for _, run in sorted(left):
            await self._unload(run, self._loaded[run])
            if run not in self._loaded:
                return True
        return False

    async def _reopen(self, run: str, visitor: str) -> Loaded:
        if run not in self._opening:
            if run in self._loaded:
                return self._loaded[run]
            stored = await self._store.run(run)
            if stored is None or role_of(visitor, stored.owner) != "owner":
                raise UnknownRun(run_id=run)
            if run not in self._opening:
                self._opening[run] = asyncio.create_task(self._load(stored))
        return await asyncio.shield(self._opening[run])

    async def _load(self, stored: StoredRun) -> Loaded:
        try:
            await self._make_room(stored.owner)
            loaded = self._admit(stored.id, stored.owner, stored.experiment)
            await self._touch(stored.id)
            checkpoint = await self._store.checkpoint(stored.id)
            await self._open_in_engine(stored, checkpoint)
        except BaseException:
            self._loaded.pop(stored.id, None)
            raise
        finally:
            self._opening.pop(stored.id, None)
        return loaded

    async def _touch(self, run: str) -> None:
        """Raises UnknownRun, as when it has expired in this moment."""
        try:
            found = await self._store.touch([run], self._now())
        except (StorageBusy, StorageFull):
            return  # it can be read all the same, and is touched again within the hour
        if not found:
            raise UnknownRun(run_id=run)

    async def _open_in_engine(self, stored: StoredRun, checkpoint: bytes | None) -> None:
        if checkpoint is not None:
            try:
                await self._host.open(stored.id, owner=stored.owner, checkpoint=checkpoint)
            except RefusedByEngine as error:
                # Saved by another version: the document is what can still be used.
                _log.warning("checkpoint refused", run=stored.id, reason=str(error))
            else:
                return
        await self._host.open(stored.id, owner=stored.owner, experiment=stored.experiment)

    def _ask(self, session: Session, outbox: Outbox | None, command_id: int | None, asks: list[Ask]) -> None:
        for ask in asks:
            asked = self._host.ask(session.run, ask.operation, ask.arguments, ask.blob)
            asked.add_done_callback(partial(_answer, session, outbox, command_id))

    def _note_watching(self, loaded: Loaded) -> None:
        if loaded.session.watched:
            loaded.unwatched_since = None
            loaded.paused = False
        elif loaded.unwatched_since is None:
            loaded.unwatched_since = self._clock()

    async def _save(self, run: str, loaded: Loaded) -> bool:
        """False where the storage cannot be reached at all."""
        async with loaded.saving:
            if not (checkpoint := loaded.unsaved):
                return True
            try:
                await self._store.save(run, checkpoint, loaded.experiment, self._now())
            except Exception as error:  # noqa: BLE001 (whatever it is, training goes on; it is tried again)
                self._not_saved(run, loaded, error)
                return not isinstance(error, StorageBusy)
            loaded.unsaved = b"" if loaded.unsaved is checkpoint else loaded.unsaved
            loaded.unsaved_since = self._clock()
            loaded.session.on_saving(None)
            return True

    def _not_saved(self, run: str, loaded: Loaded, error: Exception) -> None:
        """Said once, however often it is tried."""
        full = isinstance(error, StorageFull)
        if loaded.session.on_saving(DISK_FULL if full else OUT_OF_REACH):
            expected = isinstance(error, NetloomError)
            _log.error("not saved", run=run, reason=str(error), exc_info=None if expected else error)

    async def _unload(self, run: str, loaded: Loaded) -> None:
        await self._quietly(run, self._host.ask(run, "unwatched"))
        await self._save(run, loaded)
        # Another may have put it away meanwhile.
        if not loaded.session.watched and not loaded.unsaved and self._loaded.pop(run, None) is not None:
            await self._host.release(run)

    async def _quietly(self, run: str, asked: asyncio.Future[Batch]) -> None:
        try:
            await asyncio.wait_for(asked, ANSWER_SECS)
        except NetloomError as error:
            _log.warning("run not reached", run=run, reason=str(error))
        except TimeoutError:
            _log.warning("run not reached", run=run, reason=f"its engine has not answered for {ANSWER_SECS:g} seconds")


def _answer(session: Session, outbox: Outbox | None, command_id: int | None, asked: asyncio.Future[Batch]) -> None:
    """The engine has settled what was asked: its refusal is told to who asked."""
    error = None if asked.cancelled() else asked.exception()
    if not isinstance(error, NetloomError | None):
        raise error
    if error is not None and command_id is not None and outbox is not None:
        session.refuse(outbox, command_id, error)
