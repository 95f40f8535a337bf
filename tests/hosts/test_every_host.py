"""What every host does, wherever its engines run."""

import time
from typing import Any

import pytest

from netloom.datasets import OwnPoints
from netloom.errors import NetloomError, UnknownRun
from netloom.experiment import Data, View
from netloom.layers import Dense, Input, Output
from netloom.network import chain, default_network
from netloom.protocol.frames import read_header
from netloom.training import Training

RUN = "r" * 26
OTHER = "o" * 26
FAST = View(speed="max")

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_run_trains_to_the_epoch_asked_for_and_tells_every_epoch_once(desk: Any) -> None:
    await desk.open()

    await desk.command("play", until_epoch=300)
    status = await desk.until_status("paused")

    assert (status["epoch"], status["reason"]) == (300, "reached")
    assert [row["epoch"] for row in desk.ear.history()] == list(range(1, 301))


async def test_pause_answers_within_a_tenth_of_a_second_with_the_newest_frame(desk: Any, patience: float) -> None:
    await desk.open(view=FAST, training=Training(epoch_limit=1_000_000))
    await desk.watch()
    await desk.command("play")
    await desk.ear.until(lambda: len(desk.ear.history()) > 50)

    start = time.monotonic()
    answer = await desk.command("pause")

    assert time.monotonic() - start < 0.1 * patience
    assert answer.events[-2]["status"] == "paused"
    assert read_header(answer.frame).step == answer.events[-2]["step"]


async def test_a_watch_is_answered_by_a_frame_also_while_paused(desk: Any) -> None:
    await desk.open()

    answer = await desk.watch(boundary=30, neurons=0)

    [layout] = [event for event in answer.events if event["type"] == "layout"]
    assert read_header(answer.frame).layout == layout["id"]
    assert (await desk.watch(boundary=10)).frame != b""


async def test_one_update_more_is_one_update_more(desk: Any) -> None:
    await desk.open()
    await desk.watch()

    for step in (1, 2, 3):
        answer = await desk.command("advance", unit="update")

        assert [event["type"] for event in answer.events][-2:] == ["status", "accepted"]
        assert (answer.events[-2]["status"], answer.events[-2]["step"]) == ("paused", step)
        assert read_header(answer.frame).step == step


async def test_one_epoch_more_ends_at_the_next_whole_epoch(desk: Any) -> None:
    await desk.open()
    await desk.command("advance", unit="update", count=3)

    answer = await desk.command("advance", unit="epoch", count=2)

    await desk.until_status("paused")
    assert desk.ear.events("status")[-1]["epoch"] == 2
    assert [row["epoch"] for row in desk.ear.history()] == [1, 2]
    assert answer.events[-1]["type"] == "accepted"


async def test_the_chosen_speed_is_kept(desk: Any, patience: float) -> None:
    await desk.open(view=View(speed="20 epochs/s"))
    await desk.command("play")
    start = time.monotonic()

    await desk.ear.until(lambda: len(desk.ear.history()) >= 40)

    assert 1.0 < time.monotonic() - start < 3.0 * patience


async def test_pause_at_the_epoch_limit_and_continue_past_it(desk: Any) -> None:
    await desk.open(view=FAST, training=Training(epoch_limit=30))
    await desk.command("play")

    status = await desk.until_status("finished")
    assert (status["epoch"], status["reason"]) == (30, "epoch_limit")
    answer = await desk.command("play")
    await desk.until_status("finished")

    assert answer.events[0]["experiment"]["training"]["epoch_limit"] == 60
    assert [event["type"] for event in answer.events].count("accepted") == 0
    assert desk.ear.events("status")[-1]["epoch"] == 60


async def test_ev4_an_edit_tells_the_whole_document_and_a_revision_that_grows(desk: Any) -> None:
    await desk.open()
    await desk.watch()

    first = await desk.command("edit", changes={"training": {"learning_rate": 0.3}}, label="rate 0.3")
    second = await desk.command("edit", changes={"seeds": {"weights": 5}})

    assert first.events[0]["experiment"]["training"]["learning_rate"] == 0.3
    assert first.events[0]["kind"] == "live"
    assert second.events[0]["revision"] > first.events[0]["revision"]
    assert second.events[0]["kind"] == "restart"
    assert second.checkpoint != b""


async def test_a_change_of_structure_keeps_training_and_tells_a_new_layout(desk: Any) -> None:
    await desk.open()
    await desk.watch()
    await desk.command("play", until_epoch=20)
    await desk.until_status("paused")
    await desk.command("play")
    network = default_network()
    grown = chain(network.layers[0], Dense(id="hidden1", units=7), network.layers[2], network.layers[3])

    answer = await desk.command("edit", changes={"network": grown.model_dump(mode="json")}, label="+1 neuron")

    assert answer.events[-1]["type"] == "layout"
    edited = next(event for event in answer.events if event["type"] == "edited")
    assert (edited["kind"], edited["fresh"] > 0, edited["epoch"] >= 20) == ("structure", True, True)
    assert desk.ear.events("status")[-1]["status"] == "training"
    assert desk.ear.events("marks")[-1]["marks"][-1]["label"] == "+1 neuron"


