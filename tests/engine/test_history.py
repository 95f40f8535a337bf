"""R11: a history of any length is bounded, and what stays of it is a matter of its rows and marks alone (EV8)."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netloom.engine import checkpoint as saving
from netloom.engine import history as history_module
from netloom.engine.history import MOST_ROWS, RAW, History, Table, bucket_size, rows_in, sides_of
from netloom.engine.run import Run
from netloom.hosts import telling
from netloom.protocol.events import Mark, OlderRows, Row
from netloom.protocol.older_rows import unpack_rows

GOLDEN = Path(__file__).parents[1] / "protocol" / "golden_history.json"


def row(epoch: int, loss: float | None) -> Row:
    return Row.model_construct(
        epoch=epoch,
        step=14 * epoch,
        train_loss=loss,
        validation_loss=0.5,
        train_metric=0.75,
        validation_metric=None,
        learning_rate=0.125,
        parameters=None,
    )


def rows_of(losses: Sequence[float | None]) -> list[Row]:
    return [row(epoch, loss) for epoch, loss in enumerate(losses)]


def stays(losses: Sequence[float | None], held: set[int]) -> list[int]:
    """The law in plain words, over the whole sequence at once."""
    count, size = len(losses), bucket_size(len(losses))
    kept = {0, *held, *range(max(0, count - RAW), count)} & set(range(count))
    for start in range(0, max(0, count - RAW), size):
        bucket = range(start, min(start + size, count - RAW))
        found = [math.inf if loss is None else loss for loss in losses[bucket[0] : bucket[-1] + 1]]
        kept |= {start + found.index(min(found)), bucket[-1] - found[::-1].index(max(found))}
    return sorted(kept)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same law where few rows are many, so that many histories can be tried."""
    monkeypatch.setattr(history_module, "MOST_BUCKETS", 10)
    monkeypatch.setattr(history_module, "MOST_ROWS", 20)
    monkeypatch.setattr(history_module, "SLACK", 9)
    monkeypatch.setattr(history_module, "RAW", 7)
    monkeypatch.setitem(globals(), "RAW", 7)


LOSSES = st.lists(st.one_of(st.none(), st.integers(0, 5).map(float)), min_size=1, max_size=300)


@pytest.mark.usefixtures("short")
class TestLaw:
    @given(losses=LOSSES, data=st.data())
    @settings(max_examples=150, deadline=None)
    def test_what_stays_is_the_same_however_it_came_about(
        self, losses: list[float | None], data: st.DataObject
    ) -> None:
        """Appended in any pieces, looked at, saved and read, resumed and marked in between."""
        history, rows, done, held = History(), rows_of(losses), 0, set[int]()
        while done < len(rows):
            piece = data.draw(st.integers(1, len(rows) - done))
            history.extend(rows[done : done + piece])
            done += piece
            match data.draw(st.sampled_from(["look", "copy", "pack", "mark", "on"])):
                case "look":
                    assert len(history) <= 20 + 1 + 7 + 2 * len(held)
                case "copy":
                    history = history.copy()
                case "pack":
                    history = History(list(history), held=held)
                case "mark":
                    held |= set(sides_of([Mark(epoch=done - 1 + 0.5, label="")]))
                    history.hold(held)
                case _:
                    pass

        assert [kept.epoch for kept in history] == stays(losses, held)
        assert all(kept == rows[kept.epoch] for kept in history)
        assert history.total == len(losses)

    @given(losses=LOSSES, cut=st.integers(0, 299), more=LOSSES)
    @settings(max_examples=50, deadline=None)
    def test_going_back_and_on_again_is_the_same_for_who_looked_and_who_did_not(
        self, losses: list[float | None], cut: int, more: list[float | None]
    ) -> None:
        ends = []
        for looks in (True, False):
            history = History(rows_of(losses)).until(cut)
            for loss in more:
                history.extend([row(history.total, loss)])
                assert not looks or list(history)
            ends.append(list(history))

        assert ends[0] == ends[1]
        assert all(one.epoch < other.epoch for one, other in pairwise(ends[0]))

    @given(losses=LOSSES)
    def test_a_copy_and_what_goes_on_do_not_write_over_each_other(self, losses: list[float | None]) -> None:
        history = History(rows_of(losses))
        copy = history.copy()
        before = list(copy)
        history.extend([row(history.total, 77.0)])
        copy.extend([row(copy.total, 99.0)])

        assert list(history)[-1].train_loss == 77.0
        assert list(copy)[-1].train_loss == 99.0
        assert {kept.epoch for kept in copy} <= {kept.epoch for kept in [*before, copy[-1]]}


