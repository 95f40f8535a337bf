"""Hosts under test: the same suite runs against each."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from safetensors.numpy import load

from netloom.experiment import Experiment
from netloom.hosts.base import Host
from netloom.hosts.engine_host import jax_runs
from netloom.hosts.inline import InlineHost
from netloom.hosts.messages import Batch
from netloom.hosts.process import ProcessHost
from netloom.hosts.ray_engine import EngineOptions
from netloom.hosts.replica import ReplicaHost
from netloom.hosts.shelf import USUAL_CELLS, program_key
from netloom.layers import Dropout
from netloom.network import Network, chain, default_network
from netloom.protocol.commands import COMMAND, Watch
from netloom.protocol.events import OlderRows
from netloom.protocol.older_rows import unpack_rows

RUN = "r" * 26
OTHER = "o" * 26
_ids = count(1)


class Ear:
    """Hears what a host tells, and can wait for it."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.lost: list[str] = []
        self._heard = asyncio.Event()

    def on_batch(self, batch: Batch) -> None:
        self.batches.append(batch)
        self._heard.set()

    def on_lost(self, run: str) -> None:
        self.lost.append(run)

    def events(self, kind: str, run: str = RUN) -> list[dict[str, Any]]:
        return [e for batch in self.batches if batch.run == run for e in batch.events if e["type"] == kind]

    def history(self, run: str = RUN) -> list[dict[str, Any]]:
        """As a page would hold it, by the rules of EV3; a gap is an error."""
        rows: list[dict[str, Any]] = []
        for event in self.events("history", run):
            offset = event["offset"] - 1  # the row of epoch 0 is in the snapshot, which nobody asked for here
            fresh = event["rows"]
            if event["offset"] == 0:
                rows, offset, fresh = [], 0, fresh[1:]
            assert offset <= len(rows), "a gap"
            rows[offset:] = fresh
        return rows

    async def until(self, true: Callable[[], object], secs: float = 30) -> None:
        async with asyncio.timeout(secs):
            while not true():
                self._heard.clear()
                await self._heard.wait()


class Desk:
    """Asks a host, in the protocol's words."""

    def __init__(self, host: Host, ear: Ear) -> None:
        self.host = host
        self.ear = ear

    async def open(self, run: str = RUN, **changes: Any) -> None:
        document = Experiment().model_copy(update=changes)
        await self.host.open(run, experiment=document.model_dump_json().encode())

    async def command(self, kind: str, *, run: str = RUN, **fields: Any) -> Batch:
        parsed = COMMAND.validate_python({"type": kind, "id": next(_ids), "run": run, **fields})
        asked = self.host.ask(run, "command", blob=parsed.model_dump_json().encode())
        return await asyncio.wait_for(asked, 30)

    async def watch(self, run: str = RUN, **fields: Any) -> Batch:
        return await self.host.ask(run, "watch", {"watch": Watch(**fields).model_dump(mode="json")})

    async def snapshot(self, run: str = RUN) -> dict[str, Any]:
        batch = await self.host.ask(run, "snapshot", {"viewer": "test"})
        assert batch.answer is not None
        assert batch.answer.snapshot is not None
        told = batch.answer.snapshot
        packed = unpack_rows(OlderRows.model_validate(told.pop("older"))) if "older" in told else []
        return {**told, "history": [*(vars(row) for row in packed), *told["history"]]}

    async def weights(self, run: str = RUN) -> str:
        """SHA-256 of every trained number."""
        arrays = load((await self.host.ask(run, "weights")).blob)
        return hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest()

    async def until_status(self, *states: str, run: str = RUN, secs: float = 30) -> dict[str, Any]:
        """The newest status, once it is one of these."""
        await self.ear.until(lambda: self.ear.events("status", run)[-1:] and self._state(run) in states, secs)
        return self.ear.events("status", run)[-1]

    def _state(self, run: str) -> str:
        return self.ear.events("status", run)[-1]["status"]


