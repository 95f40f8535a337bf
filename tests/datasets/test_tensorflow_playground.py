"""The six sets of TensorFlow Playground have its own geometry, labels and noise."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netloom.datasets import Dataset, circle, gauss_regression, plane, xor
from netloom.datasets.circle import Circle
from netloom.datasets.gauss import Gauss
from netloom.datasets.gauss_regression import GaussRegression
from netloom.datasets.plane import Plane
from netloom.datasets.spiral import Spiral
from netloom.datasets.xor import Xor

ORACLE = Path(__file__).parents[2] / ".." / "shared" / "oracle" / "tfplayground.json"
needs_oracle = pytest.mark.skipif(not ORACLE.exists(), reason="TensorFlow Playground's recorded output is not here")

SETS: dict[str, Dataset] = {
    "circle": Circle(),
    "xor": Xor(),
    "gauss": Gauss(),
    "spiral": Spiral(),
    "reg-plane": Plane(),
    "reg-gauss": GaussRegression(),
}
CLEAN_RULES = {
    "circle": lambda inputs: 2 * circle.inside(inputs) - 1,
    "xor": lambda inputs: 2 * xor.same_sign(inputs) - 1,
    "reg-plane": plane.height,
    "reg-gauss": gauss_regression.height,
}

# Where TensorFlow Playground (02469bd) puts the 20 points of its spiral without noise, rounded: first arm, every third.
SPIRAL_OF_20 = {0: (0.0, 0.0), 3: (-0.2346517, -1.4815325), 6: (0.9270510, 2.8531695), 9: (-2.0429572, -4.0095294)}
# Facts of its rules, recorded from 200 calls each; set, noise, share of positives, standard deviation of x.
RECORDED = [
    ("circle", 0.0, 0.5, 2.2557),
    ("circle", 0.25, 0.4317, 2.2557),
    ("circle", 0.5, 0.3518, 2.2557),
    ("xor", 0.5, 0.5009, 3.1468),
    ("gauss", 0.0, 0.5, 2.1230),
    ("gauss", 0.25, 0.5, 2.5037),
    ("gauss", 0.5, 0.5, 2.8333),
    ("spiral", 0.5, 0.5, 2.0619),
    ("reg-plane", 0.5, 0.5015, 3.4615),
    ("reg-gauss", 0.0, 0.2622, 3.4615),
    ("reg-gauss", 0.5, 0.2232, 3.4615),
]


def oracle() -> dict[str, Any]:
    return json.loads(ORACLE.read_text(encoding="utf-8"))


def many(name: str, *, noise: float, count: int = 500, calls: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Inputs `[points, 2]` and TensorFlow Playground's labels (−1 and 1, or values) of many calls."""
    rng = np.random.default_rng(2016)
    drawn = [SETS[name].sample(rng, count=count, noise=noise) for _ in range(calls)]
    targets = np.concatenate([points.targets for points in drawn])
    labels = 2 * targets - 1 if drawn[0].classes else targets
    return np.concatenate([points.inputs for points in drawn]), labels


@pytest.mark.parametrize(("name", "noise", "positive", "spread"), RECORDED)
def test_agrees_with_recorded_shares_and_spreads(name: str, noise: float, positive: float, spread: float) -> None:
    inputs, labels = many(name, noise=noise)

    assert (labels > 0).mean() == pytest.approx(positive, abs=0.008)
    assert inputs[:, 0].std() == pytest.approx(spread, abs=0.025)


def test_a_spiral_without_noise_is_in_the_same_place_for_every_seed() -> None:
    first, second = (Spiral().sample(np.random.default_rng(seed), count=20, noise=0) for seed in (1, 2))
    places = {(round(x, 7), round(y, 7)) for (x, y), target in zip(first.inputs, first.targets, strict=True) if target}

    assert sorted(first.inputs.tolist()) == sorted(second.inputs.tolist())
    assert {(x, y) for x, y in SPIRAL_OF_20.values()} <= places


def test_noise_relabels_points_without_moving_them_in_four_of_the_six() -> None:
    for name in CLEAN_RULES:
        clean, noisy = many(name, noise=0, calls=1), many(name, noise=0.5, calls=1)

        assert np.array_equal(clean[0], noisy[0])
        assert not np.array_equal(clean[1], noisy[1])


@needs_oracle
@pytest.mark.parametrize("name", CLEAN_RULES)
def test_labels_without_noise_are_exactly_its_labels(name: str) -> None:
    recorded = np.array(oracle()["noiseFreeLabels"][name])

    assert np.abs(CLEAN_RULES[name](recorded[:, :2]) - recorded[:, 2]).max() <= 1e-12


@needs_oracle
def test_a_spiral_without_noise_is_exactly_its_spiral() -> None:
    [recorded] = [rows for name, rows in oracle()["noiseFreeLabels"].items() if name.startswith("spiral")]
    points = Spiral().sample(np.random.default_rng(0), count=20, noise=0)
    ours = np.column_stack([points.inputs, 2 * points.targets - 1])

    apart = np.abs(ours[:, None] - np.array(recorded)).max(2)
    assert sorted(apart.argmin(1)) == list(range(20))
    assert apart.min(1).max() <= 1e-12


@needs_oracle
@pytest.mark.parametrize("percent", [0, 25, 50])
@pytest.mark.parametrize("name", SETS)
def test_statistics_agree_within_sampling_error(name: str, percent: int) -> None:
    recorded = oracle()["datasetStats"][f"{name}@noise{percent}"]
    inputs, labels = many(name, noise=percent / 100, count=recorded["samplesPerCall"])

    assert (labels > 0).mean() == pytest.approx(recorded["fracPositive"], abs=0.008)
    assert inputs[:, 0].mean() == pytest.approx(recorded["meanX"], abs=0.04)
    assert inputs[:, 0].std() == pytest.approx(recorded["stdX"], abs=0.025)
    outside = (np.abs(inputs) > 6).any(1).mean()
    assert outside == pytest.approx(recorded["fracOutsidePlot6"], abs=0.004)
    tail = 2.0 if name == "gauss" else 0.02  # the extremes of a normal distribution vary, those of the others do not
    assert [inputs.min(), inputs.max()] == pytest.approx([recorded["minXY"], recorded["maxXY"]], abs=tail)
    assert [labels.min(), labels.max()] == pytest.approx([recorded["minLabel"], recorded["maxLabel"]], abs=0.08)


@needs_oracle
@pytest.mark.parametrize("percent", [0, 25, 50])
@pytest.mark.parametrize("name", ["circle", "xor"])
def test_noise_relabels_as_many_points(name: str, percent: int) -> None:
    recorded = oracle()["datasetStats"][f"{name}@noise{percent}"]["fracLabelDisagreesWithNoiseFreeRule"]
    inputs, labels = many(name, noise=percent / 100)

    assert (labels != CLEAN_RULES[name](inputs)).mean() == pytest.approx(recorded, abs=0.006)
