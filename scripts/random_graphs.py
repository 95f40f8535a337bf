"""Networks, most of them broken, with what the server says of each: `random_graphs.py COUNT [SEED]` prints JSON.

The page's own validator is held to these verdicts: `frontend/src/core/validate.agreement.test.ts`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import orjson
from pydantic import ValidationError

from netloom.api.limits import check_layers
from netloom.cost import Bounds, check_cost, cost_of
from netloom.errors import (
    CyclicNetwork,
    Disconnected,
    DuplicateLayer,
    MissingInput,
    NetloomError,
    OverLimit,
    ShapeMismatch,
    UnknownInput,
    WrongOutputs,
)
from netloom.experiment import Experiment
from netloom.network import Network
from netloom.problems import first_problem
from netloom.settings import Caps

Graph = dict[str, Any]
KINDS: dict[type[NetloomError], str] = {
    DuplicateLayer: "duplicate",
    WrongOutputs: "ends",
    UnknownInput: "unknown input",
    CyclicNetwork: "cycle",
    MissingInput: "arity",
    Disconnected: "disconnected",
    ShapeMismatch: "shape",
    OverLimit: "limit",
}
BAD_FIELDS: list[tuple[str, Any]] = [
    ("units", 0),
    ("units", -3),
    ("units", 257),
    ("units", 10**9),
    ("units", 2**63),
    ("units", 1.5),
    ("units", "many"),
    ("units", None),
    ("rate", 0.95),
    ("rate", -0.1),
    ("type", "conv"),
    ("type", "__proto__"),
    ("type", None),
    ("id", "__proto__"),
    ("id", "Capital"),
    ("id", ""),
    ("id", "x" * 33),
    ("id", 7),
    ("activation", "constructor"),
    ("slope", 2),
    ("epsilon", 0),
    ("bias", None),
    ("initial", {"weight": 3}),
    ("more", 1),
]


def chain(rng: random.Random) -> Graph:
    """One that can run."""
    layers: list[Any] = [{"type": "input", "id": "input"}]
    for place in range(rng.choice([0, 1, 2, 3, 4, 6])):
        kind = rng.choice(["dense", "dense", "dense", "dropout", "batch_norm", "layer_norm"])
        sized = {"units": rng.randint(1, 20)} if kind == "dense" else {}
        layers.append({"type": kind, "id": f"layer{place}", **sized})
    layers.append({"type": "output", "id": "output", "units": 1})
    rng.shuffle(order := list(range(len(layers))))
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(layers)]
    return {"layers": [layers[place] for place in order], "edges": edges}


def some_id(graph: Graph, rng: random.Random) -> Any:
    layer = rng.choice(graph["layers"] or [{}])
    return layer.get("id", "nobody")


def bad_field(graph: Graph, rng: random.Random) -> None:
    if graph["layers"]:
        name, value = rng.choice(BAD_FIELDS)
        rng.choice(graph["layers"])[name] = value


def lost_field(graph: Graph, rng: random.Random) -> None:
    if graph["layers"]:
        rng.choice(graph["layers"]).pop(rng.choice(["type", "id", "units"]), None)


def same_name(graph: Graph, rng: random.Random) -> None:
    if graph["layers"]:
        rng.choice(graph["layers"])["id"] = some_id(graph, rng)


def lost_layer(graph: Graph, rng: random.Random) -> None:
    if graph["layers"]:
        del graph["layers"][rng.randrange(len(graph["layers"]))]


def one_more(graph: Graph, rng: random.Random) -> None:
    kind = rng.choice(["input", "output", "dense", "dropout"])
    graph["layers"].append({"type": kind, "id": f"more{rng.randint(0, 2)}"})


def lost_edge(graph: Graph, rng: random.Random) -> None:
    if graph["edges"]:
        del graph["edges"][rng.randrange(len(graph["edges"]))]


def new_edge(graph: Graph, rng: random.Random) -> None:
    """Also to itself, backwards, or the same once more."""
    graph["edges"].append({"source": some_id(graph, rng), "target": some_id(graph, rng)})


def turned_edge(graph: Graph, rng: random.Random) -> None:
    if graph["edges"]:
        end = rng.choice(["source", "target"])
        rng.choice(graph["edges"])[end] = rng.choice([some_id(graph, rng), "ghost"])


def bad_edge(graph: Graph, rng: random.Random) -> None:
    graph["edges"].append(rng.choice([{"source": "input"}, {}, None, {"source": 1, "target": "output"}, "edge"]))


def given_start(graph: Graph, rng: random.Random) -> None:
    rows, columns = rng.randint(0, 3), rng.randint(1, 4)
    weight = [[0.5] * (columns + (rng.random() < 0.1)) for _ in range(rows)]
    initial = {"weight": rng.choice([weight, None]), "bias": rng.choice([[0.1] * columns, None])}
    for layer in graph["layers"]:
        if layer.get("type") in {"dense", "output"} and rng.random() < 0.5:
            layer["initial"] = initial
            if layer["type"] == "dense" and rng.random() < 0.7:
                layer["units"] = columns


def very_deep(graph: Graph, rng: random.Random) -> None:
    """Dense layers before the output, up to more than there may be of anything."""
    count, units = rng.choice([(10, 4), (13, 4), (13, 256), (40, 256), (198, 2), (250, 1)])
    ends = [edge for edge in graph["edges"] if edge["target"] == "output"]
    if rng.random() < 0.7 or not ends:
        return
    names = [f"deep{place}" for place in range(count)]
    graph["layers"] += [{"type": "dense", "id": name, "units": units} for name in names]
    ends[0]["target"] = names[0]
    graph["edges"] += [{"source": a, "target": b} for a, b in zip(names, [*names[1:], "output"], strict=True)]


BREAKS: list[Callable[[Graph, random.Random], None]] = [
    bad_field,
    lost_field,
    same_name,
    lost_layer,
    one_more,
    lost_edge,
    new_edge,
    turned_edge,
    bad_edge,
    given_start,
    given_start,
    very_deep,
]


def a_graph(rng: random.Random) -> Graph:
    """In one of four cases as it should be."""
    graph = chain(rng)
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 2, 3])):
        try:
            rng.choice(BREAKS)(graph, rng)
        except (TypeError, AttributeError, KeyError):  # there is nothing left to break here
            continue
    return graph


def verdict(graph: Graph, features: int) -> dict[str, Any]:
    """`kind`: null when it can run; `layers`: the ids of which one is to be named."""
    text = orjson.dumps(graph)
    try:
        network = Network.model_validate_json(text)
        network.check(features)
        check_cost(cost_of(network, features=features, points=2, batch=1), network, features, Bounds())
        network.check_starts(features)
        check_layers(network, Caps())
    except ValidationError as error:
        return {"kind": "field", "layers": [first_problem(error, text).layer_id], "message": None}
    except CyclicNetwork:
        return {"kind": "cycle", "layers": on_a_cycle(graph), "message": None}
    except NetloomError as error:
        return {"kind": KINDS[type(error)], "layers": [error.layer_id], "message": str(error)}
    return {"kind": None, "layers": [], "message": None}


def on_a_cycle(graph: Graph) -> list[str]:
    """Every layer that leads back to itself."""
    after: dict[str, set[str]] = {}
    for edge in graph["edges"]:
        after.setdefault(edge["source"], set()).add(edge["target"])
    return sorted(name for name in after if name in _reached(after, name))


def _reached(after: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(after[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += after.get(name, ())
    return found


def main(count: int, seed: int = 1) -> None:
    rng = random.Random(seed)
    cases: list[dict[str, Any]] = []
    for _ in range(count):
        graph, features = a_graph(rng), rng.randint(1, 4)
        cases.append({"network": graph, "features": features, **verdict(graph, features)})
    caps = Caps()
    limits = {"layers": caps.layers, "neurons": caps.neurons, "parameters": caps.parameters, "points": caps.points}
    told = {"schema": Experiment.model_json_schema(), "limits": limits, "cases": cases}
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
