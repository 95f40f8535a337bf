"""One experiment being trained."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np

from netloom.engine import checkpoint as saving
from netloom.engine.advance import NOT_FINITE
from netloom.engine.cells import Cells
from netloom.engine.changes import merged
from netloom.engine.chunks import Chunk, number, rows_of, start_row, stop_of
from netloom.engine.device import describe, find_device
from netloom.engine.edits import EditOutcome, apply_edit, apply_recovery
from netloom.engine.history import History, sides_of
from netloom.engine.layout import make_layout
from netloom.engine.moment import RunMoment
from netloom.engine.packing import Named, slots
from netloom.engine.prepared import Stage, is_ready, make_stage, outputs_at, warm
from netloom.engine.situation import Situation, Stop
from netloom.engine.stashes import Stashes
from netloom.engine.state import Carry
from netloom.engine.transfer import learned
from netloom.errors import NotPossible
from netloom.experiment import Experiment
from netloom.probes import PROBES
from netloom.probes.base import LastUpdate
from netloom.protocol.commands import Changes, Pin, Watch
from netloom.protocol.events import DataPoint, Layout, Mark, Row
from netloom.protocol.frames import FrameBody, FrameHeader, framed

UNKNOWN_UPDATE_SECS = math.inf
"""Until one was measured: a guess would let one call of a large network train for minutes."""
LEAST_UPDATE_SECS = 1e-8
REMEMBERED_COMMANDS = 200


class Progress(NamedTuple):
    """`rows`: the epochs that ended; `updates`: how many there were; `finished`: the run has stopped by itself."""

    rows: list[Row]
    updates: int
    finished: bool


class Prepared(NamedTuple):
    """An edit that is ready to be applied. `compiled`: whether something had to be compiled for it."""

    changes: Changes
    stage: Stage
    revision: int
    compiled: bool
    cells: Cells

    def ready_for(self, cells: Cells) -> bool:
        """Whether pictures of these can be made at once."""
        return is_ready(self.stage, cells)


class Measured(NamedTuple):
    """The final test. `metric`: accuracy or R²; `confusion`: rows true, columns predicted, None for values."""

    points: int
    loss: float | None
    metric: float | None
    confusion: tuple[tuple[int, ...], ...] | None


class Run:
    """One experiment being trained. Single-threaded but for `prepare`; no sockets, no clock of its own."""

    def __init__(
        self, experiment: Experiment, *, device: str = "auto", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises InvalidExperiment where points or starting values cannot be used, NotPossible without the device."""
        self._set_up(make_stage(experiment, find_device(device)), clock)
        self._carry = self._stage.first_carry
        self.history = History([start_row(self._stage, self._packed)])

    @classmethod
    def resume(cls, checkpoint: bytes, *, device: str = "auto", clock: Callable[[], float] = time.monotonic) -> Self:
        """Goes on from `checkpoint()` to the last bit. Raises BadCheckpoint."""
        saved = saving.from_bytes(checkpoint)
        run = cls.__new__(cls)
        run._set_up(  # noqa: SLF001 - its own instance
            make_stage(saved.situation.experiment, find_device(device)), clock
        )
        run._take(saved.situation)  # noqa: SLF001
        run.revision = saved.revision
        run.commands.extend(saved.commands)
        run._stashes = Stashes(saved.stashes, saved.stash_count)  # noqa: SLF001
        return run

    def checkpoint(self) -> bytes:
        return saving.to_bytes(
            saving.Saved(
                self._situation(), self.revision, dict(self._stashes.items()), self._stashes.count, tuple(self.commands)
            )
        )

    # What there is to read

    @property
    def experiment(self) -> Experiment:
        return self._stage.experiment

    @property
    def epoch(self) -> int:
        return self._where()[0]

    @property
    def step(self) -> int:
        """Updates since epoch 0."""
        return self._where()[1]

    @property
    def status(self) -> str:
        if self.stopped is not None:
            return "diverged" if self.stopped.diverged else "finished"
        return "paused" if self.step else "idle"

    @property
    def device(self) -> str:
        return describe(self._stage.device)

    def points(self) -> tuple[DataPoint, ...]:
        """In the order of the data set."""
        sampled = self._stage.sampled
        rows = zip(sampled.points.inputs.tolist(), sampled.points.targets.tolist(), sampled.split_names, strict=True)
        return tuple(DataPoint(x=tuple(x), target=target, split=name) for x, target, name in rows)

    def layout(self, watch: Watch) -> Layout:
        """The same object until what is watched or the network's shape changes."""
        asked = (watch, self._stage)
        if self._layout is not None and all(a is b for a, b in zip(asked, self._layout_asked, strict=True)):
            return self._layout
        self._layout_asked = asked
        key = (watch.model_dump_json(exclude={"frames_per_second"}), self._shape_key())
        if self._layout is None or key != self._layout_key:
            self._layout_count += 1
            self._layout = make_layout(self._layout_count, self._stage.picture, self._moment(), watch)
            self._layout_key = key
            self._frame_body = FrameBody(self._layout.channels)
        return self._layout

    def frame(self, watch: Watch) -> bytes:
        """The present moment, as `layout(watch)` says."""
        layout = self.layout(watch)
        self._watched_cells = Cells.of(watch)
        self._follows_updates = bool(watch.pins) or watch.slow_motion
        moment = self._moment()
        arrays = [array for probe in PROBES for array in probe.arrays(moment, watch)]
        self._frame_count += 1
        header = FrameHeader(
            run=self.run_id,
            layout=layout.id,
            frame=self._frame_count,
            epoch=self.epoch,
            step=self.step,
            learning_rate=self.learning_rate,
        )
        return framed(header, self._frame_body.filled(arrays))

    @property
    def learning_rate(self) -> float:
        """Of the next update, after its schedule."""
        if self._rate is None:
            self._rate = self._stage.advance(self._packed, 0, 0).rate
        return self._rate

    # Training

    def advance(
        self, *, updates: int | None = None, until_epoch: int | None = None, budget_secs: float = 0.01
    ) -> Progress:
        """Trains at most `updates` updates, not past `until_epoch`, for about `budget_secs`."""
        rows: list[Row] = []
        done = 0
        deadline = self._clock() + budget_secs
        self._let_go_of_early_stop()
        limit = (
            self.experiment.training.epoch_limit
            if until_epoch is None
            else min(self.experiment.training.epoch_limit, until_epoch)
        )
        while self.stopped is None and self.epoch < limit and (updates is None or done < updates):
            left = deadline - self._clock()
            if left <= 0 and done:
                break
            wanted = max(1, min(int(left / self._update_secs), 2**30 if updates is None else updates - done))
            chunk_rows, chunk_updates = self._train(wanted, limit)
            rows += chunk_rows
            done += chunk_updates
        self._note_limit()
        return Progress(rows, done, self.stopped is not None)

    def continue_past_limit(self) -> None:
        """Raises the epoch limit by as much again, where that is why the run stopped; lets early stopping wait anew."""
        training = self.experiment.training
        if self.epoch >= training.epoch_limit:
            raised = training.model_copy(update={"epoch_limit": min(self.epoch + training.epoch_limit, 10_000_000)})
            experiment = self.experiment.model_copy(update={"training": raised})
            self._stage = make_stage(experiment, self._stage.device, like=self._stage)
        self._wait_anew()

    # Editing

    def ready_for(self, cells: Cells) -> bool:
        """Whether pictures of these can be made at once."""
        return is_ready(self._stage, cells)

    def warming(self, cells: Cells) -> Callable[[], bool]:
        """What gets the present network ready for pictures of these; may be called in another thread."""
        stage = self._stage
        return lambda: warm(stage, cells)

    def prepare(self, changes: Changes, cells: Cells | None = None) -> Prepared:
        """Validates and compiles, for pictures of `cells`, or of those watched last; may run in another thread while
        this run trains on. Raises InvalidExperiment."""
        stage, revision = self._stage, self.revision
        after = make_stage(merged(stage.experiment, changes), stage.device, like=stage)
        cells = cells or self._watched_cells
        return Prepared(changes, after, revision, warm(after, cells), cells)

    def edit(self, prepared: Prepared | Changes, *, restore: str | None = None, label: str = "") -> EditOutcome:
        """Applies at once. With a stash to `restore` that is still kept, goes back to what it holds first."""
        if isinstance(prepared, Changes):
            prepared = self.prepare(prepared)
        elif prepared.revision != self.revision:
            prepared = self.prepare(prepared.changes, prepared.cells)
        self._watched_cells = prepared.cells
        outcome = apply_edit(
            self._situation(), self._stage, prepared.stage, self._stashes, self.revision, restore, label
        )
        return self._become(outcome)

    def restart(self, label: str = "") -> EditOutcome:
        """Same weights, same data, epoch 0."""
        outcome = apply_edit(
            self._situation(), self._stage, self._stage, self._stashes, self.revision, None, label, restart=True
        )
        return self._become(outcome)

    def set_parameter(self, pin: Pin, value: float) -> None:
        """Types over one trained number. Raises NotPossible for one that is not there."""
        place = self._flat_place(pin)
        params = np.array(self._carry.now.params)
        params[place] = value
        self._carry = self._carry._replace(now=self._carry.now._replace(params=params))
        self._forget_moment()
        self.revision += 1

    def recover(self) -> EditOutcome:
        """Back to the last finite point, with a tenth of the learning rate."""
        training = self.experiment.training
        slower = training.model_copy(update={"learning_rate": training.learning_rate / 10})
        stage = make_stage(
            self.experiment.model_copy(update={"training": slower}), self._stage.device, like=self._stage
        )
        return self._become(apply_recovery(self._situation(), stage, self._stashes, self.revision))

    def final_test(self) -> Measured:
        """Raises NotPossible where no points are kept for it."""
        members = self._stage.sampled.split.test
        if not len(members):
            raise NotPossible("No points are kept for the final test; give the test share some.")
        moment = self._moment()
        measured = self._stage.measure(self._packed)
        confusion = None
        if self.experiment.task.classes:
            confusion = tuple(tuple(row) for row in moment.confusion_of(2).tolist())
        return Measured(len(members), number(float(measured.losses[2])), number(float(measured.metrics[2])), confusion)

    # Export

    def parameters(self) -> Named:
        """Unpadded float32 arrays by layer and name; a bias that is switched off is 0."""
        params = learned(self._stage, self._carry.now).params
        for layer, names in self._stage.picture.all_shapes.items():
            for name in names:
                if name not in self._stage.picture.shown_shapes[layer]:
                    params[layer][name][:] = 0
        return params

    def states(self) -> Named:
        """What changes while training but is not trained: batch normalization's running mean and variance."""
        return learned(self._stage, self._carry.now).states

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """float `[n, 1 or 2]` raw x (and y) -> float32 `[n, outputs]`."""
        features = self._stage.picture.features(np.asarray(inputs, np.float64))
        return outputs_at(self._stage, self._carry.now, features)

    # Inside

    def _set_up(self, stage: Stage, clock: Callable[[], float]) -> None:
        self._stage, self._clock = stage, clock
        self.run_id = ""
        self.revision = 0
        self.marks: list[Mark] = []
        self.stopped: Stop | None = None
        self.commands: deque[int] = deque(maxlen=REMEMBERED_COMMANDS)
        """Ids of those that were carried out of late: saved with what they did, and never done twice."""
        self._stashes = Stashes({}, 0)
        self._layout: Layout | None = None
        self._layout_key: Any = None
        self._frame_body = FrameBody(())
        self._layout_asked: tuple[Watch | None, Stage | None] = (None, None)
        self._layout_count = self._frame_count = 0
        self._update_secs = UNKNOWN_UPDATE_SECS
        self._follows_updates = False
        self._watched_cells = Cells()
        self._forget_moment()

    def _forget_moment(self) -> None:
        """What was computed for the state before is not true any more."""
        self._chunk: Chunk | None = None
        self._rate: float | None = None
        self._place: tuple[int, int, int] | None = None

    @property
    def _carry(self) -> Carry:
        """NumPy."""
        return Carry(*(state.unpacked() for state in self._packed))

    @_carry.setter
    def _carry(self, carry: Carry) -> None:
        self._packed = self._stage.packed(carry)

    def _where(self) -> tuple[int, int, int]:
        """Epoch, step and cursor."""
        if self._place is None:
            now = self._carry.now
            self._place = (int(now.epoch), int(now.step), int(now.cursor))
        return self._place

    def _train(self, wanted: int, limit: int) -> tuple[list[Row], int]:
        """One chunk of at most `wanted` updates; where the last update is watched, that one by itself."""
        if self._follows_updates and wanted > 1:
            rows, updates = self._train_chunk(wanted - 1, limit)
            if self.stopped is None and self.epoch < limit and updates == wanted - 1:
                more, last = self._train_chunk(1, limit)
                return rows + more, updates + last
            return rows, updates
        return self._train_chunk(wanted, limit)

    def _train_chunk(self, wanted: int, limit: int) -> tuple[list[Row], int]:
        start = self._clock()
        chunk = Chunk(self._stage, self._packed)
        result = chunk.run(wanted, limit)
        before = self._where()
        if chunk.facts.stopped == NOT_FINITE:
            result, self.stopped = chunk.last_finite(result, limit)
        else:
            self.stopped = stop_of(result, chunk.facts)
        facts = chunk.facts
        rows = rows_of(before, result, facts.row_count, self._stage)
        updates = facts.updates
        if updates:
            self._note_update_secs((self._clock() - start) / updates)
        self._chunk, self._packed, self._rate = chunk, result.carry, result.rate
        self._place = (facts.epoch, facts.step, facts.cursor)
        if rows:
            self.history.extend(rows)
        return rows, updates

    def _note_update_secs(self, secs: float) -> None:
        before = self._update_secs if math.isfinite(self._update_secs) else secs
        self._update_secs = max(LEAST_UPDATE_SECS, 0.5 * before + 0.5 * secs)

    def _note_limit(self) -> None:
        limit = self.experiment.training.epoch_limit
        if self.stopped is None and self.epoch >= limit:
            self.stopped = Stop("epoch_limit", f"Paused at epoch {limit:,}, as set. Continue when you like.")

    def _let_go_of_early_stop(self) -> None:
        if self.stopped is not None and not self.stopped.diverged and self.epoch < self.experiment.training.epoch_limit:
            self._wait_anew()

    def _wait_anew(self) -> None:
        if self.stopped is None or self.stopped.diverged:
            return
        now = self._carry.now._replace(epochs_since_best=np.int32(0))
        self._carry = self._carry._replace(now=now)
        self.stopped = None

    def _situation(self) -> Situation:
        return Situation(self.experiment, self._carry, self.history.copy(), tuple(self.marks), self.stopped)

    def _take(self, situation: Situation) -> None:
        structure = self._stage.program.structure
        states = (saving.fitted(state, structure) for state in situation.carry)
        self._carry = Carry(*states)
        self.marks = list(situation.marks)
        self.history = situation.history.copy()
        self.history.hold(sides_of(self.marks))
        self.stopped = situation.stopped
        self._forget_moment()

    def _become(self, outcome: tuple[Situation, Stage, EditOutcome]) -> EditOutcome:
        situation, self._stage, told = outcome
        self._update_secs = UNKNOWN_UPDATE_SECS
        self._take(situation)
        self.revision = told.revision
        return told

    def _moment(self) -> RunMoment:
        return self._stage.moment(self._packed, self._last_update)

    def _last_update(self) -> LastUpdate:
        if self._chunk is None:
            return self._stage.picture.no_update()
        return self._chunk.last_update(self._packed)

    def _shape_key(self) -> Any:
        picture = self._stage.picture
        shapes = tuple((layer, tuple(names.items())) for layer, names in picture.shown_shapes.items())
        return (
            shapes,
            picture.domain,
            picture.level,
            self.experiment.data.features,
            picture.hidden == [],
            len(self._stage.sampled.order),
            self._stage.batch_size,
        )

    def _flat_place(self, pin: Pin) -> int:
        shape = self._stage.picture.shown_shapes.get(pin.layer, {}).get(pin.parameter)
        if shape is None or len(pin.index) != len(shape) or any(i >= n for i, n in zip(pin.index, shape, strict=True)):
            raise NotPossible(f"“{pin.layer}” has no {pin.parameter} at {list(pin.index)}.")
        place = self._stage.ids.index(pin.layer)
        slot = next(
            slot for slot in slots(self._stage.program.structure) if (slot.place, slot.name) == (place, pin.parameter)
        )
        return slot.offset + int(np.ravel_multi_index(pin.index, slot.shape))
