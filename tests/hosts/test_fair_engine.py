"""An engine shares its time between learners: laws, with runs whose work takes what a clock says it takes."""

from __future__ import annotations

import time
from itertools import count, pairwise
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from netloom.engine.cells import Cells
from netloom.engine.edits import EditOutcome
from netloom.engine.history import History
from netloom.errors import NetloomError
from netloom.experiment import Experiment, View
from netloom.hosts.engine_host import EngineHost, RunMaker
from netloom.hosts.fair import QUANTUM_SECS
from netloom.hosts.messages import Batch, Request, Wish
from netloom.hosts.shelf import USUAL_CELLS
from netloom.layers import BatchNorm
from netloom.network import Network, chain, default_network
from netloom.protocol.commands import COMMAND, Watch
from netloom.protocol.events import Row
from netloom.training import Training

TOY_SECS = 0.0025
BIG_SECS = 0.689
"""Of one update; an epoch is one update here."""
SECS = 20
_ids = count(1)


class Clock:
    """Time passes only as work is done."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, secs: float) -> None:
        self.now += secs


class FakeRun:
    """What of a run an engine calls. Its document's name says what it costs: "toy", "big", "framed"."""

    def __init__(self, experiment: Experiment, clock: Clock, epoch: int = 0) -> None:
        self.experiment = experiment
        self._clock = clock
        self.update_secs = BIG_SECS if experiment.name == "big" else TOY_SECS
        self.frame_secs = 0.02 if experiment.name == "framed" else 0.0002
        self.step = self.epoch = self.revision = 0
        self.status, self.stopped, self.device, self.run_id = "paused", None, "cpu", ""
        self.marks: list[Any] = []
        self.commands: list[int] = []
        self.history = History([row(number) for number in range(epoch + 1)])
        self.step = self.epoch = epoch
        self._made: set[Cells] = set()

    def points(self) -> tuple[Any, ...]:
        return (SimpleNamespace(split="train"),)

    def prepare(self, changes: Any, cells: Any = None) -> Any:
        return SimpleNamespace(ready_for=lambda cells: True)

    def ready_for(self, cells: Cells) -> bool:
        return cells == USUAL_CELLS or cells in self._made

    def warming(self, cells: Cells) -> Any:
        return lambda: self._made.add(cells)

    def advance(self, *, updates: int | None = None, until_epoch: int | None = None, budget_secs: float) -> Any:
        deadline, rows = self._clock() + budget_secs, list[Row]()
        while (updates is None or len(rows) < updates) and (until_epoch is None or self.epoch < until_epoch):
            if rows and self._clock() >= deadline:
                break
            self._clock.work(self.update_secs)
            self.step = self.epoch = self.epoch + 1
            rows.append(row(self.epoch))
        self.history.extend(rows)
        return SimpleNamespace(rows=rows, updates=len(rows), finished=False)

    def edit(self, prepared: Any, *, restore: str | None = None, label: str = "") -> EditOutcome:
        """Which ones are taken, not what becomes of them."""
        where = (self.revision, self.epoch, self.step)
        return EditOutcome("nothing", self.experiment, *where, label, 0, 0, None, "", None, False, False)

    def checkpoint(self) -> bytes:
        return f"{self.experiment.name} {self.epoch}".encode()

    def layout(self, watch: Watch) -> Any:
        return SimpleNamespace(id=watch.boundary, model_dump=lambda mode: {"type": "layout", "id": watch.boundary})

    def frame(self, watch: Watch) -> bytes:
        assert self.ready_for(Cells.of(watch)), "compiled on the engine's own thread"
        self._clock.work(self.frame_secs)
        return str(self.epoch).encode()


def row(epoch: int) -> Row:
    return Row(
        epoch=epoch,
        step=epoch,
        train_loss=1.0,
        validation_loss=None,
        train_metric=None,
        validation_metric=None,
        learning_rate=0.1,
    )


def experiment_of(name: str, speed: Any = "max") -> Experiment:
    return Experiment(name=name, training=Training(batch_size="all"), view=View(speed=speed))


class FakeStock:
    """Every network but those with a batch normalization is ready, for the usual pictures."""

    def key(self, experiment: Experiment, cells: Any) -> str:
        new = cells != USUAL_CELLS or any(layer.type == "batch_norm" for layer in experiment.network.layers)
        return "new" if new else "known"

    def loaded(self, key: str) -> bool:
        return key == "known"

    stored = loaded

    def note(self, key: str) -> None:
        pass


