"""What a client asks. Text frames, JSON, told apart by `type`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from netloom.experiment import Data, Seeds, Speed, View
from netloom.network import Network
from netloom.record import Record
from netloom.training import Training

RunId = Annotated[str, Field(pattern=r"^[a-z0-9]{26}$")]
"""Made by the server from 128 random bits."""
CommandId = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Chosen by the client, unique within its tab; answers name it, and a repeated one is not carried out twice."""
StashId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,32}$")]


class Watch(Record):
    """What a client wants to see of a run; nothing else is computed for it."""

    boundary: int = Field(default=60, ge=0, le=120)
    """Cells a side of the output's map; 0 for none. For a 1-D task: 0 or not; the curve has 241 points."""
    neurons: int = Field(default=20, ge=0, le=60)
    """Cells a side of each hidden neuron's map; 0 for none."""
    weights: bool = True
    """Every parameter of every layer."""
    folded: tuple[Annotated[str, Field(max_length=32)], ...] = Field(default=(), max_length=200)
    """Layers of which only the first and last two neurons are looked at, and a small picture of all weights."""
    point: tuple[float, ...] | None = Field(default=None, max_length=2)
    """A place (x,) or (x, y) at which every neuron shows its sum z and its output."""
    pins: tuple[Pin, ...] = Field(default=(), max_length=16)
    """Parameters whose value, gradient and last update are wanted."""
    predictions: bool = False
    """The output for every point, for tables of at most 16 points."""
    confusion: bool = False
    """The confusion matrix of training and validation points."""
    slow_motion: bool = False
    """The last update: its batch, the batch's loss before it, the gradient of every parameter, and what was added."""
    frames_per_second: float = Field(default=20.0, ge=0.5, le=60)


class Pin(Record):
    """One trained number: `layer`'s `parameter` at `index` (weight: input, neuron; others: neuron)."""

    layer: str = Field(max_length=32)
    parameter: Literal["weight", "bias", "scale", "shift"]
    index: tuple[Annotated[int, Field(ge=0, le=100_000)], ...] = Field(max_length=2)


class RunCommand(Record):
    id: CommandId
    run: RunId


class Attach(RunCommand):
    """Follow a run. With the stream and sequence number of the last event seen: just the missing events, or a
    `snapshot` when they are no longer kept."""

    type: Literal["attach"] = "attach"
    stream: str | None = Field(default=None, max_length=32)
    seq: int | None = Field(default=None, ge=0)
    watch: Watch = Watch()


class Detach(RunCommand):
    type: Literal["detach"] = "detach"


class SetWatch(RunCommand):
    """Look at something else; answered by a frame, also while paused."""

    type: Literal["watch"] = "watch"
    watch: Watch


class Play(RunCommand):
    """Train until paused or `until_epoch`; past the epoch limit it raises the limit by as much again."""

    type: Literal["play"] = "play"
    until_epoch: int | None = Field(default=None, ge=1, le=10_000_000)
    """"Run to epoch N": as fast as possible, whatever the speed."""


class Pause(RunCommand):
    type: Literal["pause"] = "pause"


class Advance(RunCommand):
    """+1 update or +1 epoch, then pause."""

    type: Literal["advance"] = "advance"
    unit: Literal["update", "epoch"]
    count: int = Field(default=1, ge=1, le=1000)


class SetSpeed(RunCommand):
    type: Literal["speed"] = "speed"
    speed: Speed


class Changes(Record):
    """New values of whole sections of the experiment; a section left out stays as it is."""

    name: str | None = Field(default=None, max_length=80)
    summary: str | None = Field(default=None, max_length=300)
    question: str | None = Field(default=None, max_length=200)
    data: Data | None = None
    network: Network | None = None
    training: Training | None = None
    seeds: Seeds | None = None
    view: View | None = None


class Edit(RunCommand):
    """Change the experiment, while it trains or not.

    What can apply live does. A change of the network's structure carries over all that was learned. Another data
    set, changed seeds or explicit initial values restart from epoch 0. The `edited` event names a stash that holds
    the state before, when the edit changed the structure or reset something: an undo sends the former sections and
    that stash, and gets that trained state back, with its epoch and history, however long it was trained since."""

    type: Literal["edit"] = "edit"
    changes: Changes
    restore: StashId | None = None
    label: str = Field(default="", max_length=60)
    """The words on the chart's mark: "tanh → ReLU"."""


class Restart(RunCommand):
    """Same weights, same data, epoch 0."""

    type: Literal["restart"] = "restart"


class SetParameter(RunCommand):
    """Type over a weight or a bias."""

    type: Literal["set_parameter"] = "set_parameter"
    pin: Pin
    value: float = Field(ge=-1e6, le=1e6)


class Recover(RunCommand):
    """Back to the last finite point with a tenth of the learning rate."""

    type: Literal["recover"] = "recover"


class FinalTest(RunCommand):
    """Measure the test points, once, on demand."""

    type: Literal["final_test"] = "final_test"


class Acknowledge(Record):
    """A frame has been painted; at most two per run are under way without this."""

    type: Literal["ack"] = "ack"
    run: RunId
    frame: int = Field(ge=0, le=2**53 - 1)


Command = Annotated[
    Attach
    | Detach
    | SetWatch
    | Play
    | Pause
    | Advance
    | SetSpeed
    | Edit
    | Restart
    | SetParameter
    | Recover
    | FinalTest
    | Acknowledge,
    Field(discriminator="type"),
]

Watch.model_rebuild()
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
