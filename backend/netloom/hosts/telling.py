"""Events as they go over the wire, made from what a run knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from netloom.errors import NetloomError
from netloom.protocol.events import Edited, Mark, Row

if TYPE_CHECKING:
    from netloom.engine.run import EditOutcome, Measured, Run
    from netloom.protocol.commands import Watch

Event = dict[str, Any]

_OUTCOME_FIELDS = [name for name in Edited.model_fields if name not in {"type", "command", "experiment"}]


def status(
    run: Run,
    state: str,
    *,
    playing: bool = False,
    reason: str | None = None,
    message: str | None = None,
    queue_position: int | None = None,
) -> Event:
    return {
        "type": "status",
        "status": state,
        "playing": playing,
        "epoch": run.epoch,
        "step": run.step,
        "reason": reason,
        "message": message,
        "queue_position": queue_position,
    }


def history(offset: int, rows: Iterable[Row]) -> Event:
    return {"type": "history", "offset": offset, "rows": [vars(row) for row in rows]}


def points(run: Run) -> Event:
    return {"type": "points", "points": [vars(point) for point in run.points()]}


def marks(found: Sequence[Mark]) -> Event:
    return {"type": "marks", "marks": [vars(mark) for mark in found]}


def layout(run: Run, watch: Watch) -> Event:
    return run.layout(watch).model_dump(mode="json")


def edited(outcome: EditOutcome, command: int) -> Event:
    told = {name: getattr(outcome, name) for name in _OUTCOME_FIELDS}
    experiment = outcome.experiment.model_dump(mode="json")
    return {"type": "edited", "command": command, "experiment": experiment, **told}


def tested(measured: Measured, command: int, epoch: int) -> Event:
    return {
        "type": "tested",
        "command": command,
        "epoch": epoch,
        "points": measured.points,
        "loss": measured.loss,
        "metric": measured.metric,
        "confusion": measured.confusion,
    }


def accepted(command: int) -> Event:
    return {"type": "accepted", "command": command}


def resumed(epoch: int) -> Event:
    return {
        "type": "engine",
        "state": "resumed",
        "epoch": epoch,
        "message": f"The engine is back; the run goes on from epoch {epoch}.",
    }


def snapshot(run: Run, watch: Watch | None, current: Event) -> Event:
    return {
        "type": "snapshot",
        "experiment": run.experiment.model_dump(mode="json"),
        "revision": run.revision,
        "status": current,
        "history": [vars(row) for row in run.history],
        "marks": [vars(mark) for mark in run.marks],
        "points": points(run)["points"],
        "layout": None if watch is None else layout(run, watch),
        "device": run.device,
    }


def problem(error: NetloomError) -> dict[str, Any]:
    return {"code": error.code, "message": str(error), "path": error.path, "layer": error.layer_id}
