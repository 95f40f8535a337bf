"""Applying an edit to a run: what it keeps, what it resets, and what it tells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from netloom.arrays import jax
from netloom.engine.changes import Kind, classify
from netloom.engine.checkpoint import fitted
from netloom.engine.chunks import start_row
from netloom.engine.history import MOST_MARKS, History
from netloom.engine.prepared import Stage, make_stage, outputs_at
from netloom.engine.situation import Situation
from netloom.engine.stashes import Stashes
from netloom.engine.state import Carry, TrainState
from netloom.engine.transfer import Transferred, transfer
from netloom.experiment import Experiment
from netloom.protocol.events import Mark

SHIFT_CELLS = 31


class EditOutcome(NamedTuple):
    """All of `protocol.events.Edited` but the command, and what else has to be told."""

    kind: Kind
    experiment: Experiment
    revision: int
    epoch: int
    step: int
    label: str
    kept: int
    fresh: int
    boundary_shift: float | None
    message: str
    stash: str | None
    points_changed: bool
    history_reset: bool


Applied = tuple[Situation, Stage, EditOutcome]


def apply_edit(
    present: Situation,
    before: Stage,
    after: Stage,
    stashes: Stashes,
    revision: int,
    restore: str | None,
    label: str,
    *,
    restart: bool = False,
) -> Applied:
    """The run as it is after the edit. `restore` names a stash; one that is not kept any more is passed over."""
    former = stashes.get(restore)
    if former is not None:
        return _restored(present, before, former, after, stashes, revision, label)
    kind = "restart" if restart else classify(before, after)
    if kind == "restart":
        return _restarted(present, before, after, stashes, revision, label)
    return _carried_on(kind, present, before, after, stashes, revision, label)


def apply_recovery(present: Situation, stage: Stage, stashes: Stashes, revision: int) -> Applied:
    """Back to the end of the last epoch with a sound loss, on `stage`, whose learning rate has been lowered."""
    token = stashes.put(present)
    safe = present.carry.safe
    epoch = int(safe.epoch)
    situation = Situation(
        experiment=stage.experiment,
        carry=Carry(safe, safe),
        history=present.history.until(epoch),
        marks=tuple(mark for mark in present.marks if mark.epoch <= epoch),
        stopped=None,
    )
    rate = stage.experiment.training.learning_rate
    message = f"Back at epoch {epoch:,}, where the loss was last sound, with the learning rate {rate:g}."
    return (
        situation,
        stage,
        _outcome(
            "restored",
            situation,
            stage,
            revision,
            "back to finite",
            message,
            stash=token,
            kept=_count(stage),
            reset=True,
        ),
    )


def _restarted(present: Situation, before: Stage, after: Stage, stashes: Stashes, revision: int, label: str) -> Applied:
    carry = after.first_carry
    trained = int(present.carry.now.step) > 0 or before.experiment != after.experiment
    token = stashes.put(present) if trained else None
    history = History([start_row(after, after.packed(carry))])
    situation = Situation(after.experiment, carry, history, (), None)
    message = "Restarted at epoch 0" + ("; undo brings the trained network back." if token else ".")
    return (
        situation,
        after,
        _outcome(
            "restart",
            situation,
            after,
            revision,
            label,
            message,
            stash=token,
            fresh=_count(after),
            points=_points_differ(before, after),
            reset=True,
        ),
    )


def _restored(
    present: Situation, before: Stage, former: Situation, after: Stage, stashes: Stashes, revision: int, label: str
) -> Applied:
    """The stashed state; should the document asked for differ from the stashed one, as an edit of that, unless it would
    throw away what is to be restored."""
    token = stashes.put(present)
    stage = make_stage(former.experiment, before.device, like=before)
    situation = _placed(former, stage)
    kind = classify(stage, after)
    if former.experiment != after.experiment and kind != "restart":
        situation, stage, _ = _carried_on(kind, situation, stage, after, stashes, revision, "")
    epoch = int(situation.carry.now.epoch)
    message = f"The {'trained ' if epoch else ''}network is back as it was, at epoch {epoch:,}."
    return (
        situation,
        stage,
        _outcome(
            "restored",
            situation,
            stage,
            revision,
            label,
            message,
            stash=token,
            kept=_count(stage),
            points=_points_differ(before, stage),
            reset=True,
        ),
    )


def _with_mark(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """Strokes of one brush within an epoch are one mark on the chart, which keeps the last MOST_MARKS."""
    again = marks and marks[-1].label == mark.label and mark.epoch - marks[-1].epoch < 1
    return marks if again else (*marks, mark)[-MOST_MARKS:]


def _carried_on(
    kind: Kind, present: Situation, before: Stage, after: Stage, stashes: Stashes, revision: int, label: str
) -> Applied:
    situation = Situation(after.experiment, present.carry, present.history, present.marks, present.stopped)
    if kind == "nothing":
        return situation, after, _outcome(kind, situation, after, revision, label, "", kept=_count(after))
    now = transfer(before, after, present.carry.now, revision) if kind == "structure" else None
    carry = _converted(before, after, present.carry, now, revision)
    changed = _optimizer_changed(before.experiment, after.experiment)
    reset = changed and _family(before.experiment) != "sgd"
    if changed:
        carry = Carry(*(_without_moments(state) for state in carry))
    carry = _ruled(before, after, carry)
    mark = Mark(epoch=_fractional_epoch(before, present.carry.now), label=label or _own_label(kind))
    history = _comparable(before, after, present.history)
    marks = present.marks if _only_the_limit(before, after) else _with_mark(present.marks, mark)
    situation = Situation(after.experiment, carry, history, marks, _still_stopped(present, after))
    undoable = reset or kind == "structure" or classify(after, before) == "restart"
    shift = boundary_shift(before, present.carry.now, after, carry.now)
    kept, fresh = (now.kept, now.fresh) if now else (_count(after), 0)
    return (
        situation,
        after,
        _outcome(
            kind,
            situation,
            after,
            revision,
            mark.label,
            _sentence(kind, (kept, fresh, now.lost if now else 0), shift, reset, int(present.carry.now.step) > 0),
            stash=stashes.put(present) if undoable else None,
            kept=kept,
            fresh=fresh,
            shift=shift,
            points=_points_differ(before, after),
            reset=history is not present.history,
        ),
    )


def _only_the_limit(before: Stage, after: Stage) -> bool:
    """How far to train changes nothing of what is learned."""
    limit = after.experiment.training.epoch_limit
    training = before.experiment.training.model_copy(update={"epoch_limit": limit})
    return before.experiment.model_copy(update={"training": training}) == after.experiment


def _comparable(before: Stage, after: Stage, history: History) -> History:
    """Trained numbers of former epochs stay as long as they are the same ones."""
    if before.picture.shown_shapes == after.picture.shown_shapes or not before.picture.is_tiny:
        return history
    return history.without_parameters()


def _converted(before: Stage, after: Stage, carry: Carry, now: Transferred | None, revision: int) -> Carry:
    """The state for the new structure; a live edit may move it to larger arrays of the same network."""
    if now is not None:
        same = jax.tree.all(jax.tree.map(np.array_equal, carry.safe, carry.now))
        return Carry(now.state, now.state if same else transfer(before, after, carry.safe, revision).state)
    if before.program is after.program:
        return carry
    return carry if _same_arrays(before, after) else Carry(*(transfer(before, after, s, revision).state for s in carry))


def _same_arrays(before: Stage, after: Stage) -> bool:
    return before.program.structure.steps == after.program.structure.steps


def _ruled(before: Stage, after: Stage, carry: Carry) -> Carry:
    """What losses are compared with begins anew where the loss or the points are others; an epoch of fewer points has
    none left beyond them."""
    old, new = before.experiment, after.experiment
    if (old.training.loss, old.data, old.network) == (new.training.loss, new.data, new.network):
        return carry
    start = after.first_carry.now.start_loss
    anew = {"start_loss": start, "best": np.float32(np.inf), "epochs_since_best": np.int32(0)}
    count = np.int32(after.sampled.train_count)
    return Carry(*(state._replace(**anew, cursor=np.minimum(np.asarray(state.cursor), count)) for state in carry))


def _optimizer_changed(old: Experiment, new: Experiment) -> bool:
    """Whether the moments mean something else now. Momentum and Nesterov share theirs, and so do Adam and AdamW."""
    return _family(old) != _family(new)


def _family(experiment: Experiment) -> str:
    name = experiment.training.optimizer.type
    return {"nesterov": "momentum", "adamw": "adam"}.get(name, name)


def _without_moments(state: TrainState) -> TrainState:
    return state._replace(
        first=np.zeros_like(np.asarray(state.first)),
        second=np.zeros_like(np.asarray(state.second)),
        moments_step=np.int32(0),
    )


def _still_stopped(present: Situation, after: Stage) -> Any:
    stopped = present.stopped
    if stopped is None or stopped.reason != "epoch_limit":
        return stopped
    return None if int(present.carry.now.epoch) < after.experiment.training.epoch_limit else stopped


def _placed(situation: Situation, stage: Stage) -> Situation:
    carry = Carry(*(fitted(state, stage.program.structure) for state in situation.carry))
    return Situation(situation.experiment, carry, situation.history, situation.marks, situation.stopped)


def boundary_shift(before: Stage, old: TrainState, after: Stage, new: TrainState) -> float | None:
    """Mean absolute change of the output over the map, in units of its range (0..1); None where outputs do not
    compare."""
    if (
        before.experiment.task != after.experiment.task
        or before.program.structure.outputs != after.program.structure.outputs
    ):
        return None
    places = after.picture.places(SHIFT_CELLS)
    was = outputs_at(before, old, before.picture.features(places))
    now = outputs_at(after, new, after.picture.features(places))
    low, high = after.picture.output_range
    shift = float(np.mean(np.abs(now - was))) / (high - low)
    return shift if np.isfinite(shift) else None


def _sentence(kind: Kind, counts: tuple[int, int, int], shift: float | None, reset: bool, trained: bool) -> str:
    """`counts`: of numbers that were kept, are new, were removed."""
    parts: list[str] = []
    if kind == "structure":
        kept, fresh, lost = counts
        parts.append(f"{_numbers(kept, trained)} kept")
        parts += [f"{count:,} {fate}" for count, fate in ((fresh, "new"), (lost, "removed")) if count]
    else:
        parts.append("applied while it trains")
    if reset:
        parts.append("the optimizer starts gathering anew")
    if shift is not None and (kind == "structure" or shift >= 0.0005):
        parts.append("the picture does not move" if shift < 0.0005 else f"the picture moves by {100 * shift:.1f} %")
    sentence = ", ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _numbers(count: int, trained: bool) -> str:
    return f"{count:,} {'trained ' if trained else ''}number" + ("" if count == 1 else "s")


def _own_label(kind: Kind) -> str:
    return "network" if kind == "structure" else "setting"


def _fractional_epoch(stage: Stage, state: TrainState) -> float:
    return round(int(state.epoch) + int(state.cursor) / stage.sampled.train_count, 4)


def _count(stage: Stage) -> int:
    return sum(stage.experiment.network.parameter_counts(len(stage.experiment.data.features)).values())


def _points_differ(before: Stage, after: Stage) -> bool:
    old, new = before.sampled, after.sampled
    if old is new:
        return False
    pairs = [
        (old.points.inputs, new.points.inputs),
        (old.points.targets, new.points.targets),
        *zip(old.split, new.split, strict=True),
    ]
    return any(not np.array_equal(a, b) for a, b in pairs)


def _outcome(
    kind: Kind,
    situation: Situation,
    stage: Stage,
    revision: int,
    label: str,
    message: str,
    *,
    stash: str | None = None,
    kept: int = 0,
    fresh: int = 0,
    shift: float | None = None,
    points: bool = False,
    reset: bool = False,
) -> EditOutcome:
    return EditOutcome(
        kind=kind,
        experiment=stage.experiment,
        revision=revision + 1,
        epoch=int(situation.carry.now.epoch),
        step=int(situation.carry.now.step),
        label=label,
        kept=kept,
        fresh=fresh,
        boundary_shift=shift,
        message=message,
        stash=stash,
        points_changed=points,
        history_reset=reset,
    )
