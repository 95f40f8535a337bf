"""Each figure beside its budget, and why one that is missed is missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Budget(NamedTuple):
    """`read` takes all results; `kept` says whether the figure keeps to the budget."""

    what: str
    budget: str
    read: Callable[[dict[str, Any]], float]
    kept: Callable[[float], bool]
    shown: str = "{:.1f}"
    cause: str = ""


def _faster(than: str, name: str, least: int, cause: str = "", task: str = "spiral 2-8-8-1") -> Budget:
    return Budget(
        f"{task}: times faster than {than}",
        f"≥ {least}",
        lambda results: results["training"][task][name]["times_netloom"],
        lambda found: found >= least,
        "{:.0f}" if least > 10 else "{:.1f}",
        cause,
    )


def _step(what: str, name: str, most: float) -> Budget:
    return Budget(
        what,
        f"≤ {most}",
        lambda results: results["steps"]["2-8-8-1"][name],
        lambda found: found <= most,
        "{:.2f}",
    )


BUDGETS = [
    _step("an update of 2-8-8-1, masked and switched, µs", "update", 2.5),
    _step("the same written out by hand, µs", "by_hand", 1.2),
    _faster("PyTorch, eager", "torch", 100),
    _faster("scikit-learn `MLPClassifier`", "scikit-learn", 50),
    _faster(
        "Keras `fit` (JAX backend)",
        "keras",
        500,
        "the budget was set against the TensorFlow backend at 2,400 µs an update; on JAX Keras compiles its step too",
    ),
    _faster("PyTorch, eager", "torch", 3, task="digits 784-128-10"),
    _faster(
        "Keras `fit` (JAX backend)",
        "keras",
        10,
        "the budget was set against the TensorFlow backend; on JAX Keras compiles the same two matrix products",
        task="digits 784-128-10",
    ),
    Budget(
        "one epoch, its losses and 100 × 100 of every neuron of 2-4-2-1, ms",
        "≤ 0.6",
        lambda results: results["frames"]["epoch_and_frame_ms_2_4_2_1_output_100_neurons_100"],
        lambda found: found <= 0.6,
        "{:.2f}",
        "the maps are computed at the padded width, 17 maps of 10,000 places where 7 are real, so that a neuron more "
        "does not compile; at the sizes that a page asks for see below",
    ),
    Budget(
        "bytes of a frame of the default view",
        "≤ 8,000",
        lambda results: results["frames"]["frame_bytes_2_6_4_1_default_view"],
        lambda found: found <= 8000,
        "{:,.0f}",
        "its header names the run by 26 letters",
    ),
    Budget(
        "an edit that compiles nothing, to the first frame that shows it, p95, ms",
        "≤ 100",
        lambda results: results["edits"]["known"]["p95"],
        lambda found: found <= 100,
        "{:.0f}",
    ),
    Budget(
        "the same for a network that nobody has made before, p95, ms",
        "≤ 1,500",
        lambda results: results["edits"]["never_seen"]["p95"],
        lambda found: found <= 1500,
        "{:,.0f}",
        "its three functions are compiled first: 4 to 6 s of a processor's time",
    ),
    Budget(
        "200 live XOR networks: frame lateness, p99, ms",
        "≤ 150",
        lambda results: results["crowd"]["frame_lateness_ms"]["p99"],
        lambda found: found <= 150,
        "{:,.0f}",
        "a picture with the updates between two of them takes an engine 0.9 ms, so that one core makes 1,150 of the "
        "2,000 a second that are asked for; server and driver share the other",
    ),
    Budget(
        "the same: pause and play to their answers, p99, ms",
        "≤ 250",
        lambda results: results["crowd"]["control_ms"]["p99"],
        lambda found: found <= 250,
        "{:,.0f}",
        "the engine's core is full: see the processors used below",
    ),
    Budget(
        "the same: an engine's memory for each run, MB",
        "≤ 5",
        lambda results: results["crowd"]["mb_per_run"],
        lambda found: found <= 5,
    ),
    Budget(
        "the same: events lost or doubled",
        "0",
        lambda results: len(results["crowd"]["broken"]),
        lambda found: found == 0,
        "{:.0f}",
    ),
    Budget(
        "`netloom serve` to ready, warm cache, s",
        "≤ 5",
        lambda results: results["ready"]["warm_cache_secs"],
        lambda found: found <= 5,
        cause="importing JAX takes 1.3 s of it",
    ),
]


def budget_lines(results: dict[str, Any]) -> list[str]:
    """A table; what was not measured is not in it."""
    lines = ["| | found | budget | |", "| --- | ---: | ---: | --- |"]
    for each in BUDGETS:
        try:
            found = each.read(results)
        except KeyError:
            continue
        verdict = "kept" if each.kept(found) else f"missed{': ' if each.cause else ''}{each.cause}"
        lines.append(f"| {each.what} | {each.shown.format(found)} | {each.budget} | {verdict} |")
    return lines
