"""How long runs stand still when the engine process that trains them is killed, with a warm spare one standing by.

python bench/takeover.py              one run, and a class of forty
python bench/takeover.py --runs 40    as many
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import tempfile
import time
from pathlib import Path

from netloom.experiment import Experiment, View
from netloom.hosts.messages import Batch
from netloom.hosts.process import ProcessHost
from netloom.layers import Dense
from netloom.network import chain
from netloom.protocol.commands import COMMAND, Watch
from netloom.training import Training

SHAPES = ((4, 2), (8,), (8, 8), (6, 4, 2), (16, 16), (3,), (16, 8), (12, 6, 3))
READY_SECS = 600.0
WATCH = Watch(frames_per_second=10).model_dump(mode="json")


class Watcher:
    """Notes when each run last trained."""

    def __init__(self) -> None:
        self.moved_at: dict[str, float] = {}

    def on_batch(self, batch: Batch) -> None:
        if batch.frame and batch.playing:
            self.moved_at[batch.run] = time.monotonic()

    def on_lost(self, run: str) -> None:
        self.moved_at.pop(run, None)


def document(number: int) -> Experiment:
    first = Experiment()
    entry, *_, output = first.network.layers
    hidden = [Dense(id=f"hidden{place}", units=units) for place, units in enumerate(SHAPES[number % len(SHAPES)])]
    parts = {
        "network": chain(entry, *hidden, output),
        "view": View(speed="20 epochs/s"),
        "training": Training(epoch_limit=1_000_000),
    }
    return first.model_copy(update=parts)


async def takeover(runs: int, cache: str) -> list[float]:
    """Seconds from the kill until each run trains again, sorted."""
    watcher = Watcher()
    host = ProcessHost(workers=1, spares=1, device="cpu", cache=cache)
    await host.start(watcher)
    await asyncio.gather(*(begin(host, f"run{number:023}", document(number)) for number in range(runs)))
    await until_settled(host, watcher, runs)
    killed = time.monotonic()
    os.kill(host.pids()[0], signal.SIGKILL)
    watcher.moved_at.clear()
    first: dict[str, float] = {}
    while len(first) < runs:
        await asyncio.sleep(0.01)
        for run, at in watcher.moved_at.items():
            first.setdefault(run, at - killed)
    await host.close()
    return sorted(first.values())


async def begin(host: ProcessHost, run: str, experiment: Experiment) -> None:
    await host.open(run, owner=run, experiment=experiment.model_dump_json().encode())
    await host.ask(run, "watch", {"watch": WATCH})
    play = COMMAND.validate_python({"type": "play", "id": 1, "run": run})
    await host.ask(run, "command", blob=play.model_dump_json().encode())


async def until_settled(host: ProcessHost, watcher: Watcher, runs: int) -> None:
    """All train, and the spare engine has had time to load what they need."""
    async with asyncio.timeout(READY_SECS):
        while len(watcher.moved_at) < runs:  # noqa: ASYNC110 (frames come from everywhere)
            await asyncio.sleep(0.1)
        await host.spare_prepared()
    await asyncio.sleep(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, nargs="*", default=[1, 40])
    parser.add_argument("--cache", default="", help="a folder of compiled programs that is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netloom-bench-") as folder:
        for runs in options.runs:
            secs = asyncio.run(takeover(runs, options.cache or str(Path(folder, "programs"))))
            print(f"{runs} runs: first {secs[0]:.2f} s, median {statistics.median(secs):.2f} s, last {secs[-1]:.2f} s")


if __name__ == "__main__":
    main()
