"""What happened. Text frames, JSON. Every event of a run has a number and is never lost; frames may be skipped."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from netloom.experiment import Experiment
from netloom.protocol.commands import CommandId, RunId, StashId
from netloom.record import Record

Number = float | None
"""null where a number is not finite (a diverged loss) or does not exist (validation without points)."""
SplitName = Literal["train", "validation", "test"]


class Row(Record):
    """One epoch. `metric` is accuracy (0..1) for classes, R² for values."""

    epoch: int
    step: int
    """Updates since epoch 0."""
    train_loss: Number
    validation_loss: Number
    train_metric: Number
    validation_metric: Number
    learning_rate: Number
    parameters: tuple[Number, ...] | None = None
    """Every trained number at the end of the epoch, in the order of the `parameter` channels, where the network has at
    most 8; null for larger ones, and for epochs before an edit that changed which there are."""


class OlderRows(Record):
    """Rows in columns, each base64 of little-endian numbers, NaN where a row has null."""

    count: int
    epoch: str
    """uint32 `[count]`."""
    step: str
    """float64 `[count]`."""
    values: str
    """float32 `[count, 5]`: losses, metrics and learning rate, in the order of a row."""
    parameters: str
    """float32 `[count, 1 + most]`: how many trained numbers a row has, then these; empty where no row has any."""


class Mark(Record):
    """An edit on the chart and the timeline."""

    epoch: float
    label: str


RunStatus = Literal["idle", "compiling", "training", "paused", "finished", "diverged", "failed"]


class Status(Record):
    """Where the run stands. `idle` is epoch 0 before the first update."""

    type: Literal["status"] = "status"
    status: RunStatus
    playing: bool
    """Whether it trains; while a new network is compiled: whether the present one does."""
    epoch: int
    step: int
    reason: (
        Literal["epoch_limit", "early_stopping", "asked", "reached", "not_watched", "exploded", "not_finite"] | None
    ) = None
    message: str | None = None
    """One sentence for the learner, where there is something to say."""
    queue_position: int | None = None
    """How many networks are compiled first, once an edit has waited a second for its own; null when there are none."""


def _is_none(value: object) -> bool:
    return value is None


class History(Record):
    """Rows since `offset`, batched at most ten times a second; every epoch enters exactly once. A history of more than
    9,300 rows is thinned out by those who hold it (EV8)."""

    type: Literal["history"] = "history"
    offset: int
    """The epoch of the first row; rows held from there on are replaced (after a restart or an undo)."""
    rows: tuple[Row, ...]
    older: OlderRows | None = Field(default=None, exclude_if=_is_none)
    """With offset 0: the rows that stand before `rows`, where there are many; they are thinned out already."""


class DataPoint(Record):
    x: tuple[float, ...]
    target: float
    split: SplitName


class Points(Record):
    """The points as they are now."""

    type: Literal["points"] = "points"
    points: tuple[DataPoint, ...]


class ChannelLayout(Record):
    """Where one array lies in a frame."""

    name: str
    """`boundary`, `curve`, `neurons`, `ranges`, `parameter`, `point`, `pins`, `predictions`, `confusion`, `gradient`,
    `update`, `batch`, `batch_loss`, `weight_image`, `weight_reach`."""
    layer: str | None = None
    parameter: str | None = None
    dtype: Literal["uint8", "float32", "int32"]
    shape: tuple[int, ...]
    rows: tuple[int, ...] | None = None
    """Which rows of the whole array these are, where a folded layer leaves some out; null: all of them."""
    columns: tuple[int, ...] | None = None
    offset: int
    """Bytes from the end of the frame's header."""


class LayerNeurons(Record):
    """Which rows of `neurons`, `ranges` and `point` belong to a layer."""

    layer: str
    start: int
    count: int


class InputMap(Record):
    """The heatmap of one input feature; it never changes."""

    formula: str
    label: str
    low: float
    high: float
    cells: str
    """base64 of uint8 `[20, 20]` (2-D) or `[20]` (1-D), rows from the top."""


