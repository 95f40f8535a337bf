"""From an edit sent to the first frame that shows it, on a real server on which others train.

    python bench/edits.py [--edits 200] [--others 8] [--data-only]

An edit of what a program takes as data, or one that leads to a network that was prepared ahead, must compile nothing;
a network that nobody has made before is compiled while the one before it trains on. Times are the learner's: over the
socket, the answer read, the frame read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from learner import ANSWER_WITHIN_SECS, Findings, Learner, Line, Tab
from netloom.experiment import Experiment
from serving import Serving

EDITS = 200
OTHERS = 8
NEVER_SEEN = "never-seen network"
WARM_WITHIN_SECS = 900.0
Document = dict[str, Any]


@dataclass
class Taken:
    """What became of the edits. Seconds, by kind of edit."""

    answered: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    compiled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many programs lie in the server's cache that were not there before an edit of that kind."""
    broken: list[str] = field(default_factory=list)


def measure_edits(edits: int = EDITS, others: int = OTHERS, *, data_only: bool = False) -> dict[str, Any]:
    """`data_only`: nothing but what is data to the first network's program, on a server that prepares nothing ahead."""
    with Serving() as server:
        taken = asyncio.run(_Session(server, edits, others, data_only).run())
        return {"edits": edits, "others": others, **summary(taken), "broken": taken.broken + server.troubles()}


def summary(taken: Taken) -> dict[str, Any]:
    """Milliseconds."""
    known = [secs for kind, times in taken.shown.items() if kind != NEVER_SEEN for secs in times]
    return {
        "known": _spread(known),
        "never_seen": _spread(taken.shown[NEVER_SEEN]),
        "compiled_by_known": sum(count for kind, count in taken.compiled.items() if kind != NEVER_SEEN),
        "kinds": {
            kind: {**_spread(taken.shown[kind]), "answered_p95": _spread(taken.answered[kind])["p95"]}
            for kind in sorted(taken.answered)
        },
    }


def _spread(secs: list[float]) -> dict[str, float]:
    if not secs:
        return {"count": 0}
    p50, p95 = np.percentile(secs, [50, 95])
    return {"count": len(secs), **{k: round(float(v) * 1e3, 1) for k, v in (("p50", p50), ("p95", p95))}} | {
        "max": round(max(secs) * 1e3, 1)
    }


def edit_lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{found['edits']} random edits of one learner while {found['others']} others train, from the edit sent to the",
        "first frame that shows it. Milliseconds.",
        "",
        "| | edits | median | p95 | longest | answered, p95 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, times in found["kinds"].items():
        numbers = " | ".join(f"{times[name]:,.0f}" for name in ("count", "p50", "p95", "max", "answered_p95"))
        lines.append(f"| {kind} | {numbers} |")
    return lines


class _Session:
    """One editing learner and the others."""

    def __init__(self, server: Serving, edits: int, others: int, data_only: bool) -> None:
        self._server, self._edits, self._others, self._data_only = server, edits, others, data_only
        self._chance = random.Random(0)
        self._taken = Taken()
        self._found = Findings()

    async def run(self) -> Taken:
        if not self._data_only:
            await self._warmed()
        for number in range(self._others):
            await (await self._join(f"learner {number}")).start()
        editor = await self._join("editor")
        await editor.start()
        for kind, change in self._plan():
            await asyncio.sleep(self._chance.uniform(0.1, 0.5))
            await editor.go_on()
            await self._edit(editor, kind, change(self._chance, editor.tab.experiment))
        self._taken.broken += self._found.broken
        return self._taken

    def _plan(self) -> Iterator[tuple[str, Callable[[random.Random, Document], Document]]]:
        """A network nobody has made before every ninth time, and back from it."""
        unseen = never_seen(self._chance)
        data = [kind for kind in KNOWN if kind != "depth"]
        for number in range(self._edits):
            if self._data_only:
                kind = data[number % len(data)]
                yield kind, KNOWN[kind]
            elif number % 9 == 8:
                network = next(unseen)
                yield NEVER_SEEN, lambda _, document, network=network: {"network": network}
            elif number % 9 == 0:
                yield "depth", KNOWN["depth"]
            else:
                kind = self._chance.choice(list(KNOWN))
                yield kind, KNOWN[kind]

    async def _edit(self, editor: Learner, kind: str, changes: Document) -> None:
        tab, programs = editor.tab, self._server.programs()
        tab.edited_at = tab.shown_at = None
        began = time.perf_counter()
        await editor.edit(changes)
        if tab.edited_at is None:
            self._taken.broken.append(f"an edit of the {kind} was refused: {changes}")
            return
        await editor.until(lambda: tab.shown_at, "no frame came after an edit")
        assert tab.shown_at is not None
        self._taken.answered[kind].append(tab.edited_at - began)
        self._taken.shown[kind].append(tab.shown_at - began)
        self._taken.compiled[kind] += self._server.programs() - programs

    async def _join(self, name: str) -> Learner:
        async with httpx.AsyncClient(base_url=self._server.url, timeout=ANSWER_WITHIN_SECS) as page:
            answer = await page.post("/api/runs", json=_start(self._chance))
            cookie = "; ".join(f"{key}={value}" for key, value in page.cookies.items())
        tab = Tab(name, answer.json()["run"], self._found)
        return Learner(tab, Line(tab, self._server.port, cookie), random.Random(name))

    async def _warmed(self) -> None:
        """What newcomers are likely to need is compiled at the first start, and this folder is new."""
        deadline = time.monotonic() + WARM_WITHIN_SECS
        async with httpx.AsyncClient(base_url=self._server.url, timeout=ANSWER_WITHIN_SECS) as page:
            while time.monotonic() < deadline:
                health = (await page.get("/api/health")).json()
                if health["to_warm"] and health["warmed"] == health["to_warm"]:
                    return
                await asyncio.sleep(0.5)
        raise TimeoutError("what newcomers need was not compiled in time")


