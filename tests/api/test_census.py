"""Runs that have gone leave nothing behind (L5): everything that a server holds is counted."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Set
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import linear_regression
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import uvicorn

from netloom.api import registry
from netloom.api.application import create_app
from netloom.api.lag import LoopLag
from netloom.api.limits import Window
from netloom.api.serve import uvicorn_config
from netloom.api.visitors import Visitors
from netloom.hosts.base import Host
from netloom.hosts.engine_host import jax_runs
from netloom.hosts.inline import InlineHost
from netloom.hosts.process import ProcessHost
from netloom.settings import Settings
from netloom.storage.sql import SqlStore

HOLDERS = (list, tuple, deque, Mapping, Set)
OF_THE_LAST_SECONDS = (LoopLag, Window)
"""How much these hold says only how busy it was."""
PAGES = 5
"""Of one alone, a server takes no more than twenty sockets in ten seconds."""
SETTLED_WITHIN_SECS = 20
HELD, WARMED_UP, CYCLES = 20, 60, 200
"""Runs that the server holds at once: one more has the first of them put away."""
SLOPE_MB = 0.1
POOLED = 20


def lengths(root: object) -> Counter[str]:
    """Of every container that is reached through Netloom's own objects, by the way there; containers in the same place
    of several objects count together."""
    found, seen = Counter[str](), set[int]()
    waiting = [("", root)]
    while waiting:
        place, thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, OF_THE_LAST_SECONDS):
            continue
        seen.add(id(thing))
        if isinstance(thing, HOLDERS):
            found[place] += len(thing)
            waiting += [(f"{place}[]", each) for each in _inside(thing)]
        elif type(thing).__module__.startswith("netloom."):
            waiting += [(f"{place}.{name}", value) for name, value in getattr(thing, "__dict__", {}).items()]
    return found


def _inside(holder: Iterable[Any]) -> list[Any]:
    return [*holder.keys(), *holder.values()] if isinstance(holder, Mapping) else list(holder)


def living() -> Counter[str]:
    """Objects of Netloom's own classes, by class."""
    gc.collect()
    names = (f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
    return Counter(name for name in names if name.startswith("netloom."))


def of_process() -> Counter[str]:
    return Counter(
        files=psutil.Process().num_fds(),
        tasks=len(asyncio.all_tasks()),
        threads=threading.active_count(),
    )


class House:
    """A whole server inside this process, and pages that visit it."""

    def __init__(self, app: Any, pages: list[Any], make_tab: Any) -> None:
        self._app = app
        self._pages = pages
        self._make_tab = make_tab

    async def open_pools(self) -> None:
        """Threads and connections to the database come as they are needed, up to a number: here all of them."""
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(64)))
        await asyncio.gather(*(self._app.state.store.run("r" * 26) for _ in range(15)))

    async def batch(self, cycles: int) -> None:
        """Afterwards every run is put away."""
        for number in range(cycles):
            await cycle(self._pages[number % PAGES], self._make_tab, number)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry, "UNLOADED_AFTER_SECS", 0.0)
            async with asyncio.timeout(SETTLED_WITHIN_SECS):
                while self._app.state.registry.held:
                    await self._app.state.registry.tend()
                    await asyncio.sleep(0.05)

    async def census(self) -> Counter[str]:
        """With one connection of each page, as HTTP keeps them for a while."""
        await asyncio.gather(*(page.http.get("/api/health") for page in self._pages))
        counted = lengths(vars(self._app.state)["_state"])
        for further in (living(), of_process()):
            counted.update(further)
        return counted

    async def grown_since(self, before: Counter[str]) -> dict[str, tuple[int, int]]:
        """What is there more of, and stays so: what has only not been tidied up yet is waited for."""
        deadline = time.monotonic() + SETTLED_WITHIN_SECS
        while more := _more(before, await self.census()):
            if time.monotonic() > deadline:
                return more
            await asyncio.sleep(0.5)
        return {}


def _more(before: Counter[str], after: Counter[str]) -> dict[str, tuple[int, int]]:
    return {name: (before[name], count) for name, count in after.items() if count > before[name]}