@pytest.fixture(scope="module")
def long_history() -> tuple[History, list[float | None]]:
    """A million epochs: a loss that falls, sees-saws from one to the next, and jumps once for a single epoch."""
    losses = (1 / np.sqrt(1 + np.arange(1_000_000)) * (1 + 0.1 * (np.arange(1_000_000) % 2))).astype(np.float32)
    losses[123_456] = 7
    numbers: list[float | None] = losses.tolist()
    history = History(held=sides_of([Mark(epoch=500_000.25, label="edit")]))
    for start in range(0, len(numbers), 1000):
        history.extend_by(table_from(start, losses[start : start + 1000]))
    return history, numbers


def table_from(start: int, losses: np.ndarray) -> Table:
    """As `row` makes them."""
    epochs = start + np.arange(len(losses))
    values = np.tile(np.array([0, 0.5, 0.75, np.nan, 0.125], np.float32), (len(losses), 1))
    values[:, 0] = losses
    return Table(np.stack([epochs, 14 * epochs], axis=1), values, np.zeros((len(losses), 1), np.float32))


def test_r11_a_million_epochs_stay_bounded_with_every_peak(long_history: tuple[History, list[float | None]]) -> None:
    history, losses = long_history
    epochs = [kept.epoch for kept in history]

    assert rows_in(history.table.taken(slice(3))) == [row(epoch, losses[epoch]) for epoch in epochs[:3]]
    assert epochs == stays(losses, {500_000, 500_001})
    assert len(epochs) <= MOST_ROWS <= 10_000 + RAW
    assert epochs[-RAW:] == list(range(1_000_000 - RAW, 1_000_000))
    assert {0, 123_456, 500_000, 500_001} <= set(epochs)
    assert history.total == 1_000_000


