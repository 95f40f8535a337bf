"""The learner's own points."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from netloom.datasets import OwnPoints
from netloom.errors import InvalidField


def own(*items: dict[str, Any], **fields: Any) -> OwnPoints:
    return OwnPoints.model_validate({"items": items, **fields})


def test_points_come_out_as_they_were_set_duplicates_and_all() -> None:
    rows = [{"x": [1, 2], "target": 1}, {"x": [1, 2], "target": 1}, {"x": [0.1, -0.2], "target": 0}]
    points = own(*rows).sample(np.random.default_rng(0), count=999, noise=0.5)

    assert points.inputs.tolist() == [[1, 2], [1, 2], [0.1, -0.2]]
    assert points.targets.tolist() == [1, 1, 0]
    assert points.assigned is None


def test_points_of_one_class_alone_are_fine() -> None:
    points = own({"x": [1, 2], "target": 1}).sample(np.random.default_rng(0), count=1, noise=0)

    assert points.targets.tolist() == [1]
    assert points.classes == 2


def test_no_points_at_all_is_said_in_words_when_they_are_needed() -> None:
    with pytest.raises(InvalidField, match="no points yet; draw some") as caught:
        own().sample(np.random.default_rng(0), count=1, noise=0)

    assert caught.value.path == "data.source.items"


def test_a_point_may_name_its_split() -> None:
    rows = [{"x": [0, 0], "target": 0, "split": split} for split in ("test", "train", "validation", None)]
    points = own(*rows).sample(np.random.default_rng(0), count=1, noise=0)

    assert points.assigned is not None
    assert points.assigned.tolist() == [2, 0, 1, -1]


def test_regression_on_one_input() -> None:
    dataset = own({"x": [0.5], "target": -2.25}, kind="regression", inputs=1)
    points = dataset.sample(np.random.default_rng(0), count=1, noise=0)

    assert dataset.task == ("regression", 0, 1)
    assert points.inputs.tolist() == [[0.5]]
    assert points.targets.tolist() == [-2.25]


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"x": [1], "target": 0}, r"point 1 has 1 input\(s\), where this data set has 2"),
        ({"x": [1, 2], "target": 2}, "point 1 is of class 2, where the classes are 0 to 1"),
        ({"x": [1, 2], "target": 0.5}, "point 1 is of class 0.5"),
        ({"x": [1, 2], "target": -1}, "point 1 is of class -1"),
        ({"x": [1, float("nan")], "target": 0}, "finite number"),
        ({"x": [1, 1001], "target": 0}, "less than or equal to 1000"),
        ({"x": [1, 2], "target": 0, "split": "exam"}, "train"),
    ],
)
def test_a_point_that_does_not_fit_is_refused_by_its_number(item: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        own(item)


def test_more_than_five_thousand_points_are_refused() -> None:
    row = {"x": [1, 2], "target": 1}

    assert len(own(*[row] * 5000).items) == 5000
    with pytest.raises(ValidationError, match="at most 5000 items"):
        own(*[row] * 5001)


def test_json_leaves_out_the_split_that_nobody_chose() -> None:
    items = own({"x": [1.5, 2], "target": 1}, {"x": [0, 0], "target": 0, "split": "test"}).model_dump(mode="json")[
        "items"
    ]

    assert items == [{"x": [1.5, 2], "target": 1}, {"x": [0, 0], "target": 0, "split": "test"}]


def test_the_window_grows_with_far_points() -> None:
    assert own({"x": [1, 2], "target": 1}).window == (-6, 6)
    assert own({"x": [-100, 2], "target": 1}).window == pytest.approx((-110, 110))
