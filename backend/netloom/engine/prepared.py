"""A document made ready to run: its points, its program, its arrays on the device."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from netloom.arrays import jax
from netloom.engine.advance import Advanced
from netloom.engine.cells import Cells
from netloom.engine.data import Data, Sampled, sample, to_data
from netloom.engine.followed import followed
from netloom.engine.initial import initial_state
from netloom.engine.live import Live, live_of
from netloom.engine.look import look
from netloom.engine.measure import Measures
from netloom.engine.moment import Picture, RunMoment
from netloom.engine.packed import Packed, pack_tree
from netloom.engine.program import Program, is_warm, note_warm, program_for
from netloom.engine.state import Carry, PackedCarry, TrainState
from netloom.engine.structure import batch_size, structure_of
from netloom.experiment import Experiment
from netloom.probes.base import LastUpdate


@dataclass(frozen=True)
class Stage:
    """Everything of a run that its document determines."""

    experiment: Experiment
    sampled: Sampled
    program: Program
    picture: Picture
    packed_data: Packed
    packed_live: Packed
    device: Any

    @property
    def live(self) -> Live:
        """For a look at single values."""
        return self.packed_live.unpacked()

    @property
    def data(self) -> Data:
        return self.packed_data.unpacked()

    @property
    def ids(self) -> list[str]:
        return self.picture.ids

    @cached_property
    def first_carry(self) -> Carry:
        """Epoch 0, with the loss it starts from measured."""
        state = initial_state(self.experiment, self.program.structure)
        state = state._replace(start_loss=self.measure(self.packed(Carry(state, state))).losses[0])
        return Carry(state, state)

    @property
    def batch_size(self) -> int:
        return batch_size(self.experiment, self.sampled.train_count)

    def measure(self, carry: PackedCarry) -> Measures:
        """On this machine's memory. `start_loss` need not be known yet."""
        return self.advance(carry, 0, 0).measures

    def moment(self, carry: PackedCarry, last_update: Callable[[], LastUpdate] | None = None) -> RunMoment:
        return RunMoment(
            self.picture, carry, self.packed_live, lambda: self.measure(carry), last_update or self.picture.no_update
        )

    def packed(self, carry: Carry) -> PackedCarry:
        """On the device."""
        packed = PackedCarry(*(pack_tree(jax.tree.map(np.asarray, state)) for state in carry))
        return jax.device_put(packed, self.device)

    def advance(self, carry: PackedCarry, updates: int, until_epoch: int) -> Advanced:
        asked = np.array([updates, until_epoch], np.int32)
        return self.program.advance(carry, self.packed_data, self.packed_live, asked)


def make_stage(experiment: Experiment, device: Any, *, like: Stage | None = None) -> Stage:
    """`like`: what the present document made; what is the same in the new one is not made again."""
    same_data = like is not None and (like.experiment.data, like.experiment.seeds.data) == (
        experiment.data,
        experiment.seeds.data,
    )
    sampled = like.sampled if like is not None and same_data else sample(experiment)
    structure = structure_of(experiment, points=len(sampled.order), train=sampled.train_count)
    # One that was dropped as others were used since serves its own runs on.
    same_program = like is not None and like.program.structure == structure
    program = like.program if like is not None and same_program else program_for(structure)
    picture = Picture(experiment, sampled, program, device)
    return Stage(
        experiment=experiment,
        sampled=sampled,
        program=program,
        picture=picture,
        packed_data=jax.device_put(pack_tree(to_data(experiment, sampled, structure)), device),
        packed_live=jax.device_put(pack_tree(live_of(experiment, structure, train=sampled.train_count)), device),
        device=device,
    )


def is_ready(stage: Stage, cells: Cells) -> bool:
    """Whether a run of this stage, and pictures of `cells`, have nothing to load or to compile any more."""
    return is_warm(stage.program, _warmth(stage, cells))


def warm(stage: Stage, cells: Cells) -> bool:
    """Loads or compiles what a run of this stage and pictures of `cells` will call, at the same time on as many cores
    as there are; False where all of it was there."""
    if is_ready(stage, cells):
        return False
    state = initial_state(stage.experiment, stage.program.structure)
    places = stage.picture.features(stage.picture.places(9))
    with ThreadPoolExecutor(max_workers=2) as others:
        made: list[Future[Any]] = [others.submit(look, stage.program, state, stage.packed_live, places)]
        if cells.mapped:
            made.append(others.submit(_moment_of(stage, state).maps, cells.boundary, cells.neurons))
        if cells.closer:
            made.append(others.submit(look, stage.program, state, stage.packed_live, places[:1]))
            made.append(others.submit(_follow, stage, state))
        stage.measure(stage.packed(Carry(state, state)))
        for each in made:
            each.result()
    for part in cells.parts():
        note_warm(stage.program, _warmth(stage, part))
    return True


def _warmth(stage: Stage, cells: Cells) -> Hashable:
    return (cells, stage.experiment.task.inputs, stage.device)


def _moment_of(stage: Stage, state: TrainState) -> RunMoment:
    return stage.moment(stage.packed(Carry(state, state)))


def _follow(stage: Stage, state: TrainState) -> None:
    followed(stage.program, stage.packed(Carry(state, state)), stage.packed_data, stage.packed_live)


def outputs_at(stage: Stage, state: TrainState, features: np.ndarray) -> np.ndarray:
    """float32 `[rows, outputs]` at unpadded features."""
    return look(stage.program, state, stage.packed_live, features)[1][-1]
