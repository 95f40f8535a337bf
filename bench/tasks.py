"""What the contenders train: equal networks on equal points, for everybody."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from netloom.engine.data import sample
from netloom.engine.structure import Step, Structure
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain


class Arrays(NamedTuple):
    """features: float32 `[points, inputs]`; targets: float32 `[points]`, 0 or 1, or int64 class ids."""

    features: np.ndarray
    targets: np.ndarray


class Task:
    """Two inputs, two classes, tanh, binary cross-entropy, plain gradient descent or Adam."""

    batch = 10
    points = 250

    def __init__(self, source: str, hidden: tuple[int, ...], *, held_out: int = 0, adam: bool = False) -> None:
        self.source = source
        self.hidden = hidden
        self.held_out = held_out
        self.adam = adam
        self.rate = 0.01 if adam else 0.03

    @property
    def sizes(self) -> tuple[int, ...]:
        return (2, *self.hidden, 1)

    @property
    def updates_per_epoch(self) -> int:
        return -(-self.points // self.batch)

    def experiment(self, seed: int = 0) -> Experiment:
        """`seed`: of the weights."""
        layers = [Dense(id=f"hidden{place}", units=units) for place, units in enumerate(self.hidden, start=1)]
        every = self.points + self.held_out
        train = 100 * self.points // every
        return Experiment.model_validate(
            {
                "data": {
                    "source": {"type": self.source},
                    "count": every,
                    "shares": {"train": train, "validation": 100 - train, "test": 0},
                },
                "seeds": {"weights": seed},
                "network": chain(Input(), *layers, Output()),
                "training": {
                    "learning_rate": self.rate,
                    "batch_size": self.batch,
                    "optimizer": {"type": "adam" if self.adam else "sgd"},
                    "epoch_limit": 10_000_000,
                },
            }
        )

    @cached_property
    def arrays(self) -> Arrays:
        return self._part(0)

    @cached_property
    def held_out_arrays(self) -> Arrays:
        return self._part(1)

    def _part(self, part: int) -> Arrays:
        drawn = sample(self.experiment())
        rows = drawn.split[part]
        return Arrays(drawn.features[rows], drawn.points.targets[rows].astype(np.float32))


class Digits:
    """The shape of MNIST, 784-128-10 ReLU, Adam, batches of 32, on drawn points: classes of a drawn linear rule."""

    hidden = (128,)
    sizes = (784, 128, 10)
    points = 5000
    batch = 32
    adam = True
    rate = 0.001
    updates_per_epoch = -(-points // batch)
    structure = Structure(
        (Step("input", (), 784), Step("dense", (0,), 128), Step("output", (1,), 10)),
        features=784,
        outputs=10,
        batch=batch,
        capacity=5120,
    )

    @cached_property
    def arrays(self) -> Arrays:
        rng = np.random.default_rng(0)
        features = rng.random((self.points, self.sizes[0]), dtype=np.float32)
        scores = (features - 0.5) @ rng.standard_normal((self.sizes[0], self.sizes[-1]))
        return Arrays(features, scores.argmax(1))

    def first_weights(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Glorot's; weight and bias of each layer."""
        rng = np.random.default_rng(1)
        return [
            (
                rng.uniform(-1, 1, (fan_in, fan_out)).astype(np.float32) * np.float32((6 / (fan_in + fan_out)) ** 0.5),
                np.zeros(fan_out, np.float32),
            )
            for fan_in, fan_out in pairwise(self.sizes)
        ]


SOLVING = Task("spiral", (16, 16), held_out=250, adam=True)
TASKS: dict[str, Task | Digits] = {
    "spiral 2-8-8-1": Task("spiral", (8, 8)),
    "XOR 2-4-2-1": Task("xor", (4, 2)),
    "spiral 2-8×6-1": Task("spiral", (8,) * 6),
    "digits 784-128-10": Digits(),
    "solving": SOLVING,
}
