"""What of an experiment is compiled in: two experiments of one structure share a program."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from netloom.experiment import Experiment
from netloom.layers import LAYERS, Layer, Shape

WIDTHS = (8, 16, 32, 64, 128, 256)
FEATURES = (1, 2, 4, 8, 16)
ROWS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 5120)
CAPACITIES = (64, 256, 512, 1024, 2048, 5120)
ONE_FUNCTION_AT_MOST = 32
"""The widest layer up to which a program that is one function beats one that calls a library's matrix product."""

_KINDS: dict[str, type[Layer]] = {kind.model_fields["type"].default: kind for kind in LAYERS}


class Step(NamedTuple):
    """One layer in the order of computation. `sources`: places of the layers it reads from; `width`: padded."""

    kind: str
    sources: tuple[int, ...]
    width: int


class Structure(NamedTuple):
    """`features`, `batch` and `capacity` are padded; `outputs` is exact: softmax would see padding."""

    steps: tuple[Step, ...]
    features: int
    outputs: int
    batch: int
    capacity: int

    @property
    def small(self) -> bool:
        """Whether its programs are made into one function each (docs/adr/0011)."""
        return all(step.width <= ONE_FUNCTION_AT_MOST for step in self.steps)

    def specimens(self) -> list[Layer]:
        """A padded layer of each kind: its `apply` is the one that is traced."""
        return [_specimen(step, place) for place, step in enumerate(self.steps)]

    def input_shapes(self) -> list[tuple[Shape, ...]]:
        """What each padded layer reads."""
        return [
            tuple((self.steps[source].width,) for source in step.sources) or ((self.features,),) for step in self.steps
        ]


def structure_of(experiment: Experiment, *, points: int, train: int) -> Structure:
    """Depends on the document alone, never on what happens to be compiled. `points`: how many the document makes;
    `train`: how many of them are trained on."""
    network = experiment.network
    order = network.in_order()
    places = {layer.id: place for place, layer in enumerate(order)}
    features = bucket(len(experiment.data.features), FEATURES)
    steps: list[Step] = []
    for layer in order:
        sources = tuple(places[source] for source in network.inputs_of(layer.id))
        steps.append(Step(_kind(layer), sources, _padded_width(layer, steps, sources, features)))
    return Structure(
        steps=tuple(steps),
        features=features,
        outputs=network.output.units,
        batch=bucket(batch_size(experiment, train), ROWS),
        capacity=bucket(points, CAPACITIES),
    )


def batch_size(experiment: Experiment, train: int) -> int:
    """How many points one update takes."""
    size = experiment.training.batch_size
    return train if size == "all" else min(size, train)


def bucket(size: int, buckets: tuple[int, ...]) -> int:
    """The smallest bucket that holds `size`."""
    return buckets[bisect_left(buckets, size)]


def _kind(layer: Layer) -> str:
    return type(layer).model_fields["type"].default


def _padded_width(layer: Layer, steps: list[Step], sources: tuple[int, ...], features: int) -> int:
    if _kind(layer) == "output":
        return int(getattr(layer, "units", 1))
    if not sources:
        return features
    units = getattr(layer, "units", None)
    return steps[sources[0]].width if units is None else bucket(units, WIDTHS)


def _specimen(step: Step, place: int) -> Layer:
    kind = _KINDS[step.kind]
    sized = {"units": step.width} if "units" in kind.model_fields else {}
    return kind.model_validate({"id": f"layer{place}", **sized})
