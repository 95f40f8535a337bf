"""What training costs against width, depth, batch and number of runs: `python bench/cost.py` draws `docs/cost.svg`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from netloom.engine.device import configure
from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain

PICTURE = Path(__file__).parents[1] / "docs" / "cost.svg"
SLICE_SECS = 0.005
"""As an engine gives to a learner at a time."""
ROUND_SECS, ROUNDS = 0.15, 5
WIDTHS = (8, 16, 32, 64, 128, 256)
DEPTHS = (0, 1, 2, 3, 4, 6, 8, 12)
BATCHES = (1, 2, 5, 10, 20, 50, 100, 250)
RUNS = (1, 2, 5, 10, 20, 50, 100, 200)


def _experiment(hidden: Sequence[int], batch: int = 10) -> Experiment:
    layers = [Dense(id=f"hidden{place}", units=units) for place, units in enumerate(hidden)]
    return Experiment.model_validate(
        {
            "data": {"source": {"type": "spiral"}, "count": 250, "shares": {"train": 100, "validation": 0, "test": 0}},
            "network": chain(Input(), *layers, Output()),
            "training": {"batch_size": batch, "learning_rate": 0.001, "epoch_limit": 10_000_000},
        }
    )


def _updates_per_second(runs: Sequence[Run]) -> float:
    """Of all runs together, in turns on one core; processor time, median of several rounds."""
    for run in runs:
        run.advance(updates=1, budget_secs=0)
    return statistics.median(_one_round(runs) for _ in range(ROUNDS))


def _one_round(runs: Sequence[Run]) -> float:
    done, start, end = 0, time.process_time(), time.process_time() + ROUND_SECS
    while time.process_time() < end:
        for run in runs:
            done += run.advance(budget_secs=SLICE_SECS).updates
    return done / (time.process_time() - start)


def measure_cost() -> dict[str, dict[str, float]]:
    """Microseconds an update, by width of two hidden layers, by hidden layers of 8, by batch of 2-8-8-1; and of all
    together, by number of runs of 2-8-8-1 in one process."""
    configure(None, "cpu")

    def micros(*experiments: Experiment) -> float:
        return round(1e6 / _updates_per_second([Run(one, device="cpu") for one in experiments]), 3)

    return {
        "width": {str(width): micros(_experiment((width, width))) for width in WIDTHS},
        "depth": {str(depth): micros(_experiment((8,) * depth)) for depth in DEPTHS},
        "batch": {str(batch): micros(_experiment((8, 8), batch)) for batch in BATCHES},
        "runs": {str(count): micros(*(_experiment((8, 8)),) * count) for count in RUNS},
    }


TITLES = {
    "width": "neurons in each of two hidden layers",
    "depth": "hidden layers of 8",
    "batch": "points in a mini-batch, 2-8-8-1",
    "runs": "runs of 2-8-8-1 in turns on one core",
}

NOTES = {
    "depth": "Without a hidden layer all trained numbers enter the history after each epoch: so each is a call of its"
    " own, which takes longer than its 25 updates.",
    "width": "Loss and accuracy are measured in these times, after each epoch and each 5 ms.",
}


def draw(cost: dict[str, dict[str, float]], path: Path = PICTURE) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "netloom", "font.family": "sans-serif", "font.size": 10}
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
    for axis, (name, found) in zip(axes.flat, cost.items(), strict=True):
        sizes = [float(size) for size in found]
        axis.plot(sizes, list(found.values()), marker="o", color="#0877bd")
        if name != "depth":
            axis.set_xscale("log", base=2)
        axis.set_xticks(sizes, list(found))
        axis.minorticks_off()
        if max(found.values()) > 20 * min(found.values()):
            axis.set_yscale("log")
        else:
            axis.set_ylim(bottom=0)
        axis.set_xlabel(TITLES[name])
        axis.set_ylabel("µs an update")
        axis.grid(alpha=0.3)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def cost_lines(cost: dict[str, dict[str, float]]) -> list[str]:
    lines: list[str] = []
    for name, found in cost.items():
        lines += [f"| {TITLES[name]} | {' | '.join(found)} |", f"| --- |{' ---: |' * len(found)}"]
        lines += [f"| µs an update | {' | '.join(f'{each:,.2f}' for each in found.values())} |", ""]
        lines += [NOTES[name], ""] if name in NOTES else []
    return lines


if __name__ == "__main__":
    found = measure_cost()
    draw(found)
    print("\n".join(cost_lines(found)))