class Compiling:
    """Networks that a server without them in its cache has to compile, on the host's compiler."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def deeper(self, dropouts: int) -> Network:
        *rest, output = default_network().layers
        return chain(*rest, *(Dropout(id=f"extra{n}") for n in range(dropouts)), output)

    def forget(self, dropouts: int) -> str:
        """Its key. As if it had never been compiled; the functions may still lie there, so that the test is quick."""
        key = program_key(Experiment(network=self.deeper(dropouts)), USUAL_CELLS, "cpu")
        (self._programs / "whole" / key).unlink(missing_ok=True)
        return key

    async def compiler_of(self, host: ProcessHost) -> Any:
        """Ready."""
        compilers: Any = host._compilers
        async with asyncio.timeout(300):
            while compilers._child is None:  # noqa: ASYNC110 (a process that is being started tells nobody)
                await asyncio.sleep(0.05)
            await compilers._child.ready.wait()
        return compilers._child

    def edit(self, host: ProcessHost, run: str, network: Network, number: int = 1) -> asyncio.Future[Batch]:
        fields = {"type": "edit", "id": number, "run": run, "changes": {"network": network.model_dump(mode="json")}}
        return host.ask(run, "command", blob=COMMAND.validate_python(fields).model_dump_json().encode())

    def deepen(self, host: ProcessHost, run: str, dropouts: int) -> asyncio.Future[Batch]:
        return self.edit(host, run, self.deeper(dropouts))


def ray_host(address: str, programs: Path) -> ReplicaHost:
    from netloom.hosts.ray import RayConnection  # only once the cluster's settings are made

    return ReplicaHost(RayConnection(EngineOptions("cpu", str(programs)), address))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["inline", "process", "ray"])
async def shared_host(request: pytest.FixtureRequest, programs: Path) -> AsyncIterator[tuple[Host, Ear]]:
    """One for all tests of a file: an engine takes seconds to start."""
    made: Host
    match request.param:
        case "inline":
            made = InlineHost(jax_runs("cpu"))
        case "process":
            made = ProcessHost(workers=1, spares=0, device="cpu", cache=str(programs))
        case _:
            made = ray_host(request.getfixturevalue("ray_nodes").address, programs)
    ear = Ear()
    await made.start(ear)
    yield made, ear
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared_host: tuple[Host, Ear]) -> AsyncIterator[Desk]:
    host, ear = shared_host
    yield Desk(host, ear)
    for run in (RUN, OTHER):
        await host.release(run)
    ear.batches.clear()
    ear.lost.clear()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest_asyncio.fixture
async def process_host(ear: Ear, programs: Path) -> AsyncIterator[ProcessHost]:
    made = ProcessHost(workers=1, spares=1, device="cpu", cache=str(programs))
    await made.start(ear)
    yield made
    await made.close()


@pytest.fixture(scope="session")
def programs(pytestconfig: pytest.Config) -> Path:
    """Compiled programs, kept between test runs."""
    cache = pytestconfig.cache
    assert cache is not None
    return cache.mkdir("programs")


@pytest.fixture
def compiling(programs: Path) -> Compiling:
    return Compiling(programs)


@pytest_asyncio.fixture
async def compiling_host(ear: Ear, programs: Path) -> AsyncIterator[ProcessHost]:
    """One engine, with its compiler beside it."""
    made = ProcessHost(workers=1, spares=0, device="cpu", cache=str(programs))
    await made.start(ear)
    await made.ready()
    yield made
    await made.close()


@pytest.fixture
def process_desk(process_host: ProcessHost, ear: Ear) -> Desk:
    return Desk(process_host, ear)


@pytest.fixture(scope="session")
def make_desk() -> Callable[..., Desk]:
    """For hosts that a test makes by itself."""
    return lambda host, ear=None: Desk(host, ear or Ear())


@pytest.fixture
def on_ray() -> Callable[[str, Path], ReplicaHost]:
    return ray_host


@pytest.fixture
def patience() -> float:
    """How much longer than on a quiet machine something may take here: what others compute at the same time."""
    return 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="session")
def make_ear() -> type[Ear]:
    """For hosts that a test makes by itself."""
    return Ear