class Engine:
    """One under test. `told`: every batch, with when it was told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.told: list[tuple[float, Batch]] = []
        self.runs: dict[str, FakeRun] = {}
        maker: Any = RunMaker(self._fresh, self._resumed, self._peeked, FakeStock())
        self.wishes: SimpleQueue[Wish] = SimpleQueue()
        self.host = EngineHost(self._hear, maker, clock=self.clock, wish=self.wishes.put)
        self._numbers = 0

    def _hear(self, batch: Batch) -> None:
        self.told.append((self.clock(), batch))

    def _fresh(self, experiment: Experiment) -> Any:
        return FakeRun(experiment, self.clock)

    def _resumed(self, checkpoint: bytes) -> Any:
        name, epoch = checkpoint.decode().split()
        return FakeRun(experiment_of(name), self.clock, int(epoch))

    def _peeked(self, checkpoint: bytes) -> Experiment:
        return experiment_of(checkpoint.decode().split()[0])

    def open(self, run: str, document: Experiment | bytes, **arguments: Any) -> None:
        """Until the engine holds it."""
        saved = isinstance(document, bytes)
        blob = document if saved else document.model_dump_json().encode()
        self.ask(run, "open", {"checkpoint": saved, **arguments}, blob)
        deadline = time.monotonic() + SECS
        while run not in self.host._members and time.monotonic() < deadline:
            self.host.turn()
            time.sleep(0.001)
        self.runs[run] = self.host._members[run].run  # type: ignore[assignment]

    def play(self, run: str) -> None:
        self.command(run, "play")

    def command(self, run: str, kind: str, **fields: Any) -> int:
        command = COMMAND.validate_python({"type": kind, "id": next(_ids), "run": "r" * 26, **fields})
        return self.ask(run, "command", blob=command.model_dump_json().encode())

    def watch(self, run: str, frames_per_second: int = 10) -> int:
        watch = Watch(frames_per_second=frames_per_second).model_dump(mode="json")
        return self.ask(run, "watch", {"watch": watch})

    def ask(self, run: str, operation: str, arguments: dict[str, Any] | None = None, blob: bytes = b"") -> int:
        """The number that comes back with the answer."""
        self._numbers += 1
        self.host.receive(Request(self._numbers, run, operation, arguments or {}, blob))
        return self._numbers

    def answers(self, run: str) -> list[int]:
        return [batch.answer.number for _, batch in self.told if batch.run == run and batch.answer]

    def events(self, run: str, kind: str) -> list[dict[str, Any]]:
        return [event for _, batch in self.told if batch.run == run for event in batch.events if event["type"] == kind]

    def frame_gaps(self, run: str) -> list[float]:
        times = [at for at, batch in self.told if batch.run == run and batch.frame]
        return sorted(later - earlier for earlier, later in pairwise(times))

    def go_on(self, secs: float) -> None:
        end = self.clock() + secs
        while self.clock() < end:
            wait = self.host.turn()
            self.clock.work(min(wait, 0.001))

    def epochs(self, secs: float) -> dict[str, int]:
        """That each run trains in this time."""
        before = {name: run.epoch for name, run in self.runs.items()}
        self.go_on(secs)
        return {name: run.epoch - before[name] for name, run in self.runs.items()}


@pytest.fixture
def engine() -> Any:
    made = Engine()
    yield made
    made.host.close()


def test_f2_a_learner_with_ten_runs_trains_no_more_than_one_with_one(engine: Engine) -> None:
    for number in range(10):
        engine.open(f"a{number}", experiment_of("toy"), owner="ada")
        engine.play(f"a{number}")
    engine.open("b", experiment_of("toy"), owner="bob")
    engine.play("b")

    epochs = engine.epochs(30)

    ada = [count for name, count in epochs.items() if name != "b"]
    assert sum(ada) == pytest.approx(epochs["b"], rel=0.02)
    assert max(ada) == pytest.approx(min(ada), rel=0.1)


def test_runs_without_an_owner_have_a_share_each(engine: Engine) -> None:
    for name in ("a", "b", "c"):
        engine.open(name, experiment_of("toy"), owner="")
        engine.play(name)

    epochs = engine.epochs(10)

    assert max(epochs.values()) == pytest.approx(min(epochs.values()), rel=0.02)


def test_f1_thirty_toys_beside_a_large_network_keep_what_they_have_among_equals(engine: Engine) -> None:
    equals = Engine()
    for number in range(30):
        equals.open(f"toy{number}", experiment_of("toy"))
        engine.open(f"toy{number}", experiment_of("toy"))
    equals.open("last", experiment_of("toy"))
    engine.open("last", experiment_of("big"))
    for one in (equals, engine):
        for name in one.runs:
            one.watch(name)
            one.play(name)

    among_equals, beside_big = equals.epochs(60), engine.epochs(60)
    equals.host.close()

    toys = [name for name in engine.runs if name != "last"]
    assert all(beside_big[name] >= 0.7 * among_equals[name] for name in toys)
    assert beside_big["last"] * BIG_SECS >= 0.7 * 60 / 31
    assert max(engine.frame_gaps(name)[-2] for name in toys) <= 1.0


def test_f1_toys_at_a_chosen_speed_keep_it_and_the_large_network_takes_what_is_left(engine: Engine) -> None:
    for number in range(10):
        engine.open(f"toy{number}", experiment_of("toy", "20 epochs/s"))
    engine.open("big", experiment_of("big"))
    for name in engine.runs:
        engine.watch(name)
        engine.play(name)

    epochs = engine.epochs(60)

    big = epochs.pop("big")
    assert min(epochs.values()) >= 0.95 * 20 * 60
    assert big >= 60 / 2
    assert max(engine.frame_gaps(name)[-2] for name in epochs) <= 1.0


def test_what_is_asked_counts_as_training_does(engine: Engine) -> None:
    """A picture of this network takes as long as eight of its updates."""
    for name, owner in (("a", "ada"), ("b", "bob")):
        engine.open(name, experiment_of("framed"), owner=owner)
        engine.play(name)

    asked, before = 0, {name: run.epoch for name, run in engine.runs.items()}
    for _ in range(100):
        engine.go_on(0.06)
        engine.watch("a")
        asked += 1
    engine.go_on(5)

    ada, bob = (engine.runs[name].epoch - before[name] for name in ("a", "b"))
    pictures = sum(bool(batch.frame) for _, batch in engine.told if batch.run == "a")
    assert pictures >= asked
    assert ada * TOY_SECS + pictures * 0.02 == pytest.approx(bob * TOY_SECS, rel=0.05)


def test_a_command_of_a_learner_deep_in_debt_is_answered_at_once(engine: Engine) -> None:
    for name, document in (("big", "big"), ("toy", "toy")):
        engine.open(name, experiment_of(document), owner=name)
        engine.play(name)
    engine.go_on(1.0)
    steps, now = engine.runs["big"].step, engine.clock()

    number = engine.command("big", "pause")

    assert number in engine.answers("big")
    assert (engine.runs["big"].step, engine.clock()) == (steps, now)
    assert engine.events("big", "status")[-1]["status"] == "paused"


def test_no_turn_is_longer_than_it_must_be(engine: Engine) -> None:
    """One update of a large network cannot be interrupted; nothing else holds the others up for longer."""
    engine.open("toy", experiment_of("toy"))
    engine.open("big", experiment_of("big"))
    for name in engine.runs:
        engine.play(name)
    turns = []
    for _ in range(2000):
        before = engine.clock()
        engine.host.turn()
        turns.append(engine.clock() - before)

    assert max(turns) == pytest.approx(BIG_SECS)
    assert sum(turn > 2 * QUANTUM_SECS for turn in turns) == engine.runs["big"].step


def reopen(engine: Engine, run: str, epoch: int, rows: int, **playing: Any) -> None:
    """As after an engine that was lost at `rows - 1`, with its last checkpoint at `epoch`."""
    watch = Watch().model_dump(mode="json")
    engine.open(run, f"toy {epoch}".encode(), rows=rows, playing=playing, watch=watch)


def test_a_run_that_has_long_to_catch_up_delays_nobody(engine: Engine) -> None:
    engine.open("b", experiment_of("toy"))
    engine.watch("b")
    engine.play("b")
    alone = engine.epochs(5)["b"]

    reopen(engine, "a", 0, 20_001, until_epoch=1_000_000)
    shared = engine.epochs(5)

    assert shared["a"] < 20_000
    assert shared["b"] == pytest.approx(alone / 2, rel=0.05)
    assert engine.frame_gaps("b")[-1] < 0.2
    assert engine.events("a", "engine") == []


def test_what_was_told_is_trained_again_untold_and_the_history_goes_on_without_a_gap(engine: Engine) -> None:
    reopen(engine, "a", 100, 2001, until_epoch=1_000_000)

    engine.go_on(10)

    assert [event["state"] for event in engine.events("a", "engine")] == ["resumed"]
    assert engine.events("a", "status")[-1]["status"] == "training"
    told = engine.events("a", "history")
    assert told[0]["offset"] == 2001
    assert [row["epoch"] for event in told for row in event["rows"]][:3] == [2001, 2002, 2003]


def test_what_is_asked_of_a_run_that_catches_up_is_answered_in_order_once_it_has(engine: Engine) -> None:
    reopen(engine, "a", 0, 2001, until_epoch=1_000_000)
    asked = [
        engine.ask("a", "frames", {"wanted": True}),
        engine.command("a", "pause"),
        engine.watch("a"),
        engine.command("a", "advance", unit="update"),
        engine.ask("a", "checkpoint"),
    ]
    assert engine.answers("a") == []

    engine.go_on(6)

    assert engine.answers("a")[1:] == asked
    assert engine.runs["a"].epoch == 2001
    assert engine.told[-1][1].checkpoint == b"toy 2001"


def test_a_run_that_cannot_be_trained_again_says_so_and_is_answered(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: FakeRun, **_: Any) -> None:
        raise NetloomError("No.")

    monkeypatch.setattr(FakeRun, "advance", breaks)
    reopen(engine, "a", 0, 2001, until_epoch=1_000_000)
    asked = engine.command("a", "pause")

    engine.go_on(1)

    assert engine.answers("a")[-1] == asked
    assert (engine.events("a", "status")[-1]["status"], engine.events("a", "status")[-1]["message"]) == (
        "failed",
        "No.",
    )


def with_normalization() -> Network:
    *rest, output = default_network().layers
    return chain(*rest, BatchNorm(id="new"), output)


def edit_that_waits(engine: Engine) -> str:
    """The key of what it wishes to have compiled."""
    engine.open("a", experiment_of("toy"))
    engine.command("a", "edit", changes={"network": with_normalization().model_dump(mode="json")})
    return engine.wishes.get(timeout=SECS).key


def places(engine: Engine) -> list[int | None]:
    return [event["queue_position"] for event in engine.events("a", "status") if event["status"] == "compiling"]


def test_l6_how_many_are_served_first_is_told_after_a_second_and_whenever_it_changes(engine: Engine) -> None:
    key = edit_that_waits(engine)
    engine.ask("", "queued", {"key": key, "ahead": 3})
    engine.go_on(0.9)
    early = places(engine)

    engine.go_on(0.2)
    for ahead in (2, 2, 1, 0):
        engine.ask("", "queued", {"key": key, "ahead": ahead})
        engine.go_on(0.1)

    assert early == [None]
    assert places(engine) == [None, 3, 2, 1, None]


def test_l6_who_opens_a_new_network_is_told_how_many_are_served_first(engine: Engine) -> None:
    document = Experiment(network=with_normalization())
    engine.ask("a", "open", blob=document.model_dump_json().encode())
    key = engine.wishes.get(timeout=SECS).key

    for ahead in (2, 1, 0):
        engine.ask("", "queued", {"key": key, "ahead": ahead})
    engine.ask("", "compiled", {"key": key, "ok": True})
    opened = [batch.ahead for _, batch in engine.told]

    assert opened == [2, 1, 0]


@pytest.mark.parametrize("taken_back", [True, False])
def test_a_network_that_nobody_waits_for_any_more_is_not_wished_for(engine: Engine, taken_back: bool) -> None:
    """An undo is another edit; a run is closed when nobody looks at it."""
    key = edit_that_waits(engine)

    if taken_back:
        engine.command("a", "edit", changes={"network": default_network().model_dump(mode="json")})
    else:
        engine.ask("a", "close")

    dropped = engine.wishes.get(timeout=SECS)
    assert (dropped.key, dropped.dropped) == (key, True)
    assert engine.wishes.empty()
