"""Every error a user can meet. An error holds the facts and speaks the sentence the user reads.

NetloomError
├── InvalidExperiment          the document cannot be used
│   ├── InvalidField           one field, named by its path
│   ├── InvalidFormula         a typed input feature
│   └── InvalidNetwork         one layer, named by its id
│       ├── UnknownInput
│       ├── CyclicNetwork
│       ├── MissingInput
│       ├── Disconnected
│       ├── DuplicateLayer
│       ├── WrongOutputs
│       └── ShapeMismatch
├── OverLimit                  larger than this server allows
├── NotPossible                a command that makes no sense now
├── UnknownRun
├── ServerFull                 no more runs at once
├── StorageBusy                what is kept cannot be reached now
├── StorageFull                the disk that it is kept on has no room
├── StorageUnusable            the database cannot be used at all: the server does not start
├── EngineLost                 the engine's process ended
└── BadCheckpoint              saved bytes that are not a run
"""

from __future__ import annotations

from collections.abc import Sequence


class NetloomError(Exception):
    """Base. `code` is stable and for programs; `str(error)` is one plain sentence for people."""

    code = "error"
    path: str | None = None
    """Where in the document: `training.learning_rate`."""
    layer_id: str | None = None
    """The layer the editor points at."""


class InvalidExperiment(NetloomError):
    code = "invalid_experiment"


class InvalidField(InvalidExperiment):
    code = "invalid_field"

    def __init__(self, *, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class InvalidFormula(InvalidExperiment):
    code = "invalid_formula"

    def __init__(self, *, formula: str, problem: str, path: str | None = None) -> None:
        super().__init__(f"“{formula[:60]}”: {problem}")
        self.formula = formula
        self.path = path


class InvalidNetwork(InvalidExperiment):
    code = "invalid_network"

    def __init__(self, sentence: str, *, layer_id: str | None = None) -> None:
        super().__init__(sentence)
        self.layer_id = layer_id
        self.path = "network"


class UnknownInput(InvalidNetwork):
    def __init__(self, *, layer_id: str, input_id: str) -> None:
        super().__init__(f"“{layer_id}” reads from “{input_id}”, which is not in the network.", layer_id=layer_id)
        self.input_id = input_id


class CyclicNetwork(InvalidNetwork):
    def __init__(self, *, cycle: Sequence[str]) -> None:
        path = " → ".join([*cycle, cycle[0]])
        super().__init__(f"The layers {path} form a loop; remove one of these connections.", layer_id=cycle[0])
        self.cycle = tuple(cycle)


class MissingInput(InvalidNetwork):
    def __init__(self, *, layer_id: str, expected: int, found: int) -> None:
        super().__init__(f"“{layer_id}” needs {expected} input(s) and has {found}; connect it.", layer_id=layer_id)


class Disconnected(InvalidNetwork):
    def __init__(self, *, layer_id: str) -> None:
        super().__init__(f"“{layer_id}” does not lead to the output; connect or remove it.", layer_id=layer_id)


class DuplicateLayer(InvalidNetwork):
    def __init__(self, *, layer_id: str) -> None:
        super().__init__(f"Two layers are named “{layer_id}”; every layer needs its own id.", layer_id=layer_id)


class WrongOutputs(InvalidNetwork):
    def __init__(self, sentence: str, *, layer_id: str | None = None) -> None:
        super().__init__(sentence, layer_id=layer_id)


class ShapeMismatch(InvalidNetwork):
    def __init__(self, *, layer_id: str, problem: str) -> None:
        super().__init__(f"“{layer_id}”: {problem}", layer_id=layer_id)


class OverLimit(NetloomError):
    code = "over_limit"

    def __init__(self, *, what: str, value: int, limit: int, layer_id: str | None = None) -> None:
        super().__init__(f"{what}: {value:,} is more than the {limit:,} this server allows.")
        self.layer_id = layer_id


class NotPossible(NetloomError):
    code = "not_possible"


class UnknownRun(NetloomError):
    code = "unknown_run"

    def __init__(self, *, run_id: str) -> None:
        super().__init__("This run is not here any more; open the experiment again to start a new one.")
        self.run_id = run_id


class ServerFull(NetloomError):
    code = "server_full"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"This server is full: all {most:,} of its runs are in use. Try again when somebody has left.")


class StorageBusy(NetloomError):
    code = "storage_busy"

    def __init__(self) -> None:
        super().__init__("The server cannot reach what it keeps right now; try again in a moment.")


class StorageFull(NetloomError):
    code = "storage_full"

    def __init__(self) -> None:
        super().__init__("The server's disk is full: nothing more can be kept until there is room again.")


class StorageUnusable(NetloomError):
    code = "storage_unusable"


class EngineLost(NetloomError):
    code = "engine_lost"


class BadCheckpoint(NetloomError):
    code = "bad_checkpoint"
