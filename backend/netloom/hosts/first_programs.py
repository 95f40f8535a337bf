"""What is compiled ahead of being asked for: the networks that a newcomer is likely to make first."""

from __future__ import annotations

from itertools import product

from netloom.examples import all_examples
from netloom.experiment import Experiment
from netloom.layers import BatchNorm, Dense, Dropout, Layer, LayerNorm
from netloom.network import chain

DEPTHS = range(7)
WIDTHS = (8, 16)
NEWCOMERS_DEPTH = 2


def first_experiments() -> list[Experiment]:
    """The likeliest first; several may share a program."""
    start = Experiment()
    entry, *hidden, output = start.network.layers

    def having(*layers: Layer) -> Experiment:
        return start.model_copy(update={"network": chain(entry, *layers, output)})

    extras: list[Layer] = [Dropout(id="extra"), BatchNorm(id="extra"), LayerNorm(id="extra")]
    return [
        start,
        *(having(*hidden, extra) for extra in extras),
        *(having(*_dense((8,) * depth)) for depth in DEPTHS),
        *(having(*_dense(widths)) for widths in product(WIDTHS, repeat=2) if widths != (8, 8)),
        *(example.experiment for example in all_examples()),
    ]


def next_experiments() -> list[Experiment]:
    """What a learner makes of the first network without a second thought: a layer or two more or less. Each is held in
    every engine, 25 to 45 MB."""
    start = Experiment()
    entry, *_, output = start.network.layers
    depths = sorted(DEPTHS, key=lambda depth: abs(depth - NEWCOMERS_DEPTH))
    return [start.model_copy(update={"network": chain(entry, *_dense((8,) * depth), output)}) for depth in depths]


def _dense(widths: tuple[int, ...]) -> list[Dense]:
    return [Dense(id=f"hidden{place}", units=units) for place, units in enumerate(widths, start=1)]
