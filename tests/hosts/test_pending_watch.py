"""What is watched otherwise is shown once what that takes has been made; until then pictures come as before."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from netloom.engine import program
from netloom.engine.cells import Cells
from netloom.engine.program import Function
from netloom.errors import NotPossible
from netloom.experiment import Experiment, View
from netloom.hosts.engine_host import EngineHost, jax_runs
from netloom.hosts.frames import Frames
from netloom.hosts.messages import Batch, Request
from netloom.hosts.pending_watch import PendingWatch
from netloom.hosts.standing import Standing
from netloom.hosts.teller import Teller
from netloom.layers import Dense, Input, Output
from netloom.network import Network, chain
from netloom.protocol.commands import COMMAND, Pin, Watch

RUN = "r" * 26
USUAL = Watch()
FINE, CLOSE = Watch(boundary=100, neurons=40), Watch(slow_motion=True)


class FakeRun:
    """Its pictures say what they show."""

    def __init__(self) -> None:
        self.run_id, self.step, self.revision, self.experiment = RUN, 0, 0, Experiment()
        self.history, self.marks, self.commands = SimpleNamespace(total=0), [], []
        self.ready = set(Cells().parts())

    def ready_for(self, cells: Cells) -> bool:
        return cells in self.ready

    def warming(self, cells: Cells) -> Any:
        return cells

    def layout(self, watch: Watch) -> Any:
        return SimpleNamespace(id=watch.boundary, model_dump=lambda mode: {"type": "layout", "id": watch.boundary})

    def frame(self, watch: Watch) -> bytes:
        assert self.ready_for(Cells.of(watch)), "compiled on the engine's own thread"
        return repr((watch.boundary, watch.slow_motion)).encode()


class FakeShop:
    """`asked`: what is to be made, with who waits for it."""

    def __init__(self, run: FakeRun) -> None:
        self._run = run
        self.asked: list[tuple[Cells, Future[bool]]] = []

    def submit(self, need: Callable[[], Experiment], cells: Cells, work: Cells) -> Future[bool]:
        assert work == cells
        self.asked.append((cells, Future()))
        return self.asked[-1][1]

    def make(self) -> None:
        """What was asked last."""
        cells, future = self.asked[-1]
        self._run.ready |= set(cells.parts())
        future.set_result(True)


class Scene:
    def __init__(self) -> None:
        self.run: Any = FakeRun()
        self.shop: Any = FakeShop(self.run)
        self.told: list[Batch] = []
        self.frames = Frames(self.run, lambda: 0.0)
        self.teller = Teller(RUN, Standing(self.run), self.frames, self.told.append, lambda: 0.0)
        self.pending = PendingWatch(self.run, self.frames, self.teller, self.shop, lambda: None)
        self.pending.begin(USUAL)

    def picture(self) -> bytes:
        self.teller.flush(frame=True)
        return self.told[-1].frame

    @property
    def answers(self) -> list[tuple[int, ...]]:
        return [(*batch.settles, batch.answer.number) for batch in self.told if batch.answer]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_what_needs_nothing_new_is_answered_at_once(scene: Scene) -> None:
    scene.pending.add(1, USUAL.model_copy(update={"confusion": True}))
    scene.pending.add(2, None)

    assert scene.answers == [(1,), (2,)]
    assert scene.shop.asked == []


@pytest.mark.parametrize("watch", [FINE, CLOSE])
def test_pictures_stay_as_they_were_until_what_the_new_ones_take_is_made(scene: Scene, watch: Watch) -> None:
    scene.pending.add(1, watch)
    before = scene.picture()
    scene.pending.poll()
    waiting = scene.answers

    scene.shop.make()
    scene.pending.poll()

    assert (before, waiting) == (b"(60, False)", [])
    assert scene.answers == [(1,)]
    assert scene.told[-1].frame == repr((watch.boundary, watch.slow_motion)).encode()
    assert [batch.events[0]["id"] for batch in scene.told if batch.events][-1] == watch.boundary


def test_the_answer_to_the_newest_settles_those_before_and_what_they_share_is_made_once(scene: Scene) -> None:
    for number, x in ((1, 0.1), (2, 0.2), (3, 0.3)):
        scene.pending.add(number, Watch(point=(x, 0.0)))
    scene.shop.make()
    scene.pending.poll()

    assert len(scene.shop.asked) == 1
    assert scene.answers == [(1, 2, 3)]
    assert scene.frames.watch == Watch(point=(0.3, 0.0))


def test_what_is_not_wanted_any_more_is_not_made(scene: Scene) -> None:
    scene.pending.add(1, FINE)
    [(_, fine)] = scene.shop.asked

    scene.pending.add(2, USUAL)

    assert fine.cancelled()
    assert scene.answers == [(1, 2)]


def test_after_an_edit_meanwhile_it_is_made_for_the_new_network(scene: Scene) -> None:
    scene.pending.add(1, FINE)
    scene.shop.make()
    scene.run.ready = set(Cells().parts())
    scene.pending.poll()
    waiting = scene.answers

    scene.shop.make()
    scene.pending.poll()

    assert waiting == []
    assert [cells for cells, _ in scene.shop.asked] == [Cells(100, 40), Cells(100, 40)]
    assert scene.answers == [(1,)]


def test_who_comes_first_or_back_sees_the_usual_maps_meanwhile(scene: Scene) -> None:
    scene.pending.add(1, Watch(boundary=0, neurons=0))

    scene.pending.add(2, FINE)

    assert scene.told[-1].frame == b"(60, False)"
    assert scene.answers == [(1,)]


def test_what_takes_too_long_to_compile_is_refused_and_pictures_stay_as_they_are(scene: Scene) -> None:
    scene.pending.add(1, FINE)
    scene.shop.asked[0][1].set_exception(NotPossible("Too long."))

    scene.pending.poll()

    answer = scene.told[-1].answer
    assert answer is not None and answer.error is not None
    assert (answer.number, answer.error["message"]) == (1, "Too long.")
    assert scene.picture() == b"(60, False)"


def network(*widths: int) -> Network:
    layers = (Dense(id=f"h{place}", units=units) for place, units in enumerate(widths))
    return chain(Input(), *layers, Output())


class Engine:
    """A real one, which compiles in its own process, as long as it may; `on_thread`: what was made by the thread that
    trains."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batches: list[Batch] = []
        self.on_thread: list[Any] = []
        self.made = 0
        self.may_make = threading.Event()
        self.may_make.set()
        monkeypatch.setattr(program, "_programs", OrderedDict())
        self.host = EngineHost(self.batches.append, jax_runs("cpu"))
        found = Function._made

        def noting(function: Any, *arguments: Any) -> Any:
            self.made += 1
            if threading.current_thread() is threading.main_thread():
                self.on_thread.append(function._name[1])
            else:
                assert self.may_make.wait(60)
            return found(function, *arguments)

        monkeypatch.setattr(Function, "_made", noting)
        document = Experiment(network=network(3, 20, 9), view=View(speed="20 epochs/s")).model_dump_json().encode()
        self.host.receive(Request(1, RUN, "open", {}, document))
        self.until(lambda: self.answered(1))

    def until(self, true: Callable[[], object]) -> None:
        timer = threading.Event()
        for _ in range(60_000):
            if true():
                return
            timer.wait(min(0.002, self.host.turn()))
        raise TimeoutError

    def answered(self, number: int) -> bool:
        return any(batch.answer is not None and batch.answer.number == number for batch in self.batches)

    @property
    def frames(self) -> int:
        return sum(bool(batch.frame) for batch in self.batches)

    def command(self, number: int, **fields: Any) -> None:
        blob = COMMAND.validate_python({"id": number, "run": RUN, **fields}).model_dump_json().encode()
        self.host.receive(Request(number, RUN, "command", {}, blob))

    def watch(self, number: int, watch: Watch) -> None:
        self.host.receive(Request(number, RUN, "watch", {"watch": watch.model_dump(mode="json")}))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    made = Engine(monkeypatch)
    yield made
    made.host.close()


