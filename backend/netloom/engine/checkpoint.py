"""A run as bytes and back: safetensors, with all that is not an array as JSON in its metadata."""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from netloom.engine.history import MOST_MARKS, History, Table, sides_of
from netloom.engine.packing import flat_size, pack_states
from netloom.engine.situation import Situation, Stop
from netloom.engine.state import Carry, TrainState
from netloom.engine.structure import Structure
from netloom.errors import BadCheckpoint, NetloomError
from netloom.experiment import Experiment
from netloom.protocol.events import Mark
from netloom.protocol.older_rows import FLOATS

VERSION = 1
MOST_STASH_BYTES = 2_000_000

_SCALARS = tuple(name for name in TrainState._fields if name not in {"params", "first", "second", "layers"})


class Saved(NamedTuple):
    """stashes: oldest first."""

    situation: Situation
    revision: int
    stashes: dict[str, Situation]
    stash_count: int
    commands: tuple[int, ...] = ()
    """Ids of those that led here, the latest last."""


def to_bytes(saved: Saved) -> bytes:
    """Stashes are saved newest first, as far as two megabytes reach."""
    arrays, notes = _situation_parts(saved.situation, "")
    stash_notes: dict[str, Any] = {}
    spent = 0
    for token, situation in reversed(saved.stashes.items()):
        more, note = _situation_parts(situation, f"{token}/")
        spent += sum(array.nbytes for array in more.values())
        if spent > MOST_STASH_BYTES:
            break
        arrays |= more
        stash_notes[token] = note
    document = {
        "version": VERSION,
        "revision": saved.revision,
        "stash_count": saved.stash_count,
        "commands": saved.commands,
        "situation": notes,
        "stashes": dict(reversed(stash_notes.items())),
    }
    return save(arrays, metadata={"netloom": orjson.dumps(document).decode()})


def from_bytes(data: bytes) -> Saved:
    """Raises BadCheckpoint."""
    try:
        arrays = load(data)
        header_bytes = int.from_bytes(data[:8], "little")
        document = json.loads(json.loads(data[8 : 8 + header_bytes])["__metadata__"]["netloom"])
        if document["version"] != VERSION:
            raise BadCheckpoint(f"This checkpoint is of version {document['version']}; this Netloom reads {VERSION}.")
        return Saved(
            situation=_situation(document["situation"], arrays, ""),
            revision=int(document["revision"]),
            stashes={token: _situation(note, arrays, f"{token}/") for token, note in document["stashes"].items()},
            stash_count=int(document["stash_count"]),
            commands=tuple(int(command) for command in document.get("commands", ())),
        )
    except BadCheckpoint:
        raise
    except (SafetensorError, ValidationError, NetloomError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadCheckpoint("These bytes are not a saved run of Netloom.") from error


def _situation_parts(situation: Situation, prefix: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    arrays: dict[str, np.ndarray] = {}
    for name, state in zip(Carry._fields, situation.carry, strict=True):
        arrays |= {f"{prefix}{name}/{key}": value for key, value in _state_arrays(state).items()}
    arrays |= _history_arrays(situation.history, f"{prefix}history/")
    return arrays, {
        "experiment": orjson.Fragment(_text_of(situation.experiment)),
        "marks": [mark.model_dump() for mark in situation.marks],
        "stopped": None if situation.stopped is None else list(situation.stopped),
    }


def _text_of(experiment: Experiment) -> bytes:
    """JSON; made once for each document, which never changes, and kept as long as that."""
    key = id(experiment)
    if key not in _texts:
        _texts[key] = experiment.model_dump_json().encode()
        weakref.finalize(experiment, _texts.pop, key, None)
    return _texts[key]


_texts: dict[int, bytes] = {}
"""By identity of the document."""


def _state_arrays(state: TrainState) -> dict[str, np.ndarray]:
    arrays = {name: np.asarray(getattr(state, name)) for name in ("params", "first", "second", *_SCALARS)}
    for place, layer in enumerate(state.layers):
        arrays |= {f"layers/{place}/{name}": np.asarray(values) for name, values in layer.items()}
    return arrays


def _situation(note: Mapping[str, Any], arrays: Mapping[str, np.ndarray], prefix: str) -> Situation:
    states = [_state(arrays, f"{prefix}{name}/") for name in Carry._fields]
    marks = tuple(Mark.model_validate(mark) for mark in note["marks"])[-MOST_MARKS:]
    return Situation(
        experiment=Experiment.model_validate_json(json.dumps(note["experiment"])),
        carry=Carry(*states),
        history=History(table=_table(arrays, f"{prefix}history/"), held=sides_of(marks)),
        marks=marks,
        stopped=None if note["stopped"] is None else Stop(*note["stopped"]),
    )


def _history_arrays(history: History, prefix: str) -> dict[str, np.ndarray]:
    return {prefix + name: np.array(column) for name, column in history.table._asdict().items()}


def _table(arrays: Mapping[str, np.ndarray], prefix: str) -> Table:
    """Version 1 once held float64 of the same numbers, none of trained ones before there were any, and every epoch."""
    epochs, values = arrays[f"{prefix}epochs"], arrays[f"{prefix}values"]
    parameters = arrays.get(f"{prefix}parameters", np.zeros((len(epochs), 1)))
    if epochs.shape != (len(epochs), 2) or values.shape != (len(epochs), len(FLOATS)):
        raise BadCheckpoint("The saved history is not a history.")
    return Table(epochs.astype(np.int64), values.astype(np.float32), parameters.astype(np.float32))


def _state(arrays: Mapping[str, np.ndarray], prefix: str) -> TrainState:
    layers: dict[int, dict[str, np.ndarray]] = {}
    for key, values in arrays.items():
        if key.startswith(f"{prefix}layers/"):
            place, name = key.removeprefix(f"{prefix}layers/").split("/")
            layers.setdefault(int(place), {})[name] = values
    fields = {name: arrays[prefix + name] for name in ("params", "first", "second", *_SCALARS)}
    # Layers without a state leave no array behind; `fitted` puts their empty places back.
    return TrainState(**fields, layers=tuple(layers.get(place, {}) for place in range(max(layers, default=-1) + 1)))


def fitted(state: TrainState, structure: Structure) -> TrainState:
    """The state with a place for each layer. Raises BadCheckpoint where its arrays are not those of the structure."""
    layers = (*state.layers, *({},) * (len(structure.steps) - len(state.layers)))
    expected = pack_states(structure, [""] * len(structure.steps), {})
    shapes = [{name: values.shape for name, values in layer.items()} for layer in layers]
    if state.params.shape != (flat_size(structure),) or shapes != [
        {name: values.shape for name, values in layer.items()} for layer in expected
    ]:
        raise BadCheckpoint("The saved arrays do not fit the saved experiment.")
    return state._replace(layers=layers)
