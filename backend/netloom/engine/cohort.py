"""Many runs of one structure trained at once: a sweep, an ensemble of seeds, a wall."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from netloom.arrays import jax, jnp
from netloom.engine.advance import Advanced, advance_unpacked
from netloom.engine.device import find_device
from netloom.engine.initial import initial_state
from netloom.engine.packed import pack_tree
from netloom.engine.packing import Named, unpack
from netloom.engine.prepared import Stage, make_stage
from netloom.engine.state import PackedCarry
from netloom.errors import NotPossible
from netloom.experiment import Experiment

EACH, SHARED = 0, None
"""How `vmap` takes an array: one for each run, or one for all."""


class Cohort:
    """Runs that differ in seeds, points or numbers, not in structure.

    On a GPU they are one program, `vmap`ped over the runs; what is the same in all of them is passed once, so that a
    switch whose index they share stays a switch. On a CPU each is advanced by itself, which is faster there
    (docs/adr/0012). A member's numbers agree with those of a run by itself up to rounding.
    """

    def __init__(
        self, experiments: Sequence[Experiment], *, device: str = "auto", together: bool | None = None
    ) -> None:
        """`together`: whether as one program; None: where it is faster. Raises NotPossible where the structures
        differ, InvalidExperiment as a run would."""
        self._device = find_device(device)
        self._together = self._device.platform != "cpu" if together is None else together
        self._stages = _stages(experiments, find_device("cpu") if self._together else self._device)
        if len({stage.program.structure for stage in self._stages}) != 1:
            raise NotPossible("Runs that train together must have the same layers, depth and size classes.")
        self._structure = self._stages[0].program.structure
        self._carries = _first_carries(self._stages)
        self._place()
        # The loss at the start, by which divergence is told.
        self._take_start(self.advance(0, 0))

    def __len__(self) -> int:
        return len(self._stages)

    def advance(self, updates: int, until_epoch: int) -> Advanced:
        """Trains each run `updates` updates, not past `until_epoch`, nor past 256 epochs. Each array of the result as
        in `Advanced`, with a leading axis `[runs]`."""
        asked = np.array([updates, until_epoch], np.int32)
        if self._together:
            result = self._program(self._carry, self._data, self._live, asked)
            self._carry = result.carry
            return result
        results = [
            stage.program.advance(carry, stage.packed_data, stage.packed_live, asked)
            for stage, carry in zip(self._stages, self._carries, strict=True)
        ]
        self._carries = [result.carry for result in results]
        return jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *results)

    def parameters(self, member: int) -> Named:
        """Unpadded float32 arrays by layer and name."""
        stage, picture = self._stages[member], self._stages[member].picture
        now = self._member(member).now.unpacked()
        return unpack(stage.program.structure, picture.ids, np.asarray(now.params), picture.all_shapes)

    def _member(self, member: int) -> PackedCarry:
        return jax.tree.map(lambda leaf: leaf[member], self._carry) if self._together else self._carries[member]

    @cached_property
    def _program(self) -> Any:
        mapped = jax.vmap(partial(advance_unpacked, self._structure), in_axes=(EACH, *self._axes, SHARED))
        return jax.jit(mapped)

    def _place(self) -> None:
        if not self._together:
            self._carries = [jax.device_put(carry, self._device) for carry in self._carries]
            return
        data, data_axes = _shared_or_each([stage.data for stage in self._stages])
        live, live_axes = _shared_or_each([stage.live for stage in self._stages])
        self._axes = (data_axes, live_axes)
        carry = jax.tree.map(lambda *leaves: np.stack(leaves), *self._carries)
        self._data, self._live, self._carry = jax.device_put((data, live, carry), self._device)
        self._carries = []

    def _take_start(self, measured: Advanced) -> None:
        starts = np.asarray(measured.numbers)[:, 0]
        if self._together:
            now = jax.vmap(_with_start)(self._carry.now, jnp.asarray(starts))
            self._carry = PackedCarry(now, now)
        else:
            began = [_with_start(carry.now, np.float32(s)) for carry, s in zip(self._carries, starts, strict=True)]
            self._carries = [PackedCarry(now, now) for now in began]


def _stages(experiments: Sequence[Experiment], device: Any) -> list[Stage]:
    """What two neighbors have in common is made once."""
    stages: list[Stage] = []
    for experiment in experiments:
        stages.append(make_stage(experiment, device, like=stages[-1] if stages else None))
    return stages


def _first_carries(stages: Sequence[Stage]) -> list[PackedCarry]:
    carries: list[PackedCarry] = []
    for stage in stages:
        now = pack_tree(jax.tree.map(np.asarray, initial_state(stage.experiment, stage.program.structure)))
        carries.append(PackedCarry(now, now))
    return carries


def _shared_or_each(trees: Sequence[Any]) -> tuple[Any, Any]:
    """One tree of all, and how `vmap` takes each leaf: as it is where all agree to the last bit, else stacked."""
    leaves = [jax.tree.leaves(tree) for tree in trees]
    plan = jax.tree.structure(trees[0])
    joined: list[Any] = []
    axes: list[int | None] = []
    for same in zip(*leaves, strict=True):
        equal = all(np.array_equal(same[0], other, equal_nan=True) for other in same[1:])
        joined.append(same[0] if equal else np.stack(same))
        axes.append(SHARED if equal else EACH)
    return jax.tree.unflatten(plan, joined), jax.tree.unflatten(plan, axes)


def _with_start(packed: Any, start_loss: Any) -> Any:
    return pack_tree(packed.unpacked()._replace(start_loss=start_loss))
