"""What it costs to reach an engine: child processes beside a Ray cluster on this machine, one after the other.

`python bench/hosts.py [--runs 40] [--secs 15]`: that many runs train and are watched at ten frames a second; meanwhile
a small question is asked again and again. Its answer waits for the engine's turn too, so compare the two.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from statistics import quantiles

import psutil

from netloom.experiment import Experiment, View
from netloom.hosts.base import Host
from netloom.hosts.messages import Batch
from netloom.hosts.process import ProcessHost
from netloom.hosts.ray_engine import EngineOptions
from netloom.hosts.replica import ReplicaHost
from netloom.protocol.commands import COMMAND, Watch
from netloom.training import Training

PAUSE_SECS = 0.02


class Count:
    def __init__(self) -> None:
        self.batches = 0
        self.frames = 0

    def on_batch(self, batch: Batch) -> None:
        self.batches += 1
        self.frames += bool(batch.frame)

    def on_lost(self, run: str) -> None:
        raise RuntimeError("An engine was lost while it was measured.")


def by_process(cache: str) -> Host:
    return ProcessHost(workers=1, spares=0, device="cpu", cache=cache)


def by_ray(cache: str) -> Host:
    from netloom.hosts.ray import RayConnection

    return ReplicaHost(RayConnection(EngineOptions("cpu", cache, most=1), "local", cpus=1))


async def measure(make: Callable[[str], Host], cache: str, runs: int, secs: float) -> dict[str, float]:
    """Milliseconds there and back; processor milliseconds for a thousand batches."""
    host, count = make(cache), Count()
    started = time.perf_counter()
    await host.start(count)
    names = [f"{number:026}" for number in range(runs)]
    await asyncio.gather(*(_play(host, name) for name in names))
    ready_secs = time.perf_counter() - started
    await asyncio.sleep(2)
    directory = _directory()
    own, others, batches, frames = time.process_time(), _cpu_secs(directory), count.batches, count.frames
    trips = await _ask(host, names, secs)
    told = (count.batches - batches) / 1000
    cuts = quantiles(trips, n=100)
    found = {
        "frames_a_second": (count.frames - frames) / secs,
        "round_trip_ms_p50": cuts[49] * 1e3,
        "round_trip_ms_p99": cuts[98] * 1e3,
        "server_cpu_ms_1000_batches": (time.process_time() - own) * 1e3 / told,
        "directory_cpu_ms_1000_batches": (_cpu_secs(directory) - others) * 1e3 / told,
        "start_to_all_training_secs": ready_secs,
    }
    await host.close()
    return found


async def _play(host: Host, name: str) -> None:
    document = Experiment(view=View(speed="20 epochs/s"), training=Training(epoch_limit=1_000_000))
    await host.open(name, experiment=document.model_dump_json().encode())
    await host.ask(name, "watch", {"watch": Watch(frames_per_second=10).model_dump(mode="json")})
    command = COMMAND.validate_python({"type": "play", "id": 1, "run": name})
    await host.ask(name, "command", blob=command.model_dump_json().encode())


async def _ask(host: Host, names: list[str], secs: float) -> list[float]:
    trips: list[float] = []
    deadline = time.perf_counter() + secs
    while (start := time.perf_counter()) < deadline:
        await host.ask(names[len(trips) % len(names)], "frames", {"wanted": True})
        trips.append(time.perf_counter() - start)
        await asyncio.sleep(PAUSE_SECS)
    return trips


def _directory() -> list[psutil.Process]:
    """What the engine's batches pass through on their way; nothing where engines are children."""
    own = psutil.Process().children(recursive=True)
    return [process for process in own if "RayDirectory" in " ".join(process.cmdline())]


def _cpu_secs(processes: list[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def lines(results: dict[str, dict[str, float]]) -> list[str]:
    """A table for people."""
    keys = next(iter(results.values())).keys()
    head = ["| | " + " | ".join(results) + " |", "| --- |" + " ---: |" * len(results)]
    return [*head, *(f"| {key.replace('_', ' ')} | {_row(results, key)} |" for key in keys)]


def _row(results: dict[str, dict[str, float]], key: str) -> str:
    return " | ".join(f"{found[key]:,.1f}" for found in results.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--secs", type=float, default=15.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        found = {
            name: asyncio.run(measure(make, cache, options.runs, options.secs))
            for name, make in (("process", by_process), ("Ray", by_ray))
        }
    print(json.dumps(found, indent=2) if options.json else "\n".join(lines(found)))


if __name__ == "__main__":
    main()
