"""The order in which an epoch takes its points."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from netloom.engine.order import NETWORK_AT_MOST, shuffled_order, sorted_by_network


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 2**32 - 1), min_size=64, max_size=64))
def test_the_network_sorts_as_the_library_does(values: list[int]) -> None:
    numbers = np.array(values, np.uint32)
    np.testing.assert_array_equal(_SORT(numbers), np.sort(numbers))


_SORT = jax.jit(sorted_by_network)


@pytest.mark.parametrize("count", [1, 2, 3, 255, 256, 512, NETWORK_AT_MOST])
def test_the_network_sorts_any_number_of_values(count: int) -> None:
    values = jax.random.bits(jax.random.key(count), (count,), jnp.uint32)
    np.testing.assert_array_equal(jax.jit(sorted_by_network)(values), lax.sort(values))


@pytest.mark.parametrize("capacity", [256, 2048])
def test_every_row_comes_once_and_what_is_not_real_comes_last(capacity: int) -> None:
    order = np.asarray(shuffled_order(jnp.uint32(3), jnp.int32(5), jnp.int32(140), capacity))
    assert sorted(order[:140]) == list(range(140))
    np.testing.assert_array_equal(order[140:], np.arange(140, capacity))


@pytest.mark.parametrize("capacity", [64, 2048])
def test_the_order_is_that_of_the_numbers_drawn(capacity: int) -> None:
    order = np.asarray(shuffled_order(jnp.uint32(3), jnp.int32(5), jnp.int32(50), capacity))
    drawn = np.asarray(jax.random.bits(jax.random.fold_in(jax.random.key(3), 5), (capacity,), jnp.uint32))[:50]
    keys = (drawn >> 1).astype(np.int64) // 8192 * 8192 + np.arange(50)
    np.testing.assert_array_equal(order[:50], np.argsort(keys))


def test_every_epoch_has_an_order_of_its_own() -> None:
    draw = jax.vmap(lambda epoch: shuffled_order(jnp.uint32(3), epoch, jnp.int32(50), 64))
    assert len({tuple(order) for order in np.asarray(draw(jnp.arange(20)))}) == 20