async def test_restart_goes_back_to_epoch_0_with_the_same_weights(desk: Any) -> None:
    await desk.open()
    before = await desk.weights()
    await desk.command("play", until_epoch=5)
    await desk.until_status("paused")
    assert await desk.weights() != before

    answer = await desk.command("restart")

    assert await desk.weights() == before
    assert [event["type"] for event in answer.events][:2] == ["edited", "history"]
    assert desk.ear.history() == []
    assert desk.ear.events("status")[-1]["status"] == "idle"


async def test_a_snapshot_holds_all_there_is_to_know(desk: Any) -> None:
    await desk.open()
    await desk.watch()
    await desk.command("play", until_epoch=10)
    await desk.until_status("paused")

    snapshot = await desk.snapshot()

    assert [row["epoch"] for row in snapshot["history"]] == list(range(11))
    assert (snapshot["status"]["status"], snapshot["status"]["epoch"]) == ("paused", 10)
    assert len(snapshot["points"]) == 200
    assert snapshot["layout"]["channels"][0]["name"] == "boundary"
    assert snapshot["device"] == "cpu"


async def test_a_typed_weight_is_the_weight(desk: Any) -> None:
    await desk.open()
    await desk.watch(pins=({"layer": "output", "parameter": "bias", "index": (0,)},))

    pin = {"layer": "output", "parameter": "bias", "index": [0]}
    answer = await desk.command("set_parameter", pin=pin, value=1.5)

    assert answer.events[-1]["type"] == "accepted"
    with pytest.raises(NetloomError):
        await desk.command("set_parameter", pin={**pin, "index": [9]}, value=1.5)


async def test_d1_a_rate_that_is_too_high_is_told_within_a_second_and_can_be_taken_back(
    desk: Any, patience: float
) -> None:
    network = chain(Input(), Output(activation="linear"))
    data = {"source": {"type": "plane"}, "count": 200}
    training = {"loss": {"type": "mse"}, "learning_rate": 1000, "batch_size": 10}
    await desk.open(view=FAST)
    await desk.command("edit", changes={"network": network.model_dump(mode="json"), "data": data, "training": training})
    start = time.monotonic()

    await desk.command("play")
    status = await desk.until_status("diverged")

    assert time.monotonic() - start < 1 * patience
    assert status["reason"] in {"exploded", "not_finite"}
    assert status["message"]
    with pytest.raises(NetloomError):
        await desk.command("play")
    answer = await desk.command("recover")
    assert answer.events[0]["experiment"]["training"]["learning_rate"] == 100


async def test_what_the_engine_cannot_use_is_refused_and_there_is_no_run(desk: Any) -> None:
    with pytest.raises(NetloomError) as caught:
        await desk.open(data=Data(source=OwnPoints()))

    assert caught.value.path == "data.source.items"
    with pytest.raises(UnknownRun):
        await desk.snapshot()


async def test_an_edit_that_cannot_be_used_changes_nothing(desk: Any) -> None:
    await desk.open()
    before = await desk.snapshot()

    with pytest.raises(NetloomError):
        await desk.command("edit", changes={"data": {"source": {"type": "blobs", "classes": 4}}})

    assert await desk.snapshot() == before


async def test_runs_share_an_engine_and_do_not_disturb_each_other(desk: Any) -> None:
    await desk.open()
    await desk.open(run=OTHER)
    await desk.command("play", until_epoch=50)
    await desk.command("play", run=OTHER, until_epoch=50)
    await desk.until_status("paused")
    await desk.until_status("paused", run=OTHER)

    assert await desk.weights() == await desk.weights(OTHER)
    assert desk.host.health().runs == 2
    await desk.host.release(OTHER)
    assert desk.host.health().runs == 1


async def test_a_run_that_nobody_watches_pauses_and_says_why(desk: Any) -> None:
    await desk.open(view=View(speed="20 epochs/s"))
    await desk.command("play")
    await desk.ear.until(desk.ear.history)

    answer = await desk.host.ask(RUN, "unwatched")

    assert (answer.events[-1]["status"], answer.events[-1]["reason"]) == ("paused", "not_watched")
    assert answer.checkpoint != b""


async def test_a_run_goes_on_from_a_checkpoint_to_the_last_bit(desk: Any) -> None:
    await desk.open()
    await desk.command("play", until_epoch=20)
    await desk.until_status("paused")
    saved = (await desk.host.ask(RUN, "checkpoint")).checkpoint
    await desk.command("play", until_epoch=40)
    await desk.until_status("paused")

    await desk.host.open(OTHER, checkpoint=saved)
    await desk.command("play", run=OTHER, until_epoch=40)
    await desk.until_status("paused", run=OTHER)

    assert await desk.weights(OTHER) == await desk.weights()
