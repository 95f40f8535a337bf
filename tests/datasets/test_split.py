"""Which points are trained on, watched, and kept for the end."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netloom.datasets import DATASETS, OwnPoints, Points
from netloom.datasets.split import Split, split
from netloom.errors import InvalidField

Shares = tuple[int, int, int]
three_shares = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda cuts: (min(cuts), max(cuts) - min(cuts), 100 - max(cuts))
)


def labeled(*sizes: int) -> Points:
    """As many points of class 0, 1, … as `sizes` say."""
    targets = np.repeat(np.arange(len(sizes), dtype=np.float64), sizes)
    return Points(np.zeros((len(targets), 2)), targets, classes=len(sizes))


def values(count: int, assigned: list[int] | None = None) -> Points:
    given_away = None if assigned is None else np.array(assigned, np.int8)
    return Points(np.zeros((count, 1)), np.arange(count, dtype=np.float64), assigned=given_away)


def parted(points: Points, percents: Shares = (70, 15, 15), seed: int = 5) -> Split:
    return split(points, percents, np.random.default_rng(seed))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6).filter(sum), three_shares, st.integers(0, 99))
def test_every_point_is_in_exactly_one_part_and_parts_keep_the_order(
    sizes: list[int], percents: Shares, seed: int
) -> None:
    parts = parted(labeled(*sizes), percents, seed)

    assert sorted(np.concatenate(parts)) == list(range(sum(sizes)))
    assert all((np.diff(part) > 0).all() for part in parts)
    assert len(parts.train) > 0


@given(st.integers(20, 300), three_shares)
def test_parts_are_as_large_as_the_shares_say(count: int, percents: Shares) -> None:
    assume(percents[0] >= 5)
    parts = parted(values(count), percents)

    assert all(abs(len(part) - count * share / 100) <= 1 for part, share in zip(parts, percents, strict=True))


@given(st.lists(st.integers(5, 80), min_size=2, max_size=6), three_shares, st.integers(0, 99))
def test_each_class_gets_its_share_of_each_part(sizes: list[int], percents: Shares, seed: int) -> None:
    assume(sum(sizes) >= 20)
    points = labeled(*sizes)
    for part, share in zip(parted(points, percents, seed), percents, strict=True):
        found = np.bincount(points.targets[part].astype(int), minlength=len(sizes))

        # Every class comes first to train, which can cost another one as many points as there are classes.
        assert np.abs(found - np.array(sizes) * share / 100).max() <= len(sizes) + 1


def test_the_default_shares_of_two_hundred_points() -> None:
    points = labeled(100, 100)

    assert [np.bincount(points.targets[part].astype(int)).tolist() for part in parted(points)] == [
        [70, 70],
        [15, 15],
        [15, 15],
    ]


def test_a_rare_class_is_trained_on() -> None:
    points = labeled(99, 1)

    assert all(99 in parted(points, seed=seed).train for seed in range(20))


def test_equal_generators_give_equal_splits_and_others_do_not() -> None:
    points = labeled(50, 50)

    assert all(np.array_equal(a, b) for a, b in zip(parted(points), parted(points), strict=True))
    assert not np.array_equal(parted(points, seed=1).train, parted(points, seed=2).train)


def test_fewer_than_twenty_points_all_go_to_train() -> None:
    assert [len(part) for part in parted(values(19))] == [19, 0, 0]
    assert [len(part) for part in parted(values(20))] == [14, 3, 3]


@pytest.mark.parametrize("name", ["XorTable", "Line"])
def test_truth_table_and_line_are_trained_on_whole_and_in_order(name: str) -> None:
    [dataset] = [kind() for kind in DATASETS if kind.__name__ == name]
    points = dataset.sample(np.random.default_rng(0), count=200, noise=0)

    assert parted(points).train.tolist() == [0, 1, 2, 3]


def test_train_is_never_empty() -> None:
    assert [len(part) for part in parted(values(20), (0, 50, 50))] == [1, 9, 10]


def test_points_that_name_their_split_get_it_in_the_stored_order() -> None:
    parts = parted(values(6, assigned=[2, 0, 1, 0, 0, 2]), (0, 0, 100))

    assert [part.tolist() for part in parts] == [[1, 3, 4], [2], [0, 5]]


def test_points_that_name_no_split_share_what_is_left() -> None:
    parts = parted(values(41, assigned=[2, *[-1] * 40]), (50, 50, 0))

    assert [len(part) for part in parts] == [20, 20, 1]
    assert parts.test.tolist() == [0]


def test_points_that_all_want_to_be_tested_leave_nothing_to_train_on() -> None:
    points = OwnPoints.model_validate({"items": [{"x": [0, 0], "target": 0, "split": "test"}]})

    with pytest.raises(InvalidField, match="no point is left to train on") as caught:
        parted(points.sample(np.random.default_rng(0), count=1, noise=0))
    assert caught.value.path == "data.source.items"