def test_r11_snapshot_stash_and_checkpoint_of_a_million_epochs_are_small(
    long_history: tuple[History, list[float | None]], make_run: Any
) -> None:
    run: Run = make_run()
    run.history, run.marks = long_history[0].copy(), [Mark(epoch=500_000.25, label="edit")]
    told = telling.snapshot(run, None, telling.status(run, "paused"))
    read = [*unpack_rows(OlderRows.model_validate(told["older"])), *(Row.model_validate(r) for r in told["history"])]

    assert read == list(run.history)
    assert len(orjson.dumps(told)) < 1_000_000
    saved = run.checkpoint()
    assert len(saved) < 1_000_000
    for mine, theirs in zip(Run.resume(saved).history.table, run.history.table, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_even_a_tiny_network_with_eight_numbers_a_row_stays_under_a_megabyte() -> None:
    trained = tuple(i / 7 for i in range(8))
    history = History([row(e, 1 / (1 + e)).model_copy(update={"parameters": trained}) for e in range(9000)])
    packed = history.older(telling.NEWEST_ROWS)
    assert packed is not None

    assert len(packed.model_dump_json()) < 1_000_000
    assert unpack_rows(packed) == history[: -telling.NEWEST_ROWS]


def test_up_to_9300_epochs_nothing_is_left_out() -> None:
    """Not where all losses are equal either."""
    history = History(rows_of([0.5] * 9300))
    assert len(history) == 9300
    history.extend([row(9300, 0.5)])

    assert len(history) < 9300


def test_keeping_a_history_short_costs_little_beside_the_rows_themselves() -> None:
    start = time.process_time()
    rows = rows_of([1 / (1 + epoch) for epoch in range(30_000)])
    making = time.process_time() - start
    history = History()
    start = time.process_time()
    for first in range(0, len(rows), 100):
        history.extend(rows[first : first + 100])
    keeping = time.process_time() - start

    assert keeping < 10 * making


def test_a_checkpoint_of_before_histories_were_bounded_is_read_and_thinned_out(
    make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It held float64, every epoch, and knew no table of trained numbers."""
    run: Run = make_run()
    losses = [1 / (1 + epoch) for epoch in range(30_000)]
    table = history_module.table_of(rows_of(losses))
    old = {"epochs": table.epochs, "values": table.values.astype(np.float64)}
    monkeypatch.setattr(saving, "_history_arrays", lambda history, prefix: {f"{prefix}{k}": v for k, v in old.items()})
    resumed = Run.resume(run.checkpoint())

    assert [kept.epoch for kept in resumed.history] == stays(losses, set())
    assert resumed.history.total == 30_000


def test_a_run_resumed_at_any_time_keeps_the_rows_of_one_that_never_ended(
    make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("MOST_BUCKETS", 10), ("RAW", 5)):
        monkeypatch.setattr(history_module, name, value)
    whole, broken = make_run(), make_run()
    for epoch in (40, 41, 90, 300):
        for run in (whole, broken):
            run.advance(until_epoch=epoch, budget_secs=1000)
            run.edit(run.prepare(_slower(run)), label=f"rate at {epoch}")
        broken = Run.resume(broken.checkpoint())

    assert broken.history == whole.history
    assert len(whole.history) < 40
    assert {40, 41, 90, 300} <= {kept.epoch for kept in whole.history}


def _slower(run: Run) -> Any:
    from netloom.protocol.commands import Changes

    training = run.experiment.training
    return Changes(training=training.model_copy(update={"learning_rate": training.learning_rate * 0.9}))


def test_the_chart_keeps_the_last_marks(make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netloom.engine.edits.MOST_MARKS", 4)
    run: Run = make_run()
    for i in range(7):
        run.edit(_slower(run), label=f"edit {i}")

    assert [mark.label for mark in run.marks] == [f"edit {i}" for i in range(3, 7)]


def test_the_golden_history_is_what_this_code_keeps_and_packs() -> None:
    """The page reads the same file: both thin out alike, and it unpacks what the server packs."""
    golden = json.loads(GOLDEN.read_text())

    assert unpack_rows(OlderRows.model_validate(golden["packed"])) == [Row.model_validate(r) for r in golden["rows"]]
    assert golden == golden_history()


def golden_history() -> dict[str, Any]:
    """Losses are whole numbers from Lehmer's generator, which every language computes alike; every 97th is missing."""
    count, marks, seed = 40_000, [0.5, 17_000.25], 1
    losses: list[float | None] = []
    for epoch in range(count):
        seed = seed * 16_807 % 2_147_483_647
        losses.append(None if epoch % 97 == 5 else float(seed % 1000))
    history = History(rows_of(losses), held=sides_of([Mark(epoch=mark, label="") for mark in marks]))
    epochs = [kept.epoch for kept in history]
    checksum = 0
    for epoch in epochs:
        checksum = (checksum * 31 + epoch) % 2_147_483_647
    few = [row(0, 0.25), row(1, None), row(70_000, 0.1).model_copy(update={"step": 2**40, "parameters": (1.5, None)})]
    packed = History(few).older(0)
    assert packed is not None
    return {
        "packed": packed.model_dump(),
        "rows": json.loads(orjson.dumps([kept.model_dump() for kept in unpack_rows(packed)])),
        "thinned": {"count": count, "marks": marks, "kept": len(epochs), "checksum": checksum},
    }
