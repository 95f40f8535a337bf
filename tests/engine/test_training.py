"""How training goes, stops and is edited."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.errors import InvalidExperiment, NotPossible
from netloom.experiment import Experiment, Seeds
from netloom.layers import Dense, Layer, Output
from netloom.optimizers import SGD, Adam, AdamW
from netloom.protocol.commands import Changes, Pin
from netloom.protocol.frames import to_cells

SINGLE = {"batch_size": "all", "order": "stored"}
FEW = {"count": 22}
"""15 points to train on: as many as share a program with batches of 10."""


def training(run: Run, **values: Any) -> Changes:
    return Changes(training=run.experiment.training.model_copy(update=values))


def test_every_epoch_enters_the_history_once(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    run = to_epoch(make_run(*small), 700)

    assert [row.epoch for row in run.history] == list(range(701))
    assert [row.step for row in run.history] == list(range(0, 14 * 701, 14))


def test_a_call_keeps_to_its_time_and_to_its_updates(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    run = make_run(*small, training={"epoch_limit": 10_000_000})
    run.advance(updates=100, budget_secs=1)
    progress = run.advance(budget_secs=0.01)

    assert 0 < progress.updates < 100_000
    assert run.advance(updates=7, budget_secs=1000).updates == 7


def test_a_network_that_was_not_timed_yet_is_tried_with_one_update(
    document: Callable[..., Experiment], small: tuple[Layer, ...]
) -> None:
    """Else a large one, fresh or grown from a small one, would hold up everybody's engine for minutes."""
    ticks = count(step=0.001)
    run = Run(document(*small, training={"epoch_limit": 10_000_000}), clock=lambda: next(ticks))

    fresh = run.advance(budget_secs=0.003)
    timed = run.advance(budget_secs=0.02)
    run.edit(training(run, learning_rate=0.01))
    edited = run.advance(budget_secs=0.003)

    assert (fresh.updates, edited.updates) == (1, 1)
    assert timed.updates > 1


