"""What is made in the background waits for nothing slower than itself."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest

from netloom.errors import NotPossible
from netloom.experiment import Experiment
from netloom.hosts.messages import Wish
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.workshop import Workshop

CELLS = USUAL_CELLS
SECS = 20


class FakeStock:
    """Programs are named by the document's name."""

    def __init__(self, *, loaded: set[str] | None = None, stored: set[str] | None = None) -> None:
        self._loaded = loaded or set()
        self._stored = stored or set()

    def key(self, experiment: Experiment, cells: Any) -> str:
        return experiment.name

    def loaded(self, key: str) -> bool:
        return key in self._loaded

    def stored(self, key: str) -> bool:
        return key in self._stored

    def note(self, key: str) -> None:
        self._loaded.add(key)
        self._stored.add(key)


class Compilation:
    """One that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.may_end.wait(SECS)
        return "compiled"


def submit(shop: Workshop, name: str, work: Any = lambda: "made") -> Future[Any]:
    return shop.submit(lambda: Experiment(name=name), CELLS, work)


def test_what_is_loaded_or_stored_is_not_delayed_by_a_cold_compilation_in_progress() -> None:
    shop, cold = Workshop(FakeStock(loaded={"warm"}, stored={"stored"})), Compilation()
    compiling = submit(shop, "cold", cold)
    assert cold.begun.wait(SECS)

    made = [submit(shop, name).result(SECS) for name in ("warm", "stored", "warm")]

    assert made == ["made"] * 3
    assert not compiling.done()
    cold.may_end.set()
    assert compiling.result(SECS) == "compiled"


def test_what_is_loaded_does_not_wait_for_what_is_being_loaded() -> None:
    shop, slow = Workshop(FakeStock(loaded={"warm"}, stored={"stored"})), Compilation()
    loading = submit(shop, "stored", slow)
    assert slow.begun.wait(SECS)

    assert submit(shop, "warm").result(SECS) == "made"

    slow.may_end.set()
    loading.result(SECS)


def test_the_same_program_is_wished_once_and_serves_all_who_wait() -> None:
    wishes: list[Wish] = []
    wished = threading.Event()
    shop = Workshop(FakeStock(), lambda wish: (wishes.append(wish), wished.set())[0])
    waiting = [submit(shop, "cold") for _ in range(3)]
    last = shop.submit(lambda: None, CELLS, lambda: "first in, first out")
    assert wished.wait(SECS)
    last.result(SECS)

    assert not any(future.done() for future in waiting)
    shop.compiled("cold", True)

    assert [future.result(SECS) for future in waiting] == ["made"] * 3
    assert [wish.key for wish in wishes] == ["cold"]
    assert Experiment.model_validate_json(wishes[0].document).name == "cold"


def test_where_the_compiler_cannot_help_it_is_compiled_here() -> None:
    wished = threading.Event()
    stock = FakeStock()
    shop = Workshop(stock, lambda _: wished.set())
    future = submit(shop, "cold")
    assert wished.wait(SECS)

    shop.compiled("cold", False)

    assert future.result(SECS) == "made"
    assert stock.stored("cold")


def test_what_takes_the_compiler_too_long_is_refused_and_not_tried_here() -> None:
    wished = threading.Event()
    stock = FakeStock()
    shop = Workshop(stock, lambda _: wished.set())
    made: list[str] = []
    future = submit(shop, "cold", lambda: made.append("made"))
    assert wished.wait(SECS)

    shop.compiled("cold", False, "Too long.")

    with pytest.raises(NotPossible, match=r"Too long\."):
        future.result(SECS)
    assert made == []
    assert not stock.stored("cold")


def test_what_nobody_waits_for_any_more_is_not_made() -> None:
    wished = threading.Event()
    shop = Workshop(FakeStock(), lambda _: wished.set())
    made: list[str] = []
    future = submit(shop, "cold", lambda: made.append("made"))
    assert wished.wait(SECS)

    assert future.cancel()
    shop.compiled("cold", True)
    shop.close()
    shop._loading.shutdown(wait=True)

    assert made == []


def test_a_wish_is_dropped_when_the_last_who_waited_has_gone_and_may_be_made_again() -> None:
    wishes: SimpleQueue[Wish] = SimpleQueue()
    shop = Workshop(FakeStock(), wishes.put)
    one, other = submit(shop, "cold"), submit(shop, "cold")
    assert not wishes.get(timeout=SECS).dropped
    shop.submit(lambda: None, CELLS, lambda: "both wait").result(SECS)

    one.cancel()
    assert wishes.empty()
    other.cancel()
    dropped = wishes.get(timeout=SECS)
    again = submit(shop, "cold")
    wished = wishes.get(timeout=SECS)
    shop.compiled("cold", True)

    assert (dropped.key, dropped.dropped) == ("cold", True)
    assert (wished.key, wished.dropped) == ("cold", False)
    assert again.result(SECS) == "made"


def test_what_is_wrong_with_a_document_is_told_to_who_asked() -> None:
    def wrong() -> Experiment:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Workshop(FakeStock()).submit(wrong, CELLS, lambda: "made").result(SECS)