@asynccontextmanager
async def living_in(host: Host, data: Path, page_of: Any, make_tab: Any) -> AsyncGenerator[House]:
    settings = Settings(data=data, host="127.0.0.1", port=0, device="cpu")
    app = create_app(settings, host, SqlStore(data, None), Visitors("key", None, 0))
    config = uvicorn_config(app, settings)
    socket = config.bind_socket()
    port = socket.getsockname()[1]
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[socket]))
    while not server.started:
        await asyncio.sleep(0.05)
        assert not serving.done()
    pages = [page_of(SimpleNamespace(url=f"http://127.0.0.1:{port}", port=port)) for _ in range(PAGES)]
    for page in pages:
        await page.http.get("/api/health")
    try:
        yield House(app, pages, make_tab)
    finally:
        for page in pages:
            await page.http.aclose()
        server.should_exit = True
        await serving


async def cycle(page: Any, make_tab: Any, number: int) -> None:
    """A run is made, trains, is edited, refused something, left, found again and left for good."""
    run = await page.create(view={"speed": "max"})
    network = (await page.http.get(f"/api/runs/{run}/experiment")).json()["network"]
    layers = [{**each, "units": 2 + number % 2} if each["type"] == "dense" else each for each in network["layers"]]
    async with page.tab(run) as tab:
        await tab.answer("play")
        await tab.until(lambda: len(tab.rows) > 3)
        await tab.answer(
            "edit", changes={"training": {"learning_rate": 0.02 + number % 3 / 100}}, label="Learning rate"
        )
        await tab.answer("edit", changes={"network": {**network, "layers": layers}}, label="Neurons")
        refused = await tab.answer("edit", changes={"network": {**network, "edges": []}}, label="No edges")
        assert refused["type"] == "refused"
    async with page.socket() as socket:
        again = make_tab(socket, run)
        again.stream, again.seq, again.rows = tab.stream, tab.seq, tab.rows
        await again.attach(watch={})
        await again.answer("play")
        await again.until(lambda: again.frames)


@pytest.mark.slow
@pytest.mark.parametrize("cycles", [10, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.parametrize("engine", ["process", "inline"])
async def test_l5_after_a_second_batch_of_runs_there_is_no_more_of_anything_than_after_the_first(
    engine: str,
    cycles: int,
    programs: Path,
    tmp_path: Path,
    page_of: Any,
    make_tab: Any,
) -> None:
    """`inline`: what an engine holds is counted too, as it is in this process."""
    host = (
        InlineHost(jax_runs("cpu"))
        if engine == "inline"
        else ProcessHost(workers=1, spares=0, device="cpu", cache=str(programs))
    )
    async with living_in(host, tmp_path, page_of, make_tab) as house:
        await house.open_pools()
        await house.batch(PAGES)
        await house.batch(cycles)
        before = await house.census()

        await house.batch(cycles)
        grown = await house.grown_since(before)

    assert grown == {}
    assert {"tasks", "netloom.api.registry.Registry"} <= set(before)
    assert any(place.endswith("._loaded") for place in before)
    assert engine == "process" or any(place.endswith("._members") for place in before)


def resident_mb(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


@pytest.mark.slow
@pytest.mark.soak
async def test_l5_two_hundred_runs_one_after_the_other_leave_memory_as_it_was(
    make_server: Any, make_page: Any, make_tab: Any
) -> None:
    server = make_server(environment={"NETLOOM_MAX_RUNS": str(HELD)})
    pages = [make_page(server) for _ in range(PAGES)]
    for page in pages:
        await page.http.get("/api/health")
    [worker] = server.workers()
    serving = psutil.Process(server.process.pid)
    samples: list[tuple[float, float]] = []
    for number in range(WARMED_UP):
        await cycle(pages[number % PAGES], make_tab, number)
    before = serving.num_threads(), serving.num_fds()
    for number in range(CYCLES):
        await cycle(pages[number % PAGES], make_tab, number)
        samples.append((resident_mb(server.process.pid), resident_mb(worker)))
    after = serving.num_threads(), serving.num_fds()
    server.stop()

    for sizes in zip(*samples, strict=True):
        slope = linear_regression(range(CYCLES), sizes).slope
        print(f"\n{slope:+.3f} MB a cycle, {sizes[-1]:.0f} MB")  # noqa: T201
        assert slope < SLOPE_MB
    # Pools of threads, and of connections to the database, fill up to a number.
    assert max(now - then for now, then in zip(after, before, strict=True)) < POOLED, (before, after)