@pytest.mark.slow
def test_f3_nothing_that_is_watched_is_compiled_by_the_thread_that_trains(engine: Engine) -> None:
    pin = Pin(layer="h0", parameter="weight", index=(0, 0))
    engine.watch(2, USUAL)
    engine.command(3, type="play")
    engine.on_thread.clear()
    opened = engine.made

    for number, watch in enumerate((Watch(boundary=37, neurons=11), Watch(pins=(pin,))), start=10):
        engine.may_make.clear()
        engine.watch(number, watch)
        engine.until(lambda frames=engine.frames: engine.frames >= frames + 4)
        assert not engine.answered(number)
        engine.may_make.set()
        engine.until(lambda number=number: engine.answered(number))
    for number, watch in ((12, Watch(point=(1.0, 2.0))), (13, CLOSE)):
        engine.watch(number, watch)
        engine.until(lambda number=number: engine.answered(number))

    assert engine.on_thread == []
    assert engine.made >= opened + 3
    assert not [batch for batch in engine.batches if batch.answer and batch.answer.error]


@pytest.mark.slow
def test_f3_an_edit_is_prepared_for_what_is_watched_when_it_is_applied(engine: Engine) -> None:
    engine.watch(2, CLOSE)
    engine.until(lambda: engine.answered(2))
    engine.on_thread.clear()

    engine.command(3, type="edit", changes={"network": network(3, 20, 9, 3).model_dump(mode="json")})
    engine.watch(4, CLOSE.model_copy(update={"boundary": 38}))
    engine.until(lambda: engine.answered(3) and engine.answered(4))

    assert engine.on_thread == []
    assert not [batch for batch in engine.batches if batch.answer and batch.answer.error]