class Layout(Record):
    """How the frames that cite `id` are laid out, until the next layout."""

    type: Literal["layout"] = "layout"
    id: int
    bytes: int
    channels: tuple[ChannelLayout, ...]
    neurons: tuple[LayerNeurons, ...]
    inputs: tuple[InputMap, ...]
    shapes: dict[str, tuple[int, ...]]
    """Each layer's output shape."""
    parameters: dict[str, int]
    """How many trained numbers each layer has."""
    domain: tuple[float, float, float, float]
    """x from, x to, y from, y to of the maps."""
    level: float
    """The output at which the decision flips: 0.5 or 0."""


class Edited(Record):
    """An edit has been applied, at the start of the update after `step`."""

    type: Literal["edited"] = "edited"
    command: CommandId
    kind: Literal["nothing", "live", "structure", "restart", "restored"]
    experiment: Experiment
    revision: int
    epoch: int
    step: int
    label: str
    kept: int
    """Trained numbers carried over."""
    fresh: int
    """Trained numbers that are new."""
    boundary_shift: Number
    """Mean absolute change of the output over the map, in units of its range (0..1)."""
    message: str
    """What was kept, in a sentence."""
    stash: StashId | None
    """Holds the state before; sent back with an undo."""


class Snapshot(Record):
    """All there is to know of a run: the first event after `attach`, unless the missing ones could be sent."""

    type: Literal["snapshot"] = "snapshot"
    experiment: Experiment
    revision: int
    status: Status
    history: tuple[Row, ...]
    """The newest rows that are kept, at most 500."""
    older: OlderRows | None = Field(default=None, exclude_if=_is_none)
    """Those before them; null when there are none."""
    marks: tuple[Mark, ...]
    points: tuple[DataPoint, ...]
    layout: Layout | None
    device: str
    not_saved: str | None = None
    """As the newest `saving` said."""


class Marks(Record):
    """All marks of the chart, after one was added or an undo took some away."""

    type: Literal["marks"] = "marks"
    marks: tuple[Mark, ...]


class Tested(Record):
    """The answer to `final_test`."""

    type: Literal["tested"] = "tested"
    command: CommandId
    epoch: int
    points: int
    loss: Number
    metric: Number
    confusion: tuple[tuple[int, ...], ...] | None


class Accepted(Record):
    """A command has been carried out (edits answer with `edited` instead)."""

    type: Literal["accepted"] = "accepted"
    command: CommandId


class EngineNotice(Record):
    """The engine's process ended and another took over, from the checkpoint at `epoch`."""

    type: Literal["engine"] = "engine"
    state: Literal["lost", "resumed"]
    epoch: int
    message: str


class Saving(Record):
    """The run trains on but cannot be saved, or can again: told when that changes."""

    type: Literal["saving"] = "saving"
    problem: str | None
    """Why not, in words that go on after “Not saved:”; null: all is saved."""


RunEvent = Annotated[
    Snapshot | Status | History | Points | Layout | Edited | Marks | Tested | Accepted | EngineNotice | Saving,
    Field(discriminator="type"),
]


class Numbered(Record):
    """An event of a run in its place in the run's stream."""

    type: Literal["event"] = "event"
    run: RunId
    stream: str
    """Changes when the server cannot go on with its numbering; then a snapshot follows."""
    seq: int
    event: RunEvent


class Welcome(Record):
    """The first message of every socket."""

    type: Literal["welcome"] = "welcome"
    version: str
    device: str


class Refused(Record):
    """A command that was not carried out; the socket stays open. Not numbered: it is for the sender alone."""

    type: Literal["refused"] = "refused"
    command: CommandId | None
    run: str | None
    code: str
    message: str
    path: str | None = None
    layer: str | None = None


class Answered(Record):
    """A command that was sent again had been carried out: its event came before, or a snapshot holds its effect."""

    type: Literal["answered"] = "answered"
    run: RunId
    command: CommandId


class Dropped(Record):
    """How many frames were skipped for this socket, as it could not keep up."""

    type: Literal["dropped"] = "dropped"
    run: RunId
    frames: int


ServerMessage = Annotated[Welcome | Numbered | Refused | Answered | Dropped, Field(discriminator="type")]
MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
EVENT: TypeAdapter[RunEvent] = TypeAdapter(RunEvent)
