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

NEWEST_ROWS = 500
"""Told as they are; those before them are packed."""

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


def rows_after(event: Event) -> int:
    """How many rows there are once a `history` event has been heard, those included that are thinned out by now: the
    epochs of a history have no gap, so that the last one counts them."""
    return event["rows"][-1]["epoch"] + 1 if event["rows"] else event["offset"]


def history_anew(run: Run) -> Event:
    """In place of all that was told before."""
    return history(0, run.history.newest(NEWEST_ROWS)) | _older(run)


def _older(run: Run) -> Event:
    packed = run.history.older(NEWEST_ROWS)
    return {"older": vars(packed)} if packed else {}


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
        "history": [vars(row) for row in run.history.newest(NEWEST_ROWS)],
        **_older(run),
        "marks": [vars(mark) for mark in run.marks],
        "points": points(run)["points"],
        "layout": None if watch is None else layout(run, watch),
        "device": run.device,
    }


def anew(told: dict[str, Any], commands: Iterable[int]) -> list[Event]:
    """The events that lead to this snapshot, for who has heard none or not all of them; `commands` are those that were
    carried out of late, lest they are asked again."""
    older = {"older": told["older"]} if "older" in told else {}
    layouts = [told["layout"]] if told["layout"] else []
    return [
        *(accepted(command) for command in commands),
        _as_it_is(told),
        {"type": "history", "offset": 0, "rows": told["history"], **older},
        {"type": "points", "points": told["points"]},
        {"type": "marks", "marks": told["marks"]},
        *layouts,
        told["status"],
    ]


def _as_it_is(told: dict[str, Any]) -> Event:
    """An `edited` that changes nothing: it holds the document."""
    return {
        "type": "edited",
        "command": 0,
        "kind": "nothing",
        "experiment": told["experiment"],
        "revision": told["revision"],
        "epoch": told["status"]["epoch"],
        "step": told["status"]["step"],
        "label": "",
        "kept": 0,
        "fresh": 0,
        "boundary_shift": 0.0,
        "message": "",
        "stash": None,
    }


def problem(error: NetloomError) -> dict[str, Any]:
    return {"code": error.code, "message": str(error), "path": error.path, "layer": error.layer_id}
