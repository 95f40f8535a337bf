"""`python bench/crowd.py`: 200 learners at once, each with a live XOR network of 2-4-2-1 and ten frames a second.

Each now and then pauses and plays; everybody checks what is told (`learner.py`). Server, engines and this driver share
the machine, so what each of them took of the processors stands beside the times. Nothing is compiled ahead meanwhile,
as on a server that has been started before. Also a part of `make bench`; alone it
renews its own part of `results.json` and `results.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from learner import ANSWER_WITHIN_SECS, FRAMES_PER_SECOND, Findings, Learner, Line, Tab
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain
from serving import Serving
from soak_report import spread

FOLDER = Path(__file__).parent
LEARNERS, SECS = 200, 30.0
PAUSES_EVERY_SECS = 10.0
FEW, SETTLED_SECS = 20, 15.0
"""After so many learners and seconds an engine has loaded what it loads ahead."""
AT_ONCE = 20
"""How many open their page at the same time."""


@dataclass
class Crowd:
    """`rates`: frames a second of each learner; `processor`: seconds that each kind of process computed."""

    server: Serving
    secs: float
    found: Findings = field(default_factory=Findings)
    learners: list[Learner] = field(default_factory=list)
    own_lag: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    processor: dict[str, float] = field(default_factory=dict)
    measured_secs: float = 0.0
    mb_per_run: float = 0.0
    """By which an engine grew for each run after the first few."""

    async def run(self, count: int) -> None:
        door = asyncio.Semaphore(AT_ONCE)
        few = min(FEW, count // 2)
        await asyncio.gather(*(self._start(number, door) for number in range(few)))
        await asyncio.sleep(SETTLED_SECS)
        base = self.server.worker_megabytes()
        await asyncio.gather(*(self._start(number, door) for number in range(few, count)))
        self.mb_per_run = (self.server.worker_megabytes() - base) / (count - few)
        await self._measure()
        await asyncio.gather(*(learner.stop() for learner in self.learners))
        for learner in self.learners:
            await learner.check_whole_history()
        self.found.broken += [f"the server's log: {line[:300]}" for line in self.server.troubles()]

    async def _start(self, number: int, door: asyncio.Semaphore) -> None:
        async with door, httpx.AsyncClient(base_url=self.server.url, timeout=ANSWER_WITHIN_SECS) as page:
            await page.get("/api/health")
            answer = await page.post("/api/runs", json=_document(number))
            cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
            tab = Tab(f"learner {number}", answer.json()["run"], self.found)
            learner = Learner(tab, Line(tab, self.server.port, cookie), random.Random(number))
            self.learners.append(learner)
            await learner.start()

    async def _measure(self) -> None:
        """From here on; what the start took does not count."""
        await asyncio.sleep(2)
        self.found.lateness.clear()
        self.found.control.clear()
        self.found.frames = 0
        for learner in self.learners:
            learner.tab.gaps.clear()
        before, began = processor_secs(self.server), time.monotonic()
        itself = asyncio.create_task(self._watch_itself())
        await asyncio.gather(
            *(learner.pause_now_and_then(began + self.secs, PAUSES_EVERY_SECS) for learner in self.learners)
        )
        itself.cancel()
        self.measured_secs = time.monotonic() - began
        after = processor_secs(self.server)
        self.processor = {kind: secs - before.get(kind, 0) for kind, secs in after.items()}
        self.rates = [len(learner.tab.gaps) / max(1.0, sum(learner.tab.gaps)) for learner in self.learners]

    async def _watch_itself(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.05)
            self.own_lag.append(time.perf_counter() - before - 0.05)


def processor_secs(server: Serving) -> dict[str, float]:
    """Of the server, its engines, its compilers and this driver, since each began."""
    found = {"driver": sum(os.times()[:2])}
    for process in server.processes():
        try:
            kind = _kind(process.cmdline())
            found[kind] = found.get(kind, 0.0) + sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return found


def _kind(command: list[str]) -> str:
    if "netloom.hosts.worker" in command:
        return "engines"
    return "compilers" if "netloom.hosts.compiler" in command else "server"


def _document(number: int) -> dict[str, Any]:
    hidden = [Dense(id="hidden1", units=4), Dense(id="hidden2", units=2)]
    return Experiment.model_validate(
        {
            "data": {"source": {"type": "xor"}},
            "network": chain(Input(), *hidden, Output()),
            "seeds": {"weights": number},
            "training": {"epoch_limit": 1_000_000},
        }
    ).model_dump(mode="json")


def measure_crowd(learners: int = LEARNERS, secs: float = SECS, port: int = 0) -> dict[str, Any]:
    """Milliseconds, frames a second, megabytes, processors."""
    load = os.getloadavg()[0]
    with Serving(port, NETLOOM_MAX_RUNS=str(learners + 1), NETLOOM_WARM="0") as server:
        crowd = Crowd(server, secs)
        asyncio.run(crowd.run(learners))
        memory = server.megabytes()
    ordered = sorted(crowd.rates)
    return {
        "load_before": round(load, 1),
        "learners": learners,
        "seconds": round(crowd.measured_secs),
        "frames": crowd.found.frames,
        "frames_per_second": {"median": ordered[len(ordered) // 2], "least": ordered[0], "asked": FRAMES_PER_SECOND},
        "frame_lateness_ms": spread(crowd.found.lateness),
        "control_ms": spread(crowd.found.control),
        "driver_lag_ms": spread(crowd.own_lag),
        "processors": {kind: round(secs / crowd.measured_secs, 2) for kind, secs in crowd.processor.items()},
        "server_mb": round(memory[0]),
        "mb_per_run": round(crowd.mb_per_run, 2),
        "broken": crowd.found.broken,
    }


def crowd_lines(crowd: dict[str, Any]) -> list[str]:
    rate, late, control, lag = (
        crowd[name] for name in ("frames_per_second", "frame_lateness_ms", "control_ms", "driver_lag_ms")
    )
    processors = ", ".join(f"{kind} {share}" for kind, share in crowd["processors"].items())
    return [
        f"{crowd['learners']} live XOR networks (2-4-2-1), {rate['asked']} frames a second asked for each, for",
        f"{crowd['seconds']} s; load {crowd['load_before']} before. Processors used: {processors}.",
        "",
        "| | found | budget |",
        "| --- | ---: | --- |",
        f"| frames a second of each, median (least) | {rate['median']:.1f} ({rate['least']:.1f}) | 10 |",
        f"| frame lateness, p50 · p99 · most | {_three(late)} | p99 ≤ 150 ms |",
        f"| pause and play to answer, p50 · p99 · most | {_three(control)} | p99 ≤ 250 ms |",
        f"| the driver itself late, p50 · p99 · most | {_three(lag)} | in all times above |",
        f"| an engine's memory for each run | {crowd['mb_per_run']:.1f} MB | ≤ 5 MB |",
        f"| lost or doubled events, exceptions, closes | {len(crowd['broken'])} | 0 |",
        *(f"\n{sentence}" for sentence in crowd["broken"][:5]),
    ]


def _three(found: dict[str, float]) -> str:
    return f"{found['p50']:,.0f} · {found['p99']:,.0f} · {found['most']:,.0f} ms" if found else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=LEARNERS)
    parser.add_argument("--seconds", type=float, default=SECS)
    parser.add_argument("--try", action="store_true", dest="only_try", help="print, and leave results.json as it is")
    options = parser.parse_args()
    found = measure_crowd(options.learners, options.seconds)
    print("\n".join(crowd_lines(found)))
    if not options.only_try:
        from run import write

        path = FOLDER / "results.json"
        write({**json.loads(path.read_text()), "crowd": found})


if __name__ == "__main__":
    main()
