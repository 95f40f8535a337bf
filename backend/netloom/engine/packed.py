"""A tree of many small arrays passed as one array of each dtype.

A program costs a microsecond or more for every array that it is called with or gives back: what a learner may change
and what a run carries on are dozens, so they travel together and are taken apart inside.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from netloom.arrays import jax, jnp


class Plan:
    """How to take arrays apart: the tree, and for each leaf which array, from where, how many numbers, their shape.

    One object for equal plans, so that `jax.jit` compares and hashes it by its identity, at every call.
    """

    def __init__(self, tree: Any, places: tuple[Place, ...]) -> None:
        self.tree, self.places = tree, places


class Place(NamedTuple):
    """Where one leaf lies."""

    array: int
    start: int
    size: int
    shape: tuple[int, ...]


class Packed:
    """`arrays`: one flat array per dtype, in the order of their names."""

    def __init__(self, arrays: tuple[Any, ...], plan: Plan) -> None:
        self.arrays, self.plan = arrays, plan

    def unpacked(self) -> Any:
        """The tree: traced inside a program, NumPy views outside of one."""
        arrays = [array if _traced(array) else np.asarray(array) for array in self.arrays]
        leaves = [arrays[at.array][at.start : at.start + at.size].reshape(at.shape) for at in self.plan.places]
        return jax.tree.unflatten(self.plan.tree, leaves)

    def leaf(self, number: int) -> np.ndarray:
        """One of them alone, outside of a program."""
        at = self.plan.places[number]
        return np.asarray(self.arrays[at.array])[at.start : at.start + at.size].reshape(at.shape)


def leaves_of(part: Any) -> list[Any]:
    """As `jax.tree.leaves`, which takes several times as long for what programs are called with."""
    if isinstance(part, Packed):
        return [*part.arrays]
    if isinstance(part, tuple):
        return [leaf for each in part for leaf in leaves_of(each)]
    return jax.tree.leaves(part) if isinstance(part, dict | list | None) else [part]


def pack_tree(tree: Any) -> Packed:
    """Of leaves that are all NumPy or all traced."""
    _register()
    leaves, structure = jax.tree.flatten(tree)
    dtypes = sorted({np.dtype(leaf.dtype) for leaf in leaves}, key=str)
    parts: list[list[Any]] = [[] for _ in dtypes]
    places: list[Place] = []
    for leaf in leaves:
        which = dtypes.index(leaf.dtype)
        places.append(Place(which, sum(part.size for part in parts[which]), leaf.size, leaf.shape))
        parts[which].append(leaf.reshape(-1))
    joined = jnp.concatenate if any(map(_traced, leaves)) else np.concatenate
    return Packed(tuple(joined(part) for part in parts), _plan(structure, tuple(places)))


@functools.cache
def _plan(tree: Any, places: tuple[Place, ...]) -> Plan:
    return Plan(tree, places)


def _traced(array: Any) -> bool:
    return isinstance(array, _tracer())


@functools.cache
def _tracer() -> type:
    from jax.core import Tracer  # not at the top: describing an experiment must not import JAX

    return Tracer


@functools.cache
def _register() -> None:
    jax.tree_util.register_pytree_node(
        Packed, lambda packed: (packed.arrays, packed.plan), lambda plan, arrays: Packed(tuple(arrays), plan)
    )