def _start(chance: random.Random) -> Document:
    document = Experiment().model_dump(mode="json")
    document["seeds"]["weights"] = chance.randrange(1000)
    document["training"]["epoch_limit"] = 1_000_000
    return document


# Edits


def _layers(document: Document, **fields: Any) -> Document:
    """One hidden layer changed, or the output where there is none."""
    network = document["network"]
    hidden = [layer["id"] for layer in network["layers"] if layer["type"] == "dense"]
    layers = [{**layer, **fields} if layer["id"] in hidden[:1] else layer for layer in network["layers"]]
    return {"network": {**network, "layers": layers}}


def _hidden(document: Document, widths: list[int]) -> Document:
    """The same inputs and output with other layers between; those that stay keep their names."""
    entry, *_, output = document["network"]["layers"]
    like = {**Experiment().model_dump(mode="json")["network"]["layers"][1]}
    hidden = [{**like, "id": f"hidden{place}", "units": units} for place, units in enumerate(widths, start=1)]
    layers = [entry, *hidden, output]
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(layers)]
    return {"layers": layers, "edges": edges}


def _width(chance: random.Random, document: Document) -> Document:
    return _layers(document, units=chance.randint(1, 8))


def _activation(chance: random.Random, document: Document) -> Document:
    return _layers(document, activation=chance.choice(["tanh", "relu", "sigmoid", "gelu", "elu", "sine"]))


def _depth(chance: random.Random, document: Document) -> Document:
    return {"network": _hidden(document, [chance.randint(1, 8) for _ in range(chance.randint(0, 6))])}


def _training(**choices: list[Any]) -> Callable[[random.Random, Document], Document]:
    def change(chance: random.Random, document: Document) -> Document:
        chosen = {name: chance.choice(values) for name, values in choices.items()}
        return {"training": {**document["training"], **chosen}}

    return change


def _data(chance: random.Random, document: Document) -> Document:
    source = {"type": chance.choice(["xor", "circle", "gauss", "spiral", "moons"])}
    count, noise = chance.randint(100, 250), chance.choice([0.0, 0.1, 0.2])
    return {"data": {**document["data"], "source": source, "count": count, "noise": noise}}


def _points(chance: random.Random, document: Document) -> Document:
    """The learner's own, as after a stroke of the brush."""
    items = [
        {"x": [chance.uniform(-5, 5), chance.uniform(-5, 5)], "target": chance.randint(0, 1)}
        for _ in range(chance.randint(100, 250))
    ]
    source = {"type": "points", "items": items}
    return {"data": {**document["data"], "source": source}}


def _seeds(chance: random.Random, document: Document) -> Document:
    return {"seeds": {**document["seeds"], chance.choice(["weights", "data", "order"]): chance.randrange(1000)}}


KNOWN: dict[str, Callable[[random.Random, Document], Document]] = {
    "width": _width,
    "activation": _activation,
    "depth": _depth,
    "optimizer": _training(optimizer=[{"type": name} for name in ("sgd", "momentum", "adam", "rmsprop", "lion")]),
    "loss": _training(loss=[{"type": name} for name in ("binary_cross_entropy", "mse", "half_mse", "mae", "hinge")]),
    "rates": _training(learning_rate=[0.003, 0.01, 0.03, 0.1], l2=[0.0, 0.001], l1=[0.0, 0.001]),
    "batch size": _training(batch_size=list(range(2, 17))),
    "data": _data,
    "points": _points,
    "seed": _seeds,
}
"""What must compile nothing."""


def never_seen(chance: random.Random) -> Iterator[Document]:
    """Networks of one to four layers of 9 to 64 neurons, no two of which can share a program, nor can any of them with
    what is prepared ahead."""
    document = Experiment().model_dump(mode="json")
    seen: set[tuple[int, ...]] = {(16,), (8, 16), (16, 8), (16, 16)}
    while True:
        widths = [chance.randint(3, 64) for _ in range(chance.randint(1, 4))]
        padded = tuple(max(8, 1 << (width - 1).bit_length()) for width in widths)
        if max(padded) > 8 and padded not in seen:
            seen.add(padded)
            yield _hidden(document, widths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--others", type=int, default=OTHERS)
    parser.add_argument("--data-only", action="store_true", help="leave out what has to be prepared ahead or compiled")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    found = measure_edits(options.edits, options.others, data_only=options.data_only)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    print("\n".join(edit_lines(found)))
    for sentence in found["broken"]:
        print(sentence)


if __name__ == "__main__":
    main()
