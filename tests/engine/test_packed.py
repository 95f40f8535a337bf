"""Many small arrays that travel as few."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

from netloom.engine.packed import leaves_of, pack_tree
from netloom.engine.state import PackedCarry

TREE = {"b": (np.arange(6, dtype=np.float32).reshape(2, 3), [np.int32(7)]), "a": np.float32(1.5)}


def test_a_tree_comes_out_as_it_went_in() -> None:
    packed = pack_tree(TREE)

    assert len(packed.arrays) == 2, "one of each dtype"
    assert jax.tree.structure(packed.unpacked()) == jax.tree.structure(TREE)
    for before, after in zip(jax.tree.leaves(TREE), jax.tree.leaves(packed.unpacked()), strict=True):
        np.testing.assert_array_equal(before, after)
        assert (before.dtype, before.shape) == (after.dtype, after.shape)


@pytest.mark.parametrize(
    "arguments",
    [
        (PackedCarry(pack_tree(TREE), pack_tree(TREE)), pack_tree(TREE), None, np.float32(1)),
        (np.float32(1), ({"b": np.float32(2), "a": [np.float32(3), None]},), ()),
    ],
)
def test_leaves_are_those_that_jax_finds_in_its_order(arguments: Any) -> None:
    found, expected = leaves_of(arguments), jax.tree.leaves(arguments)

    assert [id(leaf) for leaf in found] == [id(leaf) for leaf in expected]
