"""Many XOR networks at once on an accelerator: `python bench/gpu.py`. Writes `gpu.json` beside itself; says so and
ends where JAX finds none."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))

import jax
import numpy as np

from netloom.engine.cohort import Cohort
from netloom.engine.device import configure
from netloom.engine.run import Run
from netloom.experiment import Experiment, Seeds

SIZES = (1, 100, 1000, 10_000)
EPOCHS, ROUNDS = 60, 5
FILE = Path(__file__).parent / "gpu.json"


def experiments(count: int) -> list[Experiment]:
    """The default XOR experiment, each with weights and an order of its own."""
    start = Experiment().model_copy(
        update={"training": Experiment().training.model_copy(update={"epoch_limit": 10**7})}
    )
    return [start.model_copy(update={"seeds": Seeds(weights=seed, order=seed)}) for seed in range(count)]


def cohort_rate(count: int, device: str) -> dict[str, Any]:
    """Epochs a second of each of `count` networks trained together, and how many of them solve XOR by the end."""
    began = time.perf_counter()
    cohort = Cohort(experiments(count), device=device)
    goal = EPOCHS
    result = cohort.advance(10**6, goal)
    jax.block_until_ready(result.numbers)
    ready = time.perf_counter() - began
    times: list[float] = []
    for _ in range(ROUNDS):
        goal += EPOCHS
        start = time.perf_counter()
        result = cohort.advance(10**6, goal)
        jax.block_until_ready(result.numbers)
        times.append(time.perf_counter() - start)
    solved = float((np.asarray(result.numbers)[:, 4] >= 0.97).mean())
    return {
        "networks": count,
        "epochs_per_second_each": round(EPOCHS / median(times), 1),
        "ready_secs": round(ready, 1),
        "solved_share": round(solved, 3),
        "epochs": goal,
    }


def run_rate(device: str) -> float:
    """Epochs a second of one run by itself, as on the page."""
    run = Run(experiments(1)[0], device=device)
    run.advance(until_epoch=10, budget_secs=60)
    start = time.perf_counter()
    run.advance(until_epoch=210, budget_secs=60)
    return round(200 / (time.perf_counter() - start), 1)


def main() -> None:
    configure(None)
    if jax.default_backend() == "cpu":
        print("JAX finds no accelerator here; nothing was measured.")
        return
    card = jax.devices()[0].device_kind
    results: dict[str, Any] = {"card": card, "jax": jax.__version__}
    results["one_run_epochs_per_second"] = {"gpu": run_rate("gpu"), "cpu": run_rate("cpu")}
    results["cohorts"] = []
    for count in SIZES:
        results["cohorts"].append(cohort_rate(count, "gpu"))
        print(card, results["cohorts"][-1], flush=True)
    FILE.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
