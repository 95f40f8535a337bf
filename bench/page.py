"""`python bench/page.py`: the page in a real browser on a real server, as a learner meets it.

Also a part of `make bench`; alone it renews its own part of `results.json` and `results.md`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from serving import Serving

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
STATIC = ROOT / "backend" / "netloom" / "static"
REPETITIONS = 5
MOST_TASK_MS = 50


def measure_page(repetitions: int = REPETITIONS, port: int = 0) -> dict[str, Any]:
    """Milliseconds, frames a second, bytes. The server has been started once before: its programs are compiled."""
    load = os.getloadavg()[0]
    chromium = subprocess.run([ROOT / "scripts" / "find_chromium.sh"], capture_output=True, text=True, check=True)
    environment = os.environ | {"CHROMIUM": chromium.stdout.strip()}
    with Serving(port) as server:
        server.stop()
        server.start()
        command = ["node", str(FOLDER / "page.mjs"), server.url, str(repetitions)]
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        troubles = server.troubles()
    if troubles:
        raise RuntimeError(f"the server's log speaks of trouble: {troubles[0]}")
    return {
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "repetitions": repetitions,
        "script_bytes_gzipped": script_bytes(),
        **{name: _summary(found) for name, found in json.loads(answer.stdout).items()},
    }


def script_bytes() -> dict[str, int]:
    """Gzipped JavaScript: what the page names at its start, and all of it with what is loaded later."""
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (STATIC / "assets").glob("*.js")}
    first = (STATIC / "index.html").read_text()
    return {"at_start": sum(size for name, size in sizes.items() if name in first), "all": sum(sizes.values())}


def _summary(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "loading_ms": {name: _spread(times) for name, times in found["loading"].items()},
        "play_ms": {name: _spread(times) for name, times in found["playing"].items()},
        "painting": {speed: _painting(seconds) for speed, seconds in found["painting"].items()},
        "edit_ms": {
            edit: {name: _spread(times) for name, times in times_of.items()}
            for edit, times_of in found["editing"].items()
        },
    }


def _painting(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Medians over the seconds."""
    rates = {name: round(median(seconds[name]), 1) for name in ("changed", "painted", "repaints", "arrived")}
    tasks = [task for task in seconds["longTasks"] if task > MOST_TASK_MS]
    sizes = seconds["frameBytes"] or [0]
    return {**rates, "long_tasks": len(tasks), "longest_task_ms": max(tasks, default=0), "frame_bytes": median(sizes)}


def _spread(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile; of few repetitions that is the slowest."""
    ordered = sorted(times)
    return {"p50": round(median(ordered)), "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))])}


def page_lines(page: dict[str, Any]) -> list[str]:
    """The chapter of `results.md`."""
    names = [name for name in page if isinstance(page[name], dict) and "loading_ms" in page[name]]
    start, whole = (page["script_bytes_gzipped"][name] / 1e3 for name in ("at_start", "all"))
    loads = f"load {page['load_before']} before and {page['load_after']} after, its own included"
    return [
        f"Chromium on a warm server, both on this machine; {loads}.",
        f"{page['repetitions']} repetitions, median (95th percentile) in ms. The first example on a noisy spiral.",
        f"JavaScript, gzipped: {start:.0f} kB to start, {whole:.0f} kB with all that is loaded later.",
        "",
        f"| | {' | '.join(names)} | budget |",
        f"| --- |{' ---: |' * len(names)} --- |",
        *(f"| {title} | {' | '.join(of(page[name]) for name in names)} | {budget} |" for title, of, budget in _ROWS),
    ]


def _time(*path: str) -> Any:
    def read(found: dict[str, Any]) -> str:
        for name in path:
            found = found[name]
        return f"{found['p50']:,} ({found['p95']:,})"

    return read


def _painted(speed: str) -> Any:
    def read(found: dict[str, Any]) -> str:
        seconds = found["painting"][speed]
        return f"{seconds['changed']:.0f} of {seconds['repaints']:.0f}, {seconds['arrived']:.0f} came"

    return read


def _tasks(speed: str) -> Any:
    return lambda found: f"{found['painting'][speed]['long_tasks']} ({found['painting'][speed]['longest_task_ms']:.0f})"


_ROWS = [
    ("page ready to press Play, empty browser cache", _time("loading_ms", "coldPlay"), "≤ 1500"),
    ("page ready to press Play, again", _time("loading_ms", "warmPlay"), "≤ 1500"),
    ("first picture, empty browser cache", _time("loading_ms", "coldPicture"), ""),
    ("first picture, again", _time("loading_ms", "warmPicture"), ""),
    ("Play pressed to first frame that came", _time("play_ms", "arrived"), ""),
    ("Play pressed to first changed picture", _time("play_ms", "changed"), "≤ 200"),
    ("changed pictures a second of repaints, 4 epochs/s", _painted("4 epochs/s"), "≥ 55; slow processor ≥ 20"),
    ("changed pictures a second of repaints, max", _painted("max"), "≥ 55; slow processor ≥ 20"),
    ("tasks over 50 ms in five seconds (longest), 4 epochs/s", _tasks("4 epochs/s"), "0"),
    ("tasks over 50 ms in five seconds (longest), max", _tasks("max"), "0"),
    ("activation changed to first new picture", _time("edit_ms", "activation", "changed"), "p95 ≤ 100"),
    ("a neuron more to first new picture", _time("edit_ms", "a neuron more", "changed"), "p95 ≤ 100"),
    ("a layer dropped in to first new picture", _time("edit_ms", "a layer dropped in", "changed"), "p95 ≤ 100"),
    ("bytes of a frame", lambda found: f"{found['painting']['max']['frame_bytes']:,.0f}", "≤ 8000"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--dry", action="store_true", help="print, and leave the results as they are")
    options = parser.parse_args()
    page = measure_page(options.repetitions, options.port)
    print("\n".join(page_lines(page)))
    if not options.dry:
        from run import write

        write({**json.loads((FOLDER / "results.json").read_text()), "page": page})


if __name__ == "__main__":
    main()
