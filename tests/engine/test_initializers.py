"""Initial weights obey the laws that their initializers are named for."""

from __future__ import annotations

import numpy as np
import pytest

from netloom.initializers import INITIALIZERS, InitializerName

SHAPES = [(300, 200), (60, 500), (256, 256)]
VARIANCES = {
    "glorot": lambda inputs, units: 2 / (inputs + units),
    "he": lambda inputs, _: 2 / inputs,
    "lecun": lambda inputs, _: 1 / inputs,
    "normal": lambda *_: 1.0,
    "playground": lambda *_: 1 / 12,
}


def drawn(name: InitializerName, shape: tuple[int, int]) -> np.ndarray:
    return INITIALIZERS[name].draw(np.random.default_rng(5), *shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name not in {"orthogonal", "zeros"}])
def test_mean_and_variance_are_those_of_the_law(name: InitializerName, shape: tuple[int, int]) -> None:
    weights = drawn(name, shape)
    variance = VARIANCES[name.split("_")[0]](*shape)
    count = weights.size

    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(0, abs=5 * (variance / count) ** 0.5)
    # The spread of a variance from `count` numbers: at most sqrt(2 / count) of it, the normal law's.
    assert weights.var() == pytest.approx(variance, rel=5 * (2 / count) ** 0.5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "lecun_uniform", "playground"])
def test_uniform_weights_fill_their_range_and_do_not_leave_it(name: InitializerName, shape: tuple[int, int]) -> None:
    weights = drawn(name, shape)
    limit = (3 * VARIANCES[name.split("_")[0]](*shape)) ** 0.5

    assert 0.99 * limit < np.abs(weights).max() <= limit * (1 + 1e-6)


@pytest.mark.parametrize("shape", [*SHAPES, (1, 5), (5, 1)])
def test_orthogonal_weights_stretch_no_direction(shape: tuple[int, int]) -> None:
    weights = drawn("orthogonal", shape)
    product = weights.T @ weights if shape[0] >= shape[1] else weights @ weights.T

    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-5)


def test_zeros_are_zero_and_only_the_playground_has_a_bias() -> None:
    assert not drawn("zeros", (4, 3)).any()
    assert {name: found.bias for name, found in INITIALIZERS.items() if found.bias} == {"playground": 0.1}
