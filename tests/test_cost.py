"""What is too large is refused before anything is allocated, with the layer and one sentence (I4)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from netloom.cost import NUMBERS_PER_PARAMETER, cost_of
from netloom.errors import OverLimit, ShapeMismatch
from netloom.experiment import Data, Experiment, read_experiment
from netloom.layers import Dense, Input, LayerNorm, Output
from netloom.network import Network, chain
from netloom.training import Training

ALL_OF_5000: dict[str, Any] = {"data": Data(count=5000), "training": Training(batch_size="all")}


def deep(layers: int, units: int = 256) -> Network:
    return chain(Input(), *(Dense(id=f"hidden{n}", units=units) for n in range(layers)), Output())


def normalized(layers: int) -> Network:
    pairs = [(Dense(id=f"hidden{n}", units=256), LayerNorm(id=f"norm{n}")) for n in range(layers)]
    return chain(Input(), *(layer for pair in pairs for layer in pair), Output())


def test_a_network_costs_what_its_parameters_and_values_say() -> None:
    network = chain(Input(), Dense(id="hidden1", units=3), Output())

    cost = cost_of(network, features=2, points=1_000_000, batch=1_000_000)

    assert cost.parameters == 2 * 3 + 3 + 3 + 1
    assert cost.megabytes == 4 * (4 * 1_000_000 * (2 + 3 + 1) + NUMBERS_PER_PARAMETER * 13) // 1_000_000
    assert cost == cost_of(network, features=2, points=1_000_000, batch="all")
    assert cost == cost_of(network, features=2, points=1_000_000, batch=2_000_000)


def test_everything_that_the_page_can_build_on_a_usual_server_fits() -> None:
    Experiment(network=deep(12), **ALL_OF_5000)


@pytest.mark.parametrize(
    ("network", "sections", "what"),
    [
        (deep(190), {}, "Parameters: 12,435,713"),
        (normalized(25), ALL_OF_5000, "Memory for one update, in MB: 1,075"),
        (deep(18), ALL_OF_5000, "Work of one update, in billions of operations: 33"),
    ],
)
def test_i4_a_network_over_the_caps_is_refused_with_its_largest_layer(
    network: Network, sections: dict[str, Any], what: str
) -> None:
    with pytest.raises(OverLimit, match=what) as refused:
        Experiment(network=network, **sections)

    assert refused.value.layer_id in {layer.id for layer in network.layers if isinstance(layer, Dense)}
    assert "more than the" in str(refused.value)


def document(**layer: Any) -> bytes:
    network = chain(Input(), Dense(id="hidden1", units=3), Output()).model_dump(mode="json")
    network["layers"][1] |= layer
    experiment = Experiment().model_dump(mode="json") | {"network": network}
    return orjson.dumps(experiment)


@pytest.mark.parametrize(
    ("initial", "problem"),
    [
        ({"weight": [[1, 2, 3]]}, "its initial weight is 1 × 3 and must be 2 × 3"),
        ({"weight": [[1, 2], [3, 4], [5, 6]]}, "its initial weight is 3 × 2 and must be 2 × 3"),
        ({"weight": [[1, 2, 3], [4, 5]]}, "its initial weight has rows of different lengths"),
        ({"weight": []}, "its initial weight is 0 and must be 2 × 3"),
        ({"bias": [1, 2]}, "its initial bias is 2 and must be 3"),
    ],
)
def test_explicit_initial_values_of_another_shape_are_refused_by_the_document(initial: Any, problem: str) -> None:
    with pytest.raises(ShapeMismatch, match=problem) as refused:
        read_experiment(document(initial=initial))

    assert refused.value.layer_id == "hidden1"


def test_explicit_initial_values_that_fit_are_taken() -> None:
    initial = {"weight": [[1, 2, 3], [4, 5, 6]], "bias": [0, 0, 1]}

    read_experiment(document(initial=initial))
