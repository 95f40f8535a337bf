"""A refused document is answered with one field and one sentence."""

from __future__ import annotations

import pytest

from netloom.errors import NetloomError
from netloom.experiment import read_experiment

HUGE_LAYER = """{"network": {"layers": [{"type": "input"}, {"type": "dense", "id": "wide", "units": 1000000000},
 {"type": "output"}], "edges": []}}"""


@pytest.mark.parametrize(
    ("document", "path", "sentence"),
    [
        ('{"data": {"source": {"type": "spirals", "arms": 9}}}', "data.source.arms", "must be at most 6."),
        ('{"training": {"optimizer": {"type": "adam", "beta1": 3}}}', "training.optimizer.beta1", "less than 1"),
        ('{"training": {"learning_rate": NaN}}', "training.learning_rate", "must be a finite number."),
        ('{"training": {"learning_rate": 1e400}}', "training.learning_rate", "must be a finite number."),
        ('{"training": {"batch_size": 0}}', "training.batch_size", "must be at least 1."),
        ('{"training": {"loss": {"type": "guess"}}}', "training.loss", "known are 'binary_cross_entropy'"),
        ('{"surprise": 1}', "surprise", "there is no such field."),
        ('{"data": {"shares": {"train": 50}}}', "data.shares", "make 80 %"),
        ('{"data": {"features": ["x+"]}}', "data.features.0", "missing after"),
        ('{"seeds": {"weights": 18446744073709551616}}', "seeds.weights", "must be at most 4294967295."),
        ("[", "document", "not valid JSON"),
    ],
)
def test_the_first_wrong_field_is_named_by_its_path(document: str, path: str, sentence: str) -> None:
    with pytest.raises(NetloomError) as refusal:
        read_experiment(document)

    assert refusal.value.path == path
    assert sentence in str(refusal.value)


def test_a_layer_is_named_by_its_id() -> None:
    with pytest.raises(NetloomError) as refusal:
        read_experiment(HUGE_LAYER)

    assert (refusal.value.path, refusal.value.layer_id) == ("network.layers.1.units", "wide")


@pytest.mark.parametrize("layer", ["input", "output"])
def test_the_ends_of_a_network_are_named_like_every_layer(layer: str) -> None:
    with pytest.raises(NetloomError) as refusal:
        read_experiment(f'{{"network": {{"layers": [{{"type": "{layer}", "id": "__proto__"}}], "edges": []}}}}')

    assert refusal.value.path == "network.layers.0.id"
