"""The graph of layers, and what makes it one that can run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from pydantic import Field

from netloom.errors import (
    CyclicNetwork,
    Disconnected,
    DuplicateLayer,
    MissingInput,
    UnknownInput,
    WrongOutputs,
)
from netloom.layers import AnyLayer, Dense, Input, Layer, LayerId, Output, Shape
from netloom.record import Record

MAX_LAYERS = 200
MAX_PARAMETERS = 2_000_000


class Edge(Record):
    """Values flow from `source` to `target`."""

    source: LayerId
    target: LayerId


class Network(Record):
    """A directed acyclic graph of layers, from the one input to the one output."""

    layers: tuple[AnyLayer, ...] = Field(max_length=MAX_LAYERS)
    edges: tuple[Edge, ...] = Field(max_length=MAX_LAYERS * 4)

    def layer(self, layer_id: LayerId) -> Layer:
        return next(layer for layer in self.layers if layer.id == layer_id)

    def inputs_of(self, layer_id: LayerId) -> list[LayerId]:
        return [edge.source for edge in self.edges if edge.target == layer_id]

    @property
    def hidden_count(self) -> int:
        """Layers of neurons between input and output; dropout and normalization do not count."""
        return sum(isinstance(layer, Dense) for layer in self.layers)

    @property
    def output(self) -> Output:
        return next(layer for layer in self.layers if isinstance(layer, Output))

    def in_order(self) -> list[Layer]:
        """Every layer after the layers it reads from; ties in the order of `layers`. Raises CyclicNetwork."""
        sorter = TopologicalSorter[LayerId]({layer.id: self.inputs_of(layer.id) for layer in self.layers})
        try:
            return [self.layer(layer_id) for layer_id in sorter.static_order()]
        except CycleError as error:
            raise CyclicNetwork(cycle=list(reversed(error.args[1][1:]))) from None

    def shapes(self, features: int) -> dict[LayerId, Shape]:
        """Each layer's output shape for one example. Raises ShapeMismatch."""
        found: dict[LayerId, Shape] = {}
        for layer in self.in_order():
            found[layer.id] = layer.output_shape(*self._input_shapes(layer, found, features))
        return found

    def input_shapes(self, features: int) -> dict[LayerId, tuple[Shape, ...]]:
        """What each layer reads, in the order of its edges."""
        shapes = self.shapes(features)
        return {layer.id: self._input_shapes(layer, shapes, features) for layer in self.layers}

    def parameter_counts(self, features: int) -> dict[LayerId, int]:
        """Trained numbers by layer; a bias that is switched off does not count."""
        inputs = self.input_shapes(features)
        return {layer.id: sum(_sizes(layer, inputs[layer.id])) for layer in self.layers}

    def check(self, features: int) -> None:
        """Raises an InvalidNetwork that names the layer; allocates nothing."""
        self._check_names()
        self._check_edges()
        self._check_paths()
        self.shapes(features)

    def check_starts(self, features: int) -> None:
        """Whether explicit initial values fit their layers. Raises ShapeMismatch."""
        for layer_id, inputs in self.input_shapes(features).items():
            self.layer(layer_id).check_start(*inputs)

    def _input_shapes(self, layer: Layer, shapes: Mapping[LayerId, Shape], features: int) -> tuple[Shape, ...]:
        if isinstance(layer, Input):
            return ((features,),)
        return tuple(shapes[source] for source in self.inputs_of(layer.id))

    def _check_names(self) -> None:
        seen: set[LayerId] = set()
        for layer in self.layers:
            if layer.id in seen:
                raise DuplicateLayer(layer_id=layer.id)
            seen.add(layer.id)
        for kind in (Input, Output):
            found = [layer.id for layer in self.layers if isinstance(layer, kind)]
            if len(found) != 1:
                name = kind.title.lower()
                raise WrongOutputs(
                    f"A network has exactly one “{name}” layer; this one has {len(found)}.",
                    layer_id=found[1] if found else None,
                )

    def _check_edges(self) -> None:
        ids = {layer.id for layer in self.layers}
        for edge in self.edges:
            if edge.source not in ids or edge.target not in ids:
                known, unknown = (edge.target, edge.source) if edge.source not in ids else (edge.source, edge.target)
                raise UnknownInput(layer_id=known, input_id=unknown)
        self.in_order()
        for layer in self.layers:
            expected = 0 if isinstance(layer, Input) else layer.arity
            found = len(self.inputs_of(layer.id))
            if found != expected:
                raise MissingInput(layer_id=layer.id, expected=expected, found=found)

    def _check_paths(self) -> None:
        useful = set(self._leading_to(self.output.id))
        for layer in self.layers:
            if layer.id not in useful:
                raise Disconnected(layer_id=layer.id)

    def _leading_to(self, layer_id: LayerId) -> Iterator[LayerId]:
        waiting, seen = [layer_id], {layer_id}
        while waiting:
            current = waiting.pop()
            yield current
            fresh = [source for source in self.inputs_of(current) if source not in seen]
            seen.update(fresh)
            waiting.extend(fresh)


def _sizes(layer: Layer, inputs: tuple[Shape, ...]) -> Iterator[int]:
    for name, shape in layer.parameter_shapes(*inputs).items():
        if name == "bias" and not getattr(layer, "bias", True):
            continue
        size = 1
        for length in shape:
            size *= length
        yield size


def chain(*layers: Layer) -> Network:
    """A network that runs through `layers` one after the other, from an `Input` to an `Output`."""
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(layers)]
    return Network.model_validate({"layers": layers, "edges": edges})


def default_network() -> Network:
    """2-6-4-1 tanh, Glorot uniform, sigmoid output: PRODUCT's first minute."""
    return chain(Input(), Dense(id="hidden1", units=6), Dense(id="hidden2", units=4), Output())
