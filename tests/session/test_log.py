"""The event log: rules EV1 and EV2 of docs/protocol.md."""

import tracemalloc

import orjson
from hypothesis import given
from hypothesis import strategies as st

from netloom.session.log import KEPT_BYTES, EventLog


def filled(count: int, *, kept_bytes: int = 1_000_000) -> EventLog:
    log = EventLog("r" * 26, "stream", kept_bytes=kept_bytes)
    for number in range(count):
        log.append({"type": "accepted", "command": number})
    return log


def test_ev1_events_are_numbered_from_one_without_a_gap() -> None:
    messages = filled(50).since("stream", 0) or []

    assert [orjson.loads(message)["seq"] for message in messages] == list(range(1, 51))


@given(count=st.integers(0, 60), seen=st.integers(0, 80), kept=st.integers(100, 5000))
def test_ev2_who_comes_back_gets_exactly_what_was_missed_or_nothing(count: int, seen: int, kept: int) -> None:
    log = filled(count, kept_bytes=kept)

    missed = log.since("stream", seen)

    if missed is not None:
        assert [orjson.loads(message)["seq"] for message in missed] == list(range(seen + 1, count + 1))
    else:
        assert seen > count or seen < count - kept // 150


def test_ev2_another_stream_has_no_missing_events() -> None:
    assert filled(3).since("other", 1) is None
    assert filled(3).since(None, None) is None


def test_pr5_a_number_that_is_not_finite_is_told_as_null() -> None:
    log = EventLog("r" * 26, "stream")

    message = log.append({"type": "history", "offset": 0, "rows": [{"train_loss": float("nan")}]})

    assert orjson.loads(message)["event"]["rows"] == [{"train_loss": None}]


def test_l5_a_full_log_takes_hardly_more_memory_than_its_messages_are_long() -> None:
    row = {"epoch": 1, "step": 14, "train_loss": 0.123456789, "test_loss": 0.2, "train_metric": 0.3, "test_metric": 0.4}
    log = EventLog("r" * 26, "s" * 26)
    tracemalloc.start()
    try:
        for number in range(KEPT_BYTES // 50):
            log.append({"type": "history", "offset": number, "rows": [row]})
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    kept = log.since(log.stream, log.seq - KEPT_BYTES // 500)
    assert kept is not None
    assert sum(map(len, kept)) > 0.4 * KEPT_BYTES
    assert held < 1.5 * KEPT_BYTES
