"""`make bench`: measures, and writes `results.json` and `results.md` beside itself.

Machines differ and are shared: compare the ratios, which come from one run on one core, and not the seconds.
`python bench/run.py --only edits crowd` renews those parts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from budgets import budget_lines
from contenders import CONTENDERS, MOST_EPOCHS
from cost import cost_lines, draw, measure_cost
from crowd import crowd_lines, measure_crowd
from edits import edit_lines, measure_edits
from frames import measure_frames
from page import measure_page, page_lines
from ready import measure_ready
from soak_report import soak_lines
from step_time import measure_steps
from stolen import Stolen
from training import WITHOUT, installed, measure_solving, measure_training

FOLDER = Path(__file__).parent
LITTLE = 0.01
PACKAGES = ("netloom", "jax", "numpy", "torch", "keras", "scikit-learn")
TITLES = {
    "netloom": "Netloom",
    "c": "a plain loop in C",
    "numpy": "the NumPy script of *Show code*",
    "scikit-learn": "scikit-learn `MLPClassifier.fit`",
    "torch": "PyTorch, eager",
    "keras": "Keras `fit` on its JAX backend",
}
TRAINING = (
    "Each contender alone in a process, in turns, medians of several rounds. Spiral and XOR: 250 points, tanh, SGD,",
    "batches of 10, binary cross-entropy. Digits: 5,000 points of MNIST's shape, ReLU, Adam, batches of 32; there the",
    "engine alone, as a document has at most 16 inputs. Netloom's time holds measuring loss and accuracy after each",
    "epoch.",
)


def machine() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def report(results: dict[str, Any]) -> str:
    return "\n".join(
        [
            "# Measurements",
            "",
            "Made by `make bench`; parts may have been renewed since by `python bench/run.py --only …`. The machine is",
            "shared, so the ratios say more than the seconds.",
            "",
            *_machine_lines(results["machine"]),
            *_stolen_lines(results.get("stolen", {})),
            "",
            "## Budgets",
            "",
            *budget_lines(results),
            "",
            "A class, the page and a crowd have their budgets beside their figures below; a GPU is in `gpu.json`",
            "(`python bench/gpu.py`).",
            "",
            "## One update, CPU time",
            "",
            *_step_lines(results["steps"]),
            "",
            "## Training, one core",
            "",
            *TRAINING,
            "",
            *(line for task, found in results["training"].items() for line in _training_lines(task, found)),
            *_solving_chapter(results),
            *_cost_chapter(results),
            "## Frames",
            "",
            *_frame_lines(results["frames"]),
            "",
            "## Start",
            "",
            *_ready_lines(results["ready"]),
            "",
            *_edits_chapter(results),
            *_crowd_chapter(results),
            *_class_chapter(),
            *_page_chapter(results),
        ]
    )


def _machine_lines(found: dict[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return [
        f"- {found['processor']}, {found['cores']} cores, load {found['load_before']} before it began",
        f"- {found['system']}, Python {found['python']}, {versions}",
    ]


def _stolen_lines(stolen: dict[str, float]) -> list[str]:
    shares = ", ".join(f"{name} {share:.0%}" for name, share in stolen.items() if share >= LITTLE)
    return [f"- of the processors' time other guests of the machine had meanwhile: {shares}"] if shares else []


def _training_lines(task: str, training: Mapping[str, Mapping[str, float]]) -> list[str]:
    fastest, rounds = training["netloom"]["fastest"], training["netloom"]["rounds"]
    columns = "times Netloom's, median | fastest rounds | µs an update (fastest – slowest) | epochs a second"
    lines = [
        f"| {task}, {rounds} rounds | {columns} |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, found in sorted(training.items(), key=lambda item: item[1]["times_netloom"]):
        ratios = f"{found['times_netloom']:,.1f} | {found['fastest'] / fastest:,.1f}"
        spread = f"{found['microseconds_per_update']:,.1f} ({found['fastest']:,.1f} – {found['slowest']:,.1f})"
        lines.append(f"| {TITLES[name]} | {ratios} | {spread} | {found['epochs_per_second']:,.0f} |")
    skipped = [TITLES[name] for name in CONTENDERS if name not in training and name not in WITHOUT.get(task, ())]
    return [*lines, *([f"\nSkipped, not installed: {', '.join(skipped)} (`make parity-deps`)."] if skipped else []), ""]


def _solving_lines(solving: dict[str, dict[str, float]]) -> list[str]:
    """Of a fresh network of each, compiled before."""
    lines = [
        "2-16-16-1 tanh, Adam 0.01, batches of 10 of 250 points, until the loss on 250 others is below 0.05, looked at",
        f"every 10 epochs; medians of {solving['netloom']['networks']:.0f} networks, each with its own start.",
        "2-8-8-1 does not get there reliably.",
        "",
        "| | seconds | epochs |",
        "| --- | ---: | ---: |",
    ]
    for name, found in sorted(solving.items(), key=lambda item: item[1]["seconds"]):
        reached = f"{found['epochs']:,.0f}" if found["epochs"] < MOST_EPOCHS else f"not within {MOST_EPOCHS:,}"
        lines.append(f"| {TITLES[name]} | {found['seconds']:,.2f} | {reached} |")
    return lines


def _step_lines(steps: dict[str, dict[str, float]]) -> list[str]:
    """What `python bench/step_time.py` prints."""
    lines = [
        "Microseconds. Batches of 10; by hand: nothing to tweak, masked or switched, the least that XLA can do.",
        "",
        "| | an update | by hand | mixing an epoch's points | measuring it |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, took in steps.items():
        lines.append(f"| {name} | {took['update']} | {took['by_hand']} | {took['mixing']} | {took['measuring']} |")
    return lines


def _frame_lines(frames: dict[str, float]) -> list[str]:
    largest, large, small = "output_100_neurons_100", "output_100_neurons_60", "default_view"
    return [
        "One epoch, both losses and the frame of it, in one process:",
        "",
        f"- 2-4-2-1, output and neurons 100 × 100: {frames[f'epoch_and_frame_ms_2_4_2_1_{largest}']:.2f} ms",
        f"- 2-4-2-1, output 100 × 100, neurons 60 × 60: {frames[f'epoch_and_frame_ms_2_4_2_1_{large}']:.2f} ms",
        f"- 2-4-2-1, default view: {frames[f'epoch_and_frame_ms_2_4_2_1_{small}']:.2f} ms",
        f"- 2-6-4-1, default view: {frames[f'epoch_and_frame_ms_2_6_4_1_{small}']:.2f} ms",
        "",
        "A frame of the default view (2-6-4-1, output 60 × 60, neurons 20 × 20, weights):",
        f"{frames['frame_bytes_2_6_4_1_default_view']:,} bytes.",
    ]


def _ready_lines(ready: dict[str, float]) -> list[str]:
    return [
        f"- `netloom serve` to ready, programs in the cache: {ready['warm_cache_secs']:.1f} s (median of 3)",
        f"- the very first start, which compiles: {ready['cold_cache_secs']:.1f} s",
    ]


def _solving_chapter(results: dict[str, Any]) -> list[str]:
    found = results.get("solving")
    return ["## Time to solve the spiral", "", *_solving_lines(found), ""] if found else []


def _cost_chapter(results: dict[str, Any]) -> list[str]:
    picture = "Also [as a picture](../docs/cost.svg); `python bench/cost.py` alone."
    return ["## What size costs", "", picture, "", *cost_lines(results["cost"])] if "cost" in results else []


def _crowd_chapter(results: dict[str, Any]) -> list[str]:
    return ["## A crowd", "", *crowd_lines(results["crowd"]), ""] if "crowd" in results else []


def _class_chapter() -> list[str]:
    """What `make soak` last found."""
    path = FOLDER / "soak.json"
    if not path.exists():
        return []
    soak = json.loads(path.read_text())
    size = f"`make soak MINUTES={soak['seconds'] / 60:g}`: {soak['sessions']} learners, {soak['sockets']} sockets,"
    load = f"load {soak['load_before']} before and {soak['load_after']} after, its own included; other guests of the"
    stolen = f"machine had {soak.get('stolen', 0):.0%} of its processors' time."
    return ["## A class", "", size, load, stolen, "", *soak_lines(soak), ""]


def _page_chapter(results: dict[str, Any]) -> list[str]:
    return ["## The page", "", *page_lines(results["page"]), ""] if "page" in results else []


def _edits_chapter(results: dict[str, Any]) -> list[str]:
    return ["## Edits", "", *edit_lines(results["edits"]), ""] if "edits" in results else []


def write(results: dict[str, Any]) -> None:
    (FOLDER / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (FOLDER / "results.md").write_text(report(results))


PARTS: dict[str, Callable[[], Any]] = {
    "machine": machine,
    "steps": measure_steps,
    "training": measure_training,
    "solving": measure_solving,
    "cost": measure_cost,
    "frames": measure_frames,
    "ready": measure_ready,
    "edits": measure_edits,
    "crowd": measure_crowd,
    "page": measure_page,
}


def measure(names: Iterable[str]) -> dict[str, Any]:
    """One part after the other; `stolen`: which share of the processors' time others had meanwhile."""
    found: dict[str, Any] = {"stolen": {}}
    for name in names:
        began, stolen = time.monotonic(), Stolen()
        found[name] = PARTS[name]()
        found["stolen"][name] = stolen.share()
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="renew these parts, and leave the others as they are")
    options = parser.parse_args()
    for name in CONTENDERS:
        if not installed(name):
            print(f"{TITLES[name]} is not installed and is skipped.")
    kept = json.loads((FOLDER / "results.json").read_text()) if options.only else {}
    found = measure(options.only or PARTS)
    results = {**kept, **found, "stolen": {**kept.get("stolen", {}), **found["stolen"]}}
    write(results)
    draw(results["cost"])
    print(report(results))


if __name__ == "__main__":
    main()