def test_a_run_pauses_at_its_limit_and_goes_on_when_asked(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    run = to_epoch(make_run(*small, training={"epoch_limit": 5}), 100)
    assert run.stopped is not None
    assert (run.status, run.epoch, run.stopped.reason) == ("finished", 5, "epoch_limit")
    run.continue_past_limit()
    to_epoch(run, 100)

    assert (run.epoch, run.experiment.training.epoch_limit) == (10, 10)


def test_a_loss_that_explodes_stops_the_run_and_recovery_goes_back_with_a_tenth_of_the_rate(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    adam = {"optimizer": {"type": "adam"}, "learning_rate": 0.03, "loss": {"type": "mse"}}
    run = make_run(*small, Output(activation="linear"), training=adam)
    to_epoch(run, 20)
    run.edit(training(run, learning_rate=1000.0))
    to_epoch(run, 60)
    assert run.stopped is not None
    assert (run.status, run.stopped.reason) == ("diverged", "exploded")
    assert run.advance(updates=1).updates == 0
    outcome = run.recover()

    assert (outcome.kind, run.status) == ("restored", "paused")
    assert run.epoch <= 20
    assert run.history[-1].epoch == run.epoch
    assert run.experiment.training.learning_rate == 100.0


@pytest.mark.parametrize("length", [1, 5, 1000])
def test_the_update_that_left_the_finite_numbers_is_named_however_the_run_is_cut(
    length: int, document: Callable[..., Experiment]
) -> None:
    hidden = Dense(id="hidden1", units=4, activation="relu")
    layers = hidden, Output(activation="linear")
    run = Run(document(*layers, training={"learning_rate": 1000.0, "loss": {"type": "mse"}}))
    while not run.advance(updates=length, budget_secs=1000).finished and run.step < 1000:
        pass

    assert run.stopped is not None
    assert run.stopped.reason == "not_finite"
    assert np.isfinite(run.predict(np.zeros((1, 2)))).all()
    assert f"At update {run.step + 1} " in run.stopped.message


def test_early_stopping_waits_as_long_as_said(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    run = make_run(*small, data={"noise": 0.4}, training={"early_stopping": {"patience": 3}, "learning_rate": 0.5})
    to_epoch(run, 1000)
    losses = np.array([row.validation_loss for row in run.history[1:]], float)

    assert run.stopped is not None
    assert run.stopped.reason == "early_stopping"
    assert len(losses) - 1 - int(np.argmin(losses)) == 3
    epoch = run.epoch
    assert to_epoch(run, epoch + 1).epoch == epoch + 1


def test_the_last_batch_of_an_epoch_takes_what_is_left(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    run = make_run(*small, training={"batch_size": 15})
    run.advance(until_epoch=1, budget_secs=1000)

    assert run.step == 10  # 140 points


def test_a_class_that_weighs_nothing_is_not_learned(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    run = to_epoch(make_run(*small, training={"class_weights": (0.0, 1.0)}), 50)

    assert run.predict(np.random.default_rng(0).uniform(-6, 6, (100, 2))).min() > 0.9


def test_balanced_weights_change_nothing_where_classes_are_equal(document: Callable[..., Experiment]) -> None:
    table = {"data": {"source": {"type": "xor_table"}}}
    plain = Run(document(Dense(id="hidden1", units=4), **table, training=SINGLE))
    balanced = Run(document(Dense(id="hidden1", units=4), **table, training={**SINGLE, "class_weights": "balanced"}))
    for run in (plain, balanced):
        run.advance(updates=50, budget_secs=1000)

    assert plain.history[-1] == balanced.history[-1]


def test_clipping_shortens_a_step_to_the_norm_times_the_rate(
    make_run: Callable[..., Run], small: tuple[Layer, ...], flat: Callable[[Run], np.ndarray]
) -> None:
    run = make_run(*small, data=FEW, training={**SINGLE, "learning_rate": 1.0, "clip_norm": 0.01})
    before = flat(run)
    run.advance(updates=1, budget_secs=1000)

    assert np.linalg.norm(flat(run) - before) == pytest.approx(0.01, rel=1e-4)


@pytest.mark.parametrize(("penalty", "slope"), [("l1", np.sign), ("l2", lambda w: w)])
def test_a_penalty_pulls_at_weights_and_leaves_biases(
    penalty: str, slope: Any, make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    plain = make_run(*small, data=FEW, training={**SINGLE, "learning_rate": 1.0})
    pulled = make_run(*small, data=FEW, training={**SINGLE, "learning_rate": 1.0, penalty: 0.1})
    start = plain.parameters()
    for run in (plain, pulled):
        run.advance(updates=1, budget_secs=1000)

    for layer in start:
        if layer != "input":
            difference = plain.parameters()[layer]["weight"] - pulled.parameters()[layer]["weight"]
            np.testing.assert_allclose(difference, 0.1 * slope(start[layer]["weight"]), atol=1e-6)
            np.testing.assert_array_equal(plain.parameters()[layer]["bias"], pulled.parameters()[layer]["bias"])
    assert plain.history[0] == pulled.history[0]


def test_a_frozen_layer_stays_and_a_bias_that_is_off_is_zero(make_run: Callable[..., Run]) -> None:
    run = make_run(Dense(id="hidden1", units=4, frozen=True), Dense(id="hidden2", units=2, bias=False))
    before = run.parameters()
    run.advance(updates=50, budget_secs=1000)

    np.testing.assert_array_equal(run.parameters()["hidden1"]["weight"], before["hidden1"]["weight"])
    assert not np.array_equal(run.parameters()["hidden2"]["weight"], before["hidden2"]["weight"])
    assert not run.parameters()["hidden2"]["bias"].any()


def test_what_kind_an_edit_is(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    run = make_run(*small)
    run.advance(updates=20, budget_secs=1000)
    data, network = run.experiment.data, run.experiment.network
    drawn = {"type": "points", "items": [{"x": p.x, "target": p.target} for p in run.points()[:150]]}

    def kind(**sections: Any) -> str:
        fresh = Run.resume(run.checkpoint())
        return fresh.edit(Changes.model_validate(sections)).kind

    assert kind() == "nothing"
    assert kind(name="Mine") == "nothing"
    assert kind(data={**data.model_dump(), "noise": 0.2}) == "live"
    assert kind(data={**data.model_dump(), "source": drawn}) == "live"
    assert kind(seeds=Seeds(dropout=5)) == "live"
    assert kind(network=network.model_dump() | {"layers": [
        {**layer.model_dump(), **({"activation": "relu"} if layer.id == "hidden1" else {})} for layer in network.layers
    ]}) == "live"  # fmt: skip
    assert kind(data={**data.model_dump(), "features": ("x", "y", "x*y")}) == "structure"
    assert kind(data={**data.model_dump(), "source": {"type": "circle"}}) == "restart"
    assert kind(seeds=Seeds(weights=5)) == "restart"


def test_points_that_the_learner_sets_never_throw_away_what_was_learned(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    run = make_run(*small)
    run.advance(updates=20, budget_secs=1000)
    source = {"type": "points", "items": [{"x": (1.0, 2.0), "target": 1.0}, {"x": (-3.0, 0.5), "target": 0.0}]}
    strokes = [
        run.edit(
            Changes.model_validate({"data": {"source": source | {"items": source["items"][:count]}}}), label="Drawn"
        )
        for count in (1, 2)
    ]

    assert [stroke.kind for stroke in strokes] == ["live", "live"]
    assert run.step == 20
    assert [mark.label for mark in run.marks] == ["Drawn"]


def test_an_edit_that_cannot_be_leaves_the_run_as_it_was(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    run = make_run(*small)
    before = run.checkpoint()

    with pytest.raises(InvalidExperiment):
        run.edit(Changes.model_validate({"data": {"features": ("x", "log(x)")}}))
    assert run.checkpoint() == before


def test_new_weights_are_others_and_the_same_weights_come_back(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    run = make_run(*small)
    first = run.parameters()["hidden1"]["weight"]
    run.edit(Changes(seeds=Seeds(weights=1)))
    assert not np.array_equal(run.parameters()["hidden1"]["weight"], first)
    run.edit(Changes(seeds=Seeds(weights=0)))

    np.testing.assert_array_equal(run.parameters()["hidden1"]["weight"], first)


def test_another_optimizer_begins_with_empty_moments(
    make_run: Callable[..., Run], small: tuple[Layer, ...], flat: Callable[[Run], np.ndarray]
) -> None:
    """Adam's first step is as long as the learning rate for every number: with a late step count it would leap."""
    run = make_run(*small)
    run.advance(updates=500, budget_secs=1000)
    assert run.edit(training(run, optimizer=Adam(), learning_rate=0.001)).stash is None
    before = flat(run)
    run.advance(updates=1, budget_secs=1000)
    np.testing.assert_allclose(np.abs(flat(run) - before), 0.001, rtol=0.05)

    assert run.edit(training(run, optimizer=AdamW())).stash is None
    assert run.edit(training(run, optimizer=SGD())).stash is not None


def test_a_weight_can_be_typed_over(make_run: Callable[..., Run], small: tuple[Layer, ...]) -> None:
    run = make_run(*small)
    run.set_parameter(Pin(layer="hidden2", parameter="weight", index=(3, 1)), 0.5)
    assert run.parameters()["hidden2"]["weight"][3, 1] == 0.5

    for layer, index in (("hidden2", (4, 0)), ("hidden2", (0,)), ("nowhere", (0, 0))):
        with pytest.raises(NotPossible):
            run.set_parameter(Pin(layer=layer, parameter="weight", index=index), 0.5)


def test_the_final_test_counts_the_points_kept_for_it(
    make_run: Callable[..., Run], small: tuple[Layer, ...], to_epoch: Callable[[Run, int], Run]
) -> None:
    run = to_epoch(make_run(*small), 30)
    measured = run.final_test()

    assert measured.points == 30
    assert measured.confusion is not None
    assert sum(map(sum, measured.confusion)) == 30
    assert measured.metric == pytest.approx(sum(measured.confusion[i][i] for i in (0, 1)) / 30)


def test_a_run_without_test_points_has_no_final_test(make_run: Callable[..., Run]) -> None:
    run = make_run(Dense(id="hidden1", units=4), data={"source": {"type": "xor_table"}}, training=SINGLE)

    with pytest.raises(NotPossible):
        run.final_test()


def test_cells_made_in_a_program_are_those_of_the_protocol(
    make_run: Callable[..., Run], small: tuple[Layer, ...]
) -> None:
    run = make_run(*small)
    maps = run._moment().maps(60, 20)
    picture = run._stage.picture

    outputs = run.predict(picture.places(60)).reshape(60, 60)
    np.testing.assert_allclose(maps.boundary[0].astype(int), to_cells(outputs, 0, 1).astype(int), atol=1)


def test_how_far_to_train_is_no_mark_on_the_chart(make_run: Callable[..., Run]) -> None:
    run = make_run()
    run.advance(until_epoch=2, budget_secs=10)
    training = run.experiment.training
    run.edit(Changes(training=training.model_copy(update={"epoch_limit": 5000})))
    assert run.marks == []
    run.edit(Changes(training=training.model_copy(update={"epoch_limit": 5000, "learning_rate": 0.3})))
    assert len(run.marks) == 1


def test_the_first_update_of_a_run_is_taken_by_itself_for_nobody_knows_how_long_it_takes() -> None:
    """Two hundred updates of the largest network would hold up everybody's for minutes."""
    times = iter([0.0] * 3)
    run = Run(Experiment(), device="cpu", clock=lambda: next(times, 1.0))

    assert run.advance(budget_secs=0.005).updates == 1
