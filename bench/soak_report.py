"""What a soak found, beside the budgets of docs/operations.md."""

from __future__ import annotations

from math import inf
from statistics import linear_regression, median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from soak import Soak

LONG_SECS = 1200.0
"""From then on what still grows will not stop."""


def summary(soak: Soak) -> dict[str, Any]:
    """Milliseconds, megabytes, counts."""
    found = soak.found
    return {
        "sessions": soak.sessions,
        "sockets": len(soak.learners) + len(soak.watchers),
        "seconds": round(soak.secs),
        "events": found.events,
        "frames": found.frames,
        "frames_replaced": found.dropped,
        "actions": dict(sorted(found.actions.items())),
        "frames_per_second": {"median": round(median(soak.rates), 1), "least": round(min(soak.rates), 1)},
        "frame_lateness_ms": spread(found.lateness),
        "control_ms": spread(found.control),
        "structure_ms": spread(found.structure),
        "first_epoch_ms": spread(found.first_row),
        "moved_on_after_kill_ms": spread(soak.back_secs),
        "driver_lag_ms": spread(soak.own_lag),
        "server_mb": _memory([(at, server) for at, server, _ in soak.memory]),
        "engines_mb": _memory([(at, engines) for at, _, engines in soak.memory]),
        "broken": found.broken,
    }


def spread(seconds: list[float]) -> dict[str, float]:
    """In milliseconds; empty where nothing was measured."""
    if not seconds:
        return {}
    ordered = sorted(seconds)

    def share(of: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(of * len(ordered)))] * 1e3, 1)

    return {"count": len(ordered), "p50": share(0.5), "p95": share(0.95), "p99": share(0.99), "most": share(1.0)}


def _memory(samples: list[tuple[float, float]]) -> dict[str, float]:
    """The most, the last, and how fast it grew over the last third, in MB a minute."""
    last_third = samples[-max(2, len(samples) // 3) :]
    slope = linear_regression([at / 60 for at, _ in last_third], [size for _, size in last_third]).slope
    most = max(size for _, size in samples)
    return {"most": round(most), "last": round(samples[-1][1]), "growth_per_minute": round(slope, 2)}


def describe(results: dict[str, Any]) -> str:
    broken = [f"BROKEN  {sentence}" for sentence in results["broken"]]
    late = [f"MISSED  {sentence}" for sentence in missed(results)]
    asked = ", ".join(f"{count} × {name}" for name, count in results["actions"].items())
    size = f"{results['sessions']} sessions, {results['sockets']} sockets, {results['seconds']} s"
    return "\n".join(
        [
            f"{size}, load {results['load_before']} before and {results['load_after']} after,",
            f"{results['stolen']:.0%} of the processors' time was taken by other guests of the machine",
            f"{results['events']:,} events, {results['frames']:,} frames; {asked}",
            "",
            *soak_lines(results),
            "",
            *(broken or ["Every promise held."]),
            *late,
        ]
    )


def soak_lines(results: dict[str, Any]) -> list[str]:
    """A table in Markdown."""
    rate, lateness, control = (results[name] for name in ("frames_per_second", "frame_lateness_ms", "control_ms"))
    rows = [
        ("frames a second of a session that trains, median (least)", f"{rate['median']} ({rate['least']})", "≥ 5 each"),
        ("frame lateness, p50 · p99 · most", _three(lateness), "p99 ≤ 150 ms, most ≤ 1000 ms"),
        ("control to answer, p50 · p99 · most", _three(control), "p99 ≤ 250 ms"),
        ("neuron or layer ± to answer, p50 · p99 · most", _three(results["structure_ms"]), "p95 ≤ 1500 ms"),
        (
            "attach and Play to first epoch, p50 · p99 · most",
            _three(results["first_epoch_ms"]),
            "p50 ≤ 15 s",
        ),
        ("engine killed to next epoch, p50 · p99 · most", _three(results["moved_on_after_kill_ms"]), "most ≤ 5 s"),
        ("server memory, most (growth)", _grown(results["server_mb"]), "≤ 250 MB"),
        ("engines' memory, most (growth)", _grown(results["engines_mb"]), "≤ 3000 MB with the spare and the compilers"),
        ("the driver itself late, p50 · p99 · most", _three(results["driver_lag_ms"]), "in all times above"),
        ("lost or doubled events, 5xx, exceptions, closes", f"{len(results['broken'])}", "0"),
    ]
    return ["| | found | budget |", "| --- | ---: | --- |", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]


class Limit(NamedTuple):
    """`found`: the figure; `most`: beyond which it is missed, `least`: below which."""

    what: str
    found: float
    most: float = inf
    least: float = -inf

    @property
    def missed(self) -> bool:
        return not self.least <= self.found <= self.most


def missed(results: dict[str, Any]) -> list[str]:
    """A sentence for each budget that was not kept. On a machine with other work that may be no fault."""
    late, control, first, back = (
        results[name] for name in ("frame_lateness_ms", "control_ms", "first_epoch_ms", "moved_on_after_kill_ms")
    )
    server, engines = results["server_mb"], results["engines_mb"]
    limits = [
        Limit("the least frames a second of a session", results["frames_per_second"]["least"], least=5),
        Limit("frame lateness p99, ms", late.get("p99", 0), 150),
        Limit("frame lateness at most, ms", late.get("most", 0), 1000),
        Limit("control to answer p99, ms", control.get("p99", 0), 250),
        Limit("attach and Play to first epoch p50, ms", first.get("p50", 0), 15_000),
        Limit("attach and Play to first epoch at most, ms", first.get("most", 0), 45_000),
        Limit("engine killed to next epoch at most, ms", back.get("most", 0), 5000),
        Limit("the server's memory, MB", server["most"], 250),
        Limit("all engines' and compilers' memory, MB", engines["most"], 3000),
    ]
    if results["seconds"] >= LONG_SECS:
        hour = 60 * (server["growth_per_minute"] + engines["growth_per_minute"])
        limits.append(
            Limit("memory's growth in an hour, % of what it was", 100 * hour / (server["last"] + engines["last"]), 5)
        )
    return [f"{each.what}: {each.found:,.1f}" for each in limits if each.missed]


def _three(spread: dict[str, float]) -> str:
    return f"{spread['p50']:,.0f} · {spread['p99']:,.0f} · {spread['most']:,.0f} ms" if spread else "–"


def _grown(memory: dict[str, float]) -> str:
    return f"{memory['most']:,} MB ({memory['growth_per_minute']:+.1f} MB a minute)"
