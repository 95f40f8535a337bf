"""What an edit of the network keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from netloom.activations import ACTIVATIONS
from netloom.engine.run import Run
from netloom.experiment import Data, Experiment
from netloom.layers import BatchNorm, Dense, Dropout, Input, Layer, LayerNorm, Output
from netloom.network import chain
from netloom.protocol.commands import Changes

HIDDEN = Dense(id="hidden1", units=5), Dense(id="hidden2", units=3)
PLACES = np.random.default_rng(0).uniform(-6, 6, (200, 2))


@pytest.fixture(scope="module")
def trained(document: Callable[..., Experiment]) -> bytes:
    """A run of 2-5-3-1 with moments, in the middle of epoch 71."""
    run = Run(document(*HIDDEN, training={"optimizer": {"type": "adam"}, "learning_rate": 0.01}))
    run.advance(updates=1000, budget_secs=1000)
    return run.checkpoint()


@pytest.fixture
def run(trained: bytes) -> Run:
    return Run.resume(trained)


def layers_of(*hidden: Layer) -> Changes:
    ends = () if isinstance(hidden[-1], Output) else (Output(),)
    return Changes(network=chain(Input(), *hidden, *ends))


def moments(run: Run) -> tuple[Any, ...]:
    from netloom.engine.transfer import learned

    return tuple(learned(run._stage, run._carry.now)[:3])


def test_a_wider_layer_computes_what_it_did_and_keeps_every_number(run: Run) -> None:
    before, outputs = moments(run), run.predict(PLACES)
    outcome = run.edit(layers_of(Dense(id="hidden1", units=7), HIDDEN[1]))
    after = moments(run)

    np.testing.assert_allclose(run.predict(PLACES), outputs, atol=1e-6)
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(new["hidden1"]["weight"][:, :5], old["hidden1"]["weight"])
        np.testing.assert_array_equal(new["hidden2"]["weight"][:5], old["hidden2"]["weight"])
        np.testing.assert_array_equal(new["output"]["weight"], old["output"]["weight"])
    assert not after[0]["hidden2"]["weight"][5:].any()
    assert after[0]["hidden1"]["weight"][:, 5:].any()
    assert (outcome.kind, outcome.kept, outcome.fresh) == ("structure", 37, 12)
    assert outcome.boundary_shift == pytest.approx(0, abs=1e-6)
    assert outcome.message == "37 trained numbers kept, 12 new, the picture does not move."
    assert (run.epoch, run.step) == (71, 1000)


def test_numbers_of_a_network_without_an_update_are_not_called_trained(document: Callable[..., Experiment]) -> None:
    outcome = Run(document(*HIDDEN)).edit(layers_of(Dense(id="hidden1", units=7), HIDDEN[1]))

    assert outcome.message == "37 numbers kept, 12 new, the picture does not move."


def test_a_narrower_layer_keeps_its_first_neurons(run: Run) -> None:
    before = run.parameters()
    outcome = run.edit(layers_of(Dense(id="hidden1", units=4), HIDDEN[1]))

    np.testing.assert_array_equal(run.parameters()["hidden1"]["weight"], before["hidden1"]["weight"][:, :4])
    np.testing.assert_array_equal(run.parameters()["hidden2"]["weight"], before["hidden2"]["weight"][:4])
    assert outcome.stash is not None


def test_undoing_a_removal_restores_the_trained_network_to_the_last_bit(run: Run) -> None:
    before, history = run.checkpoint(), list(run.history)
    removal = run.edit(layers_of(HIDDEN[0]))
    run.advance(updates=500, budget_secs=1000)
    undone = run.edit(layers_of(*HIDDEN), restore=removal.stash)
    original = Run.resume(before)

    assert (undone.kind, undone.history_reset) == ("restored", True)
    assert run.history == history
    for one, other in zip(moments(run), moments(original), strict=True):
        for layer, names in one.items():
            for name, values in names.items():
                np.testing.assert_array_equal(values, other[layer][name])
    for each in (run, original):
        each.advance(updates=100, budget_secs=1000)
    np.testing.assert_array_equal(run.predict(PLACES), original.predict(PLACES))


@pytest.mark.parametrize(
    "edited",
    [
        layers_of(HIDDEN[0], Dense(id="new", units=4, activation="relu"), HIDDEN[1]),
        layers_of(*HIDDEN, Dropout(id="new")),
        layers_of(HIDDEN[0], BatchNorm(id="new"), HIDDEN[1]),
        layers_of(HIDDEN[0], Dense(id="hidden2", units=4)),
        layers_of(HIDDEN[0], Dense(id="hidden2", units=2)),
        layers_of(HIDDEN[1], HIDDEN[0]),
    ],
    ids=["layer put in", "dropout put in", "normalization put in", "neuron more", "neuron less", "layers swapped"],
)
def test_undoing_any_change_of_the_structure_brings_back_what_was_trained_before_it(edited: Changes, run: Run) -> None:
    before, history, marks = Run.resume(run.checkpoint()), list(run.history), list(run.marks)
    outcome = run.edit(edited)
    run.advance(updates=500, budget_secs=1000)
    assert run.step == 1500
    undone = run.edit(layers_of(*HIDDEN), restore=outcome.stash)

    assert undone.kind == "restored"
    assert (run.epoch, run.step, run.history, run.marks) == (71, 1000, history, marks)
    assert "epoch 71" in undone.message
    for each in (run, before):
        each.advance(updates=100, budget_secs=1000)
    assert run.history == before.history
    for one, other in zip(moments(run), moments(before), strict=True):
        for layer, names in one.items():
            for name, values in names.items():
                np.testing.assert_array_equal(values, other[layer][name])


def test_trained_numbers_in_the_history_are_those_of_the_network_as_it_is(
    document: Callable[..., Experiment],
) -> None:
    run = Run(document(Output()))
    run.advance(until_epoch=3, budget_secs=1000)
    assert [len(row.parameters or ()) for row in run.history] == [3] * 4
    numbers = [value for names in run.parameters().values() for values in names.values() for value in values.ravel()]
    np.testing.assert_array_equal(run.history[-1].parameters, numbers)
    assert Run.resume(run.checkpoint()).history == run.history

    outcome = run.edit(layers_of(Output(bias=False)))
    assert outcome.history_reset
    run.advance(until_epoch=4, budget_secs=1000)
    assert [len(row.parameters or ()) for row in run.history] == [0, 0, 0, 0, 2]
    assert Run.resume(run.checkpoint()).history == run.history
    run.edit(layers_of(*HIDDEN))
    run.advance(until_epoch=5, budget_secs=1000)
    assert [row.parameters for row in run.history] == [None] * 6


def test_an_undo_can_be_undone(run: Run) -> None:
    removal = run.edit(layers_of(HIDDEN[0]))
    run.advance(updates=50, budget_secs=1000)
    outputs, step = run.predict(PLACES), run.step
    undone = run.edit(layers_of(*HIDDEN), restore=removal.stash)
    run.edit(layers_of(HIDDEN[0]), restore=undone.stash)

    np.testing.assert_array_equal(run.predict(PLACES), outputs)
    assert run.step == step


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "step"])
def test_a_layer_put_in_hardly_moves_the_picture(activation: Any, place: int, trained: bytes) -> None:
    run = Run.resume(trained)
    hidden = list(HIDDEN)
    hidden.insert(place, Dense(id="new", units=5, activation=activation))
    outcome = run.edit(layers_of(*hidden))

    assert outcome.boundary_shift is not None
    assert outcome.boundary_shift < 0.02


def test_a_step_layer_cannot_be_near_identity_and_says_how_far_the_picture_moved(run: Run) -> None:
    outcome = run.edit(layers_of(*HIDDEN, Dense(id="new", units=5, activation="step")))

    assert outcome.boundary_shift is not None
    assert f"moves by {100 * outcome.boundary_shift:.1f} %" in outcome.message


@pytest.mark.parametrize(
    ("layer", "most"), [(Dropout(id="new"), 1e-6), (BatchNorm(id="new"), 1e-4), (LayerNorm(id="new"), 0.25)]
)
def test_a_layer_without_neurons_of_its_own_is_put_in_quietly(layer: Layer, most: float, run: Run) -> None:
    hidden: list[Layer] = list(HIDDEN)
    hidden.insert(1, layer)
    outcome = run.edit(layers_of(*hidden))

    assert outcome.boundary_shift is not None
    assert outcome.boundary_shift < most


def test_taking_a_layer_out_again_brings_the_picture_back(run: Run) -> None:
    outputs = run.predict(PLACES)
    run.edit(layers_of(HIDDEN[0], Dense(id="new", units=5, activation="relu"), HIDDEN[1]))
    run.edit(layers_of(*HIDDEN))

    assert np.abs(run.predict(PLACES) - outputs).mean() < 0.02


def test_a_new_input_starts_at_zero_and_a_removed_one_goes(run: Run) -> None:
    outputs = run.predict(PLACES)
    wider = run.experiment.data.model_copy(update={"features": ("x", "sin(x)", "y")})
    outcome = run.edit(Changes(data=wider))
    np.testing.assert_allclose(run.predict(PLACES), outputs, atol=1e-6)
    assert outcome.kind == "structure"
    assert not run.parameters()["hidden1"]["weight"][1].any()

    run.edit(Changes(data=wider.model_copy(update={"features": ("y", "x")})))
    np.testing.assert_allclose(run.predict(PLACES), outputs, atol=1e-6)


def test_an_output_of_another_size_is_new_and_the_rest_stays(run: Run) -> None:
    before = run.parameters()
    outcome = run.edit(layers_of(*HIDDEN, Output(units=2, activation="softmax")))

    np.testing.assert_array_equal(run.parameters()["hidden2"]["weight"], before["hidden2"]["weight"])
    assert outcome.fresh == 8
    assert outcome.boundary_shift is None


def test_a_live_edit_that_needs_a_larger_program_keeps_every_bit(run: Run) -> None:
    before = moments(run)
    data = run.experiment.data.model_copy(update={"count": 600})
    outcome = run.edit(Changes(data=data), label="600 points")

    assert (outcome.kind, outcome.points_changed) == ("live", True)
    for old, new in zip(before, moments(run), strict=True):
        np.testing.assert_array_equal(old["hidden1"]["weight"], new["hidden1"]["weight"])
    assert run.marks[-1].label == "600 points"


def test_only_so_many_former_states_are_kept(run: Run) -> None:
    stashes = [run.restart().stash for _ in range(3)]
    assert stashes[0] is not None
    assert stashes[1:] == [None, None]
    for _ in range(20):
        run.advance(updates=1, budget_secs=1000)
        run.restart()

    assert len(run._stashes.items()) == 16


def test_former_states_of_large_networks_do_not_fill_the_memory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    one = 6 * run._carry.now.params.nbytes + 100  # and a history of one row
    monkeypatch.setattr("netloom.engine.stashes.MOST_BYTES", 3 * one)
    tokens = []
    for _ in range(5):
        run.advance(updates=1, budget_secs=1000)
        tokens.append(run.restart().stash)

    assert [run._stashes.get(token) is not None for token in tokens] == [False, False, True, True, True]


def test_undoing_the_first_own_point_brings_the_trained_network_back(make_run: Any) -> None:
    """Back to points that a rule makes is otherwise another data set, which would begin again."""
    run = make_run()
    run.advance(until_epoch=20, budget_secs=60)
    before, parameters = run.experiment, run.parameters()
    items = [{"x": point.x, "target": point.target, "split": point.split} for point in run.points()]
    own = {"type": "points", "items": [*items, {"x": (1.0, 1.0), "target": 1}], "classes": 2}
    drawn = run.edit(Changes(data=Data.model_validate(before.data.model_dump() | {"source": own})))
    run.advance(until_epoch=25, budget_secs=60)

    undone = run.edit(Changes(data=before.data), restore=drawn.stash)

    assert (undone.kind, run.epoch, run.experiment) == ("restored", 20, before)
    for layer, arrays in run.parameters().items():
        for name, values in arrays.items():
            np.testing.assert_array_equal(values, parameters[layer][name])


def test_the_epochs_after_a_layer_was_put_in_stay_calm(make_run: Any) -> None:
    run = make_run()
    run.advance(until_epoch=55, budget_secs=60)
    entry, first, *others = run.experiment.network.layers
    run.edit(Changes(network=chain(entry, first, Dense(id="new", units=6), *others)))

    run.advance(until_epoch=85, budget_secs=60)

    assert max(row.train_loss or 9 for row in run.history[55:]) < 0.3
