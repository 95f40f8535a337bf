"""`make soak MINUTES=60`: many learners at once on a real server, one of whose engine processes is killed half-way.

Every learner checks what it is told (`learner.py`). Ends with status 1 when a promise is broken or a budget missed;
with `--promises-only` a missed budget is told and no failure, as machines differ and are shared.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from learner import ANSWER_WITHIN_SECS, Findings, Learner, Line, Tab
from netloom.experiment import Experiment
from serving import Serving
from soak_report import describe, missed, summary
from stolen import Stolen

WATCHERS = 2
BACK_WITHIN_SECS = 15.0
STARTS_WITHIN_SECS = 5.0
SPEEDS = ("4 epochs/s", "4 epochs/s", "4 epochs/s", "20 epochs/s")


@dataclass
class Soak:
    """One soak, from the first visitor to the last check."""

    server: Serving
    sessions: int
    secs: float
    found: Findings = field(default_factory=Findings)
    learners: list[Learner] = field(default_factory=list)
    watchers: list[Tab] = field(default_factory=list)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds since the start, MB of the server, MB of its engines."""
    back_secs: list[float] = field(default_factory=list)
    own_lag: list[float] = field(default_factory=list)
    """How late this driver itself is woken: part of every time measured here."""
    rates: list[float] = field(default_factory=list)
    """Frames a second of each session while it trains; ten are asked for."""

    async def run(self) -> None:
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            watching = [group.create_task(self._watch_memory(began)), group.create_task(self._watch_itself())]
            watching.append(group.create_task(self._watch_health()))
            await self._all_start()
            await self._live()
            await asyncio.gather(*(self._guarded(learner.check_whole_history(), learner) for learner in self.learners))
            for task in watching:
                task.cancel()
        self.found.broken += [f"the server's log: {line[:300]}" for line in self.server.troubles()]

    async def _all_start(self) -> None:
        chance = random.Random(0)
        within = min(STARTS_WITHIN_SECS, self.secs / 10)
        starts = [self._start(number, chance.uniform(0, within)) for number in range(self.sessions)]
        await asyncio.gather(*starts)

    async def _start(self, number: int, wait_secs: float) -> None:
        await asyncio.sleep(wait_secs)
        chance = random.Random(number)
        async with httpx.AsyncClient(base_url=self.server.url, timeout=ANSWER_WITHIN_SECS) as page:
            self._check(await page.get("/api/health"))
            answer = self._check(await page.post("/api/runs", json=_document(chance)))
            cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
        tab = Tab(f"learner {number}", answer.json()["run"], self.found)
        learner = Learner(tab, Line(tab, self.server.port, cookie), chance)
        self.learners.append(learner)
        await self._guarded(learner.start(), learner)
        if number < WATCHERS:
            watcher = Tab(f"watcher {number}", tab.run, self.found)
            self.watchers.append(watcher)
            await Line(watcher, self.server.port, cookie).open()

    async def _live(self) -> None:
        began = time.monotonic()
        lives = [self._guarded(learner.live(began + self.secs), learner) for learner in self.learners]
        await asyncio.gather(self._kill_half_way(), *lives)
        self.rates = [len(learner.tab.gaps) / max(1.0, sum(learner.tab.gaps)) for learner in self.learners]

    async def _kill_half_way(self) -> None:
        """All only train for a moment; an engine process dies; everybody has to move again."""
        calm_secs = min(5.0, self.secs / 4)
        await asyncio.sleep(self.secs / 2 - calm_secs)
        for learner in self.learners:
            learner.calm.set()
        await asyncio.sleep(calm_secs)
        self.server.kill_working_engine()
        killed = time.monotonic()
        await asyncio.sleep(0.5)  # until those hit have been told so
        await asyncio.gather(*(self._moves_again(learner, killed) for learner in self.learners))
        for learner in self.learners:
            learner.calm.clear()

    async def _moves_again(self, learner: Learner, killed: float) -> None:
        since = time.monotonic()
        while learner.tab.moved_at < since:
            if time.monotonic() - killed > 2 * BACK_WITHIN_SECS:
                self.found.break_promise(learner.tab.name, f"did not move on; its status is {learner.tab.status}")
                return
            await asyncio.sleep(0.02)
        self.back_secs.append(learner.tab.moved_at - killed)
        if self.back_secs[-1] > BACK_WITHIN_SECS:
            self.found.break_promise(learner.tab.name, f"moved on only after {self.back_secs[-1]:.1f} s")

    async def _guarded(self, work: Any, learner: Learner) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 (what ends one learner is a finding, the others go on)
            self.found.break_promise(learner.tab.name, f"ended by {error!r}")

    def _check(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 500:
            self.found.break_promise("HTTP", f"{answer.status_code} from {answer.url.path}")
        return answer

    async def _watch_health(self) -> None:
        async with httpx.AsyncClient(base_url=self.server.url, timeout=ANSWER_WITHIN_SECS) as page:
            while True:
                self._check(await page.get("/api/health"))
                await asyncio.sleep(1)

    async def _watch_memory(self, began: float) -> None:
        while True:
            self.memory.append((time.monotonic() - began, *await asyncio.to_thread(self.server.megabytes)))
            await asyncio.sleep(1)

    async def _watch_itself(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.05)
            self.own_lag.append(time.perf_counter() - before - 0.05)


def _document(chance: random.Random) -> dict[str, Any]:
    """Four point sets and two speeds, at the depth that the first example has."""
    document = Experiment().model_dump(mode="json")
    document["data"]["source"] = {"type": chance.choice(["xor", "circle", "gauss", "spiral"])}
    document["data"]["noise"] = chance.choice([0.0, 0.1, 0.2])
    document["view"]["speed"] = chance.choice(SPEEDS)
    document["seeds"]["weights"] = chance.randrange(1000)
    return document


def main() -> int:
    options = _options()
    load, stolen = os.getloadavg()[0], Stolen()
    with Serving(options.port) as server:
        soak = Soak(server, options.sessions, options.seconds or options.minutes * 60)
        asyncio.run(soak.run())
    loads = {"load_before": round(load, 1), "load_after": round(os.getloadavg()[0], 1), "stolen": stolen.share()}
    results = {**loads, **summary(soak)}
    options.json.write_text(json.dumps(results, indent=2) + "\n")
    print(describe(results))
    return 1 if results["broken"] or (missed(results) and not options.promises_only) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=None, help="instead of minutes")
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--promises-only", action="store_true", help="what is slower than its budget is no failure")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("soak.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
