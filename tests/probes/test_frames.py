"""Frames hold what is watched, and only that, and their numbers agree with each other."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.experiment import Experiment
from netloom.layers import BatchNorm, Dense, Dropout, Input, Output
from netloom.network import chain
from netloom.probes import PROBES
from netloom.protocol.commands import Changes, Pin, Watch
from netloom.protocol.events import Layout
from netloom.protocol.frames import decode_frame

NOTHING = Watch(boundary=0, neurons=0, weights=False)


@pytest.fixture(scope="module")
def run() -> Run:
    """2-6-4-1 after a hundred updates."""
    run = Run(Experiment())
    run.advance(updates=100, budget_secs=1000)
    return run


def run_of(*layers: Any, **data: Any) -> Run:
    network = chain(Input(), *layers)
    loss = (
        {"type": "mse"} if data.get("source", {}).get("type") in {"line", "plane"} else {"type": "binary_cross_entropy"}
    )
    return Run(Experiment.model_validate({"network": network.model_dump(), "data": data, "training": {"loss": loss}}))


def seen(run: Run, watch: Watch) -> tuple[Layout, dict[tuple[str, str | None, str | None], np.ndarray]]:
    layout = run.layout(watch)
    header, arrays = decode_frame(run.frame(watch), layout.channels)
    assert header.layout == layout.id
    assert (header.epoch, header.step) == (run.epoch, run.step)
    return layout, {(c.name, c.layer, c.parameter): a for c, a in zip(layout.channels, arrays, strict=True)}


def test_every_probe_is_quiet_when_nothing_is_watched(run: Run) -> None:
    assert run.layout(NOTHING).channels == ()
    assert len(PROBES) == 10


def test_the_layout_stays_the_same_object_until_something_changes(run: Run) -> None:
    first = run.layout(Watch())
    assert run.layout(Watch(frames_per_second=5)) is first

    assert run.layout(NOTHING).id != first.id


def test_a_map_shows_the_outputs_from_the_top_left(run: Run) -> None:
    layout, arrays = seen(run, Watch(boundary=11, neurons=5))
    corners = np.array([[-6, 6], [6, 6], [-6, -6], [6, -6]])
    found = arrays["boundary", None, None][0][[0, 0, -1, -1], [0, -1, 0, -1]]

    np.testing.assert_allclose(found, np.rint(run.predict(corners)[:, 0] * 254), atol=1)
    assert layout.domain == (-6, 6, -6, 6)
    assert layout.level == 0.5
    assert [(part.layer, part.start, part.count) for part in layout.neurons] == [("hidden1", 0, 6), ("hidden2", 6, 4)]
    assert arrays["neurons", None, None].shape == (10, 5, 5)
    np.testing.assert_array_equal(arrays["ranges", None, None], [[0, 1]] + [[-1, 1]] * 10)


@pytest.mark.parametrize("watch", [Watch(boundary=0), Watch(neurons=0), Watch(boundary=0, neurons=0)])
def test_either_kind_of_map_can_be_left_out(watch: Watch, run: Run) -> None:
    _, arrays = seen(run, watch)
    shapes = {name: arrays[name, None, None].shape for name in ("boundary", "neurons") if (name, None, None) in arrays}

    wanted = {"boundary": (1, 60, 60)} if watch.boundary else {}
    assert shapes == wanted | ({"neurons": (10, 20, 20)} if watch.neurons else {})


def test_an_edit_can_be_prepared_while_nothing_is_watched() -> None:
    run = Run(Experiment())
    run.frame(NOTHING)

    assert run.edit(Changes(name="Mine")).kind == "nothing"
    assert not run.prepare(Changes(name="Yours")).compiled


def test_maps_of_one_size_are_those_of_two(run: Run) -> None:
    _, one = seen(run, Watch(boundary=20, neurons=20))
    _, two = seen(run, Watch(boundary=60, neurons=20))

    np.testing.assert_array_equal(one["neurons", None, None], two["neurons", None, None])


def test_a_point_shows_the_whole_forward_pass(run: Run) -> None:
    _, arrays = seen(run, Watch(point=(1.5, -2.0)))
    rows, params = arrays["point", None, None], run.parameters()
    z = np.array([1.5, -2.0]) @ params["hidden1"]["weight"] + params["hidden1"]["bias"]

    np.testing.assert_allclose(rows[:2], [[1.5, 1.5], [-2.0, -2.0]])
    np.testing.assert_allclose(rows[2:8, 0], z, atol=1e-5)
    np.testing.assert_allclose(rows[2:8, 1], np.tanh(z), atol=1e-5)
    np.testing.assert_allclose(rows[-1, 1], run.predict(np.array([[1.5, -2.0]]))[0, 0], atol=1e-6)


def test_a_pin_shows_value_gradient_and_last_update_that_agree(run: Run) -> None:
    pins = tuple(Pin(layer="hidden2", parameter="weight", index=(i, 2)) for i in range(3))
    _, arrays = seen(run, Watch(pins=(*pins, Pin(layer="gone", parameter="weight", index=(0, 0)))))
    values, gradients, updates = arrays["pins", None, None].T

    np.testing.assert_array_equal(values[:3], run.parameters()["hidden2"]["weight"][:3, 2])
    np.testing.assert_allclose(updates[:3], -0.1 * gradients[:3], atol=1e-6)
    assert np.isnan([values[3], gradients[3], updates[3]]).all()


def test_slow_motion_shows_what_the_last_update_added() -> None:
    run = Run(Experiment())
    watch = Watch(slow_motion=True)
    _, start = seen(run, watch)
    assert all(np.isnan(values).all() for key, values in start.items() if key[0] in {"gradient", "update"})
    run.advance(updates=20, budget_secs=1000)
    _, before = seen(run, watch)
    run.advance(updates=1, budget_secs=1000)
    _, after = seen(run, watch)

    for layer in ("hidden1", "hidden2", "output"):
        change = after["parameter", layer, "weight"] - before["parameter", layer, "weight"]
        np.testing.assert_array_equal(after["update", layer, "weight"], change)
        np.testing.assert_allclose(change, -0.1 * after["gradient", layer, "weight"], atol=1e-6)


def test_slow_motion_names_the_batch_and_its_loss_before_the_update() -> None:
    run, watch = Run(Experiment()), Watch(slow_motion=True)
    points = run.points()
    _, start = seen(run, watch)
    assert (start["batch", None, None] == -1).all()
    assert np.isnan(start["batch_loss", None, None]).all()
    used: list[int] = []
    for _ in range(14):
        outputs = run.predict(np.array([point.x for point in points]))[:, 0]
        run.advance(updates=1, budget_secs=1000)
        _, arrays = seen(run, watch)
        batch = arrays["batch", None, None]
        answers, targets = outputs[batch], np.array([points[i].target for i in batch])

        losses = -np.where(targets == 1, np.log(answers), np.log1p(-answers))
        np.testing.assert_allclose(arrays["batch_loss", None, None], losses.mean(), rtol=1e-5)
        np.testing.assert_allclose(arrays["gradient", "output", "bias"], (answers - targets).mean(), atol=1e-6)
        used += batch.tolist()
    assert sorted(used) == [i for i, point in enumerate(points) if point.split == "train"]


def test_the_last_batch_of_an_epoch_has_what_is_left() -> None:
    run = Run(Experiment.model_validate({"training": {"batch_size": 60}}))
    run.advance(updates=3, budget_secs=1000)
    _, arrays = seen(run, Watch(slow_motion=True))

    assert (arrays["batch", None, None][20:] == -1).all()
    assert len(set(arrays["batch", None, None][:20].tolist())) == 20
    run.edit(Changes(training=run.experiment.training.model_copy(update={"batch_size": 5})))
    _, arrays = seen(run, Watch(slow_motion=True))
    assert arrays["batch", None, None].tolist() == [-1] * 5


def test_predictions_come_in_the_order_of_the_points(run: Run) -> None:
    _, arrays = seen(run, Watch(predictions=True))

    places = np.array([point.x for point in run.points()])
    np.testing.assert_allclose(arrays["predictions", None, None], run.predict(places), atol=1e-6)


def test_the_confusion_matrix_counts_what_is_taken_for_what(run: Run) -> None:
    _, arrays = seen(run, Watch(confusion=True))
    for matrix, split in zip(arrays["confusion", None, None], ("train", "validation"), strict=True):
        points = [point for point in run.points() if point.split == split]
        predicted = run.predict(np.array([point.x for point in points]))[:, 0] > 0.5
        wanted = np.zeros((2, 2), int)
        for point, taken_for in zip(points, predicted.astype(int), strict=True):
            wanted[int(point.target), taken_for] += 1

        np.testing.assert_array_equal(matrix, wanted)


def test_several_outputs_show_the_winning_class_and_its_share() -> None:
    run = run_of(Dense(id="a", units=3), Output(units=3, activation="softmax"), source={"type": "blobs", "classes": 3})
    _, arrays = seen(run, Watch(boundary=9))
    outputs = run.predict(run._stage.picture.places(9)).reshape(9, 9, 3)

    winner, share = arrays["boundary", None, None]
    np.testing.assert_array_equal(winner, outputs.argmax(2))
    np.testing.assert_allclose(share, 254 * outputs.max(2), atol=1)


def test_one_input_shows_a_curve_and_neurons_along_it() -> None:
    run = run_of(
        Dense(id="a", units=3, activation="relu"), Output(activation="linear"), source={"type": "line"}, features=("x",)
    )
    layout, arrays = seen(run, Watch(neurons=7))

    curve = run.predict(np.linspace(0, 5, 241)[:, None])
    np.testing.assert_allclose(arrays["curve", None, None][0], curve[:, 0], atol=1e-6)
    assert arrays["neurons", None, None].shape == (3, 7)
    assert (arrays["ranges", None, None][1:, 0] == 0).all()
    assert layout.domain == (0, 5, 0, 5)


def test_normalized_values_have_maps_and_dropout_has_none() -> None:
    run = run_of(Dense(id="a", units=3), BatchNorm(id="b"), Dropout(id="c"), Output())
    layout, arrays = seen(run, Watch(point=(1.0, 1.0)))

    assert [(part.layer, part.count) for part in layout.neurons] == [("a", 3), ("b", 3)]
    assert arrays["point", None, None].shape == (2 + 6 + 1, 2)
    assert ("parameter", "b", "scale") in arrays


def test_a_bias_that_is_off_has_no_channel() -> None:
    _, arrays = seen(run_of(Dense(id="a", units=3, bias=False), Output()), Watch())

    assert ("parameter", "a", "bias") not in arrays
    assert ("parameter", "a", "weight") in arrays


def test_each_input_has_its_map_in_the_layout(run: Run) -> None:
    maps = run.layout(Watch()).inputs
    cells = np.frombuffer(base64.b64decode(maps[1].cells), np.uint8).reshape(20, 20)

    assert [(found.formula, found.low, found.high) for found in maps] == [("x", -6, 6), ("y", -6, 6)]
    assert (cells[0] == 254).all()
    assert (cells[-1] == 0).all()


def test_a_folded_layer_sends_its_ends_and_a_small_picture_of_its_weights() -> None:
    run = run_of(Dense(id="a", units=40), BatchNorm(id="b"), Dense(id="c", units=12), Output())
    _, whole = seen(run, Watch(point=(1.0, 2.0)))
    layout, arrays = seen(run, Watch(folded=("a", "b", "gone"), point=(1.0, 2.0)))
    channels = {(c.name, c.layer, c.parameter): c for c in layout.channels}
    ends, rows = [0, 1, 38, 39], channels["neurons", None, None].rows

    assert rows is not None
    assert rows == (*ends, *(40 + end for end in ends), *range(80, 92))
    for name, kept in (("neurons", list(rows)), ("ranges", [0, *(1 + row for row in rows)])):
        np.testing.assert_array_equal(arrays[name, None, None], whole[name, None, None][kept])
    for layer, parameter, part in (
        ("a", "weight", np.ix_([0, 1], ends)),
        ("a", "bias", (ends,)),
        ("b", "scale", (ends,)),
        ("c", "weight", np.ix_(ends, range(12))),
        ("c", "bias", (slice(None),)),
    ):
        np.testing.assert_array_equal(arrays["parameter", layer, parameter], whole["parameter", layer, parameter][part])
    assert (channels["parameter", "c", "weight"].rows, channels["parameter", "c", "weight"].columns) == (
        tuple(ends),
        None,
    )
    np.testing.assert_array_equal(arrays["point", None, None], whole["point", None, None])
    weights, reach = whole["parameter", "a", "weight"], arrays["weight_reach", "a", "weight"].item()
    image = arrays["weight_image", "a", "weight"]
    assert image.shape == (2, 32)
    pairs = np.stack([weights[:, i : i + (2 if i % 5 == 3 else 1)].mean(1) for i in np.arange(32) * 40 // 32], axis=1)
    np.testing.assert_allclose(image / 127 * reach - reach, pairs, atol=reach / 254 + 1e-6)


def test_a_frame_of_a_very_large_network_is_small() -> None:
    layers = [Dense(id=f"h{i}", units=256, activation="relu") for i in range(12)]
    run = run_of(*layers, Output())
    folded = tuple(layer.id for layer in layers)
    frame = run.frame(Watch(folded=folded, point=(1.0, 1.0)))

    assert len(frame) < 64_000
    assert len(run.frame(Watch())) > 3_000_000
