"""Words that the engine's tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import Dense, Input, Layer, Output
from netloom.network import chain

MakeRun = Callable[..., Run]


def _document(*layers: Layer, data: dict[str, Any] | None = None, **sections: Any) -> Experiment:
    """The default experiment with hidden `layers` of its own (or an `Output` last) and changed sections."""
    document = Experiment().model_dump()
    if layers:
        ends = () if isinstance(layers[-1], Output) else (Output(),)
        document["network"] = chain(Input(), *layers, *ends).model_dump()
    document["data"] |= data or {}
    for name, values in sections.items():
        document[name] |= values
    return Experiment.model_validate(document)


@pytest.fixture(scope="session")
def document() -> Callable[..., Experiment]:
    return _document


@pytest.fixture(scope="session")
def make_run(document: Callable[..., Experiment]) -> MakeRun:
    return lambda *layers, **sections: Run(document(*layers, **sections))


@pytest.fixture(scope="session")
def small() -> tuple[Layer, ...]:
    """Two hidden layers, as most tests have them, so that they share a program."""
    return Dense(id="hidden1", units=4), Dense(id="hidden2", units=2)


@pytest.fixture(scope="session")
def to_epoch() -> Callable[[Run, int], Run]:
    """Trains without a limit of time."""

    def train(run: Run, epoch: int) -> Run:
        run.advance(until_epoch=epoch, budget_secs=1000)
        return run

    return train


@pytest.fixture(scope="session")
def flat() -> Callable[[Run], np.ndarray]:
    """Every trained number of a run in one vector."""

    def flatten(run: Run) -> np.ndarray:
        arrays = run.parameters().values()
        return np.concatenate([values.ravel() for names in arrays for values in names.values()])

    return flatten


@pytest.fixture(scope="session")
def oracle() -> dict[str, Any]:
    path = Path(__file__).parents[3] / "shared" / "oracle" / "tfplayground.json"
    if not path.exists():
        pytest.skip("TensorFlow Playground's recorded runs lie beside the repository only where it is developed")
    return json.loads(path.read_text())
