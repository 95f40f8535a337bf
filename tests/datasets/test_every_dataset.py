"""What holds for every data set in the menu."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

import netloom
from netloom.datasets import DATASETS, AnyDataset, Dataset, OwnPoints, Points

BACKEND = Path(netloom.__file__).parents[1]
DATASET: TypeAdapter[Dataset] = TypeAdapter(AnyDataset)

SOME_POINTS = OwnPoints.model_validate(
    {
        "classes": 3,
        "items": [
            {"x": [0.5, 0.8], "target": 2},
            {"x": [-1, 3], "target": 0, "split": "test"},
            {"x": [-1, 3], "target": 0},
        ],
    }
)
EXAMPLES: list[Dataset] = [SOME_POINTS if kind is OwnPoints else kind() for kind in DATASETS]
WIDEST = [
    DATASET.validate_python(fields) for fields in ({"type": "blobs", "classes": 6}, {"type": "spirals", "arms": 6})
]

SAMPLED = [dataset for dataset in EXAMPLES + WIDEST if dataset.sized]


def each(datasets: list[Dataset]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("dataset", datasets, ids=lambda dataset: dataset.type)


every_dataset = each(EXAMPLES + WIDEST)
every_sampled_dataset = each(SAMPLED)
every_sampled_classification = each([dataset for dataset in SAMPLED if dataset.task.kind == "classification"])


def sample(dataset: Dataset, *, seed: int = 7, count: int = 101, noise: float = 0.2) -> Points:
    return dataset.sample(np.random.default_rng(seed), count=count, noise=noise)


def assert_equal(some: Points, others: Points) -> None:
    assert np.array_equal(some.inputs, others.inputs)
    assert np.array_equal(some.targets, others.targets)


@every_dataset
def test_equal_generators_give_equal_points(dataset: Dataset) -> None:
    assert_equal(sample(dataset), sample(dataset))


@every_dataset
def test_another_seed_gives_other_points_unless_the_points_are_fixed(dataset: Dataset) -> None:
    fixed = not dataset.sized

    assert np.array_equal(sample(dataset, seed=1).inputs, sample(dataset, seed=2).inputs) == fixed


@every_dataset
@pytest.mark.parametrize("count", [1, 2, 7, 500])
def test_gives_as_many_points_as_asked_for(dataset: Dataset, count: int) -> None:
    points = sample(dataset, count=count)

    assert points.inputs.shape == (len(points.targets), dataset.task.inputs)
    assert len(points.targets) == count or not dataset.sized


@every_dataset
@pytest.mark.parametrize("noise", [0.0, 0.25, 0.5])
def test_points_are_finite_float64_and_fit_the_task(dataset: Dataset, noise: float) -> None:
    points = sample(dataset, noise=noise)

    assert points.inputs.dtype == points.targets.dtype == np.float64
    assert np.isfinite(points.inputs).all()
    assert np.isfinite(points.targets).all()
    assert points.classes == dataset.task.classes
    if dataset.task.kind == "classification":
        assert set(points.targets) <= set(range(dataset.task.classes))
    else:
        assert dataset.task.classes == 0


@every_sampled_classification
def test_every_class_has_its_share_of_the_points(dataset: Dataset) -> None:
    sizes = np.bincount(sample(dataset, count=600, noise=0).targets.astype(int), minlength=dataset.task.classes)

    assert sizes.min() >= 0.8 * sizes.max()


@every_dataset
def test_noise_changes_something_exactly_when_the_page_offers_it(dataset: Dataset) -> None:
    clean, noisy = sample(dataset, noise=0), sample(dataset, noise=0.5)
    changed = not (np.array_equal(clean.inputs, noisy.inputs) and np.array_equal(clean.targets, noisy.targets))

    assert changed == dataset.noisy


@every_dataset
def test_raising_the_noise_draws_nothing_more_so_points_keep_their_places(dataset: Dataset) -> None:
    clean, noisy = np.random.default_rng(3), np.random.default_rng(3)
    dataset.sample(clean, count=50, noise=0)
    dataset.sample(noisy, count=50, noise=0.5)

    assert clean.bit_generator.state == noisy.bit_generator.state


@every_sampled_dataset
def test_without_noise_neighbors_agree(dataset: Dataset) -> None:
    """The nearest other point has the same class, or a value as near as the slopes allow."""
    inputs, targets, *_ = sample(dataset, count=600, noise=0)
    distances = np.linalg.norm(inputs[:, None] - inputs, axis=2) + 1e9 * np.eye(len(inputs))
    nearest = distances.argmin(1)
    apart = np.abs(targets - targets[nearest])

    if dataset.task.kind == "classification":
        assert (apart == 0).mean() >= 0.98
    else:
        assert (apart <= distances.min(1) + 1e-12).all()  # no slope is steeper than 1


@every_dataset
def test_most_points_lie_in_the_window(dataset: Dataset) -> None:
    low, high = dataset.window
    inputs = sample(dataset, noise=0).inputs

    assert ((inputs >= low) & (inputs <= high)).all()


@every_dataset
def test_survives_a_round_trip_through_json(dataset: Dataset) -> None:
    assert DATASET.validate_json(dataset.model_dump_json()) == dataset


@every_dataset
def test_refuses_an_unknown_field(dataset: Dataset) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        DATASET.validate_python(dataset.model_dump() | {"radius": 3})


@every_dataset
def test_says_what_it_is_and_what_each_field_does(dataset: Dataset) -> None:
    fields = type(dataset).model_json_schema()["properties"]

    assert dataset.title
    assert dataset.help.endswith(".")
    assert all(field["title"] and field.get("description") for name, field in fields.items() if name != "type")


def test_the_menu_begins_with_the_four_named_sets_and_names_none_twice() -> None:
    types = [kind.model_fields["type"].default for kind in DATASETS]

    assert types[:4] == ["circle", "xor", "gauss", "spiral"]
    assert len(set(types)) == len(types) == 13


def test_the_line_is_exact_and_in_order() -> None:
    points = sample(DATASET.validate_python({"type": "line"}), noise=0.5)

    assert points.inputs.tolist() == [[1], [2], [3], [4]]
    assert points.targets.tolist() == [2, 4, 6, 8]


def test_the_truth_table_is_exact_and_in_order() -> None:
    points = sample(DATASET.validate_python({"type": "xor_table"}), noise=0.5)

    assert points.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert points.targets.tolist() == [0, 1, 1, 0]


def test_a_line_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"first x \(5\) must not be larger than the last x \(4\)"):
        DATASET.validate_python({"type": "line", "start": 5})


def test_the_sine_without_noise_is_the_sine() -> None:
    points = sample(DATASET.validate_python({"type": "sine", "frequency": 2}), noise=0)

    assert np.array_equal(points.targets, np.sin(2 * points.inputs[:, 0]))


def test_the_noise_of_the_sine_is_its_standard_deviation() -> None:
    points = sample(DATASET.validate_python({"type": "sine"}), count=40_000, noise=0.3)

    assert np.std(points.targets - np.sin(points.inputs[:, 0])) == pytest.approx(0.3, abs=0.005)


def test_two_spiral_arms_of_one_and_three_quarter_turns_are_the_spiral() -> None:
    spiral = sample(DATASET.validate_python({"type": "spiral"}))
    spirals = sample(DATASET.validate_python({"type": "spirals", "arms": 2, "turns": 1.75}))

    assert np.array_equal(spiral.inputs, spirals.inputs)
    assert np.array_equal(spiral.targets, 1 - spirals.targets)


def test_moons_lie_on_half_circles_of_radius_three() -> None:
    inputs, targets, *_ = sample(DATASET.validate_python({"type": "moons"}), noise=0)
    middles = np.where(targets[:, None] == 0, [-1.5, -0.75], [1.5, 0.75])

    assert np.allclose(np.linalg.norm(inputs - middles, axis=1), 3)


def test_blobs_have_the_spread_that_the_noise_asks_for() -> None:
    inputs, targets, *_ = sample(DATASET.validate_python({"type": "blobs", "classes": 4}), count=40_000, noise=0.25)
    top = inputs[targets == 0]

    assert top.mean(0) == pytest.approx([0, 4], abs=0.05)
    assert top.std(0) == pytest.approx([1, 1], abs=0.03)


def test_sampling_needs_no_jax() -> None:
    program = (
        "import sys, numpy; from netloom.datasets.circle import Circle; import netloom.formula;"
        "Circle().sample(numpy.random.default_rng(0), count=5, noise=0); sys.exit('jax' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(BACKEND)}, check=False).returncode == 0
    )
