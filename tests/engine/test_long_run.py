"""Ten thousand epochs in one go, watched all the while."""

from __future__ import annotations

import json
from typing import Any

from netloom.experiment import Experiment
from netloom.hosts.engine_host import EngineHost, jax_runs
from netloom.hosts.messages import Batch, Request
from netloom.protocol.commands import Watch
from netloom.protocol.frames import read_header

EPOCHS = 10_000
RUN = "a" * 26


def test_frames_come_during_ten_thousand_epochs_of_xor_and_every_epoch_is_told_once() -> None:
    told: list[Batch] = []
    host = EngineHost(told.append, jax_runs("cpu"))
    watch = Watch().model_dump(mode="json")
    host.receive(Request(1, RUN, "open", {"watch": watch}, Experiment().model_dump_json().encode()))
    turn_until(host, told, lambda batch: batch.answer is not None)
    play = json.dumps({"type": "play", "id": 1, "run": RUN, "until_epoch": EPOCHS})
    host.receive(Request(2, RUN, "command", {}, play.encode()))
    turn_until(host, told, lambda batch: statuses(batch)[-1:] in (["paused"], ["finished"]))
    host.close()

    epochs = [read_header(batch.frame).epoch for batch in told if batch.frame]
    during = {epoch for epoch in epochs if 0 < epoch < EPOCHS}
    assert len(during) >= 5
    assert epochs == sorted(epochs)
    assert epochs[-1] == EPOCHS
    rows = [row["epoch"] for batch in told for event in batch.events for row in event.get("rows", ())]
    assert rows == list(range(1, EPOCHS + 1))


def turn_until(host: EngineHost, told: list[Batch], done: Any) -> None:
    while not any(done(batch) for batch in told[-3:]):
        host.turn()


def statuses(batch: Batch) -> list[str]:
    return [event["status"] for event in batch.events if event["type"] == "status"]
