"""A tree of many small arrays passed as one array of each dtype.

A program costs a microsecond or more for every array it is called with: the scalars that a learner may change are
dozens, so they travel together and are taken apart inside.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from netloom.arrays import jax


class Packed:
    """`arrays`: one flat array per dtype; `plan`: how to take them apart, compared and hashed by `jax.jit`."""

    def __init__(self, arrays: tuple[Any, ...], plan: Any) -> None:
        self.arrays, self.plan = arrays, plan

    def unpacked(self) -> Any:
        """The tree, inside a program or out."""
        structure, places = self.plan
        leaves = [self.arrays[which][start : start + size].reshape(shape) for which, start, size, shape in places]
        return jax.tree.unflatten(structure, leaves)


def pack_tree(tree: Any) -> Packed:
    """NumPy leaves of a few dtypes."""
    _register()
    leaves, structure = jax.tree.flatten(tree)
    dtypes = sorted({np.asarray(leaf).dtype for leaf in leaves}, key=str)
    parts: list[list[np.ndarray]] = [[] for _ in dtypes]
    places: list[tuple[int, int, int, tuple[int, ...]]] = []
    for leaf in map(np.asarray, leaves):
        which = dtypes.index(leaf.dtype)
        places.append((which, sum(part.size for part in parts[which]), leaf.size, leaf.shape))
        parts[which].append(leaf.ravel())
    return Packed(tuple(np.concatenate(part) for part in parts), (structure, tuple(places)))


@functools.cache
def _register() -> None:
    jax.tree_util.register_pytree_node(
        Packed, lambda packed: (packed.arrays, packed.plan), lambda plan, arrays: Packed(tuple(arrays), plan)
    )
