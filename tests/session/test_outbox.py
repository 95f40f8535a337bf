"""The outbox: events are never dropped, frames are replaced (EV1, FR5)."""

import json
import struct
import tracemalloc

import orjson
from hypothesis import given
from hypothesis import strategies as st

from netloom.session.outbox import MOST_BYTES, MOST_LARGE, MOST_UNDER_WAY, Outbox


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def frame(number: int, run: str = "a") -> bytes:
    text = json.dumps({"run": run, "layout": 1, "frame": number, "epoch": 0, "step": number, "learning_rate": 0.1})
    return struct.pack("<I", len(text)) + text.encode()


def number_of(message: str | bytes | None) -> int:
    assert isinstance(message, bytes)
    return json.loads(message[4:])["frame"]


def test_a_slow_browser_gets_only_the_newest_frame_of_a_run() -> None:
    outbox = Outbox(clock=Clock())
    for number in range(5):
        outbox.put_frame("a", frame(number))
    outbox.next()  # the notice

    assert number_of(outbox.next()) == 4
    assert outbox.next() is None


def test_fr5_at_most_two_frames_of_a_run_are_under_way() -> None:
    outbox = Outbox(clock=Clock())
    for number in range(MOST_UNDER_WAY):
        outbox.put_frame("a", frame(number))
        assert number_of(outbox.next()) == number
    outbox.put_frame("a", frame(9))

    assert outbox.next() is None
    outbox.acknowledge("a", 0)
    assert number_of(outbox.next()) == 9


def test_a_run_that_is_not_acknowledged_holds_up_no_other() -> None:
    outbox = Outbox(clock=Clock())
    for number in range(2):
        outbox.put_frame("a", frame(number))
        outbox.next()
    outbox.put_frame("a", frame(2))
    outbox.put_frame("b", frame(7, "b"))

    assert number_of(outbox.next()) == 7


def test_an_acknowledgement_of_an_unknown_frame_changes_nothing() -> None:
    outbox = Outbox(clock=Clock())
    outbox.acknowledge("a", 3)
    outbox.put_frame("a", frame(0))

    assert number_of(outbox.next()) == 0


def test_events_overtake_frames_and_keep_their_order() -> None:
    outbox = Outbox(clock=Clock())
    outbox.put_frame("a", frame(1))
    for number in range(3):
        outbox.put(orjson.dumps(number))

    assert [outbox.next() for _ in range(3)] == ["0", "1", "2"]
    assert number_of(outbox.next()) == 1


def test_the_browser_is_told_how_many_frames_were_skipped_at_most_once_a_second() -> None:
    clock = Clock()
    outbox = Outbox(clock=clock)
    for number in range(4):
        outbox.put_frame("a", frame(number))

    notice = outbox.next()
    assert isinstance(notice, str)
    assert json.loads(notice) == {"type": "dropped", "run": "a", "frames": 3}
    outbox.next()
    for number in range(4, 6):
        outbox.put_frame("a", frame(number))
    assert number_of(outbox.next()) == 5
    clock.now = 1.1
    notice = outbox.next()
    assert isinstance(notice, str)
    assert json.loads(notice)["frames"] == 1


def test_b1_events_beyond_a_megabyte_mark_the_socket_as_too_slow() -> None:
    outbox = Outbox(clock=Clock())
    for _ in range(10):
        outbox.put(b"x" * (MOST_BYTES // 10))
    assert not outbox.overflowed
    outbox.put(b"x")
    assert outbox.overflowed


def test_what_follows_the_snapshot_of_a_long_run_waits_for_it() -> None:
    outbox = Outbox(clock=Clock())
    outbox.put(b"x" * (5 * MOST_BYTES))
    outbox.put(b"event")
    assert not outbox.overflowed

    for _ in range(MOST_LARGE):
        outbox.put(b"x" * (5 * MOST_BYTES))
    assert outbox.overflowed


def test_b1_of_a_browser_that_reads_too_slowly_hardly_anything_waits_and_nothing_is_sent_after_a_gap() -> None:
    woken: list[bool] = []
    outbox = Outbox(clock=Clock(), wake=lambda: woken.append(outbox.overflowed))
    outbox.put_frame("a", frame(1))
    tracemalloc.start()
    try:
        for number in range(100):
            outbox.put(orjson.dumps(number) + bytes(MOST_BYTES // 10))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert woken[-1]
    assert held < MOST_BYTES
    left = [outbox.next(), outbox.next(), outbox.next()]
    assert str(left[0]).startswith("0")
    assert [type(message) for message in left[1:]] == [bytes, type(None)]


@given(st.lists(st.sampled_from(["event", "frame", "send", "ack"]), max_size=200))
def test_whatever_happens_every_event_leaves_once_and_in_order(steps: list[str]) -> None:
    outbox = Outbox(clock=Clock())
    sent: list[str | bytes | None] = []
    do = {
        "event": lambda number: outbox.put(orjson.dumps(number)),
        "frame": lambda number: outbox.put_frame("a", frame(number)),
        "send": lambda number: sent.append(outbox.next()),
        "ack": lambda number: [outbox.acknowledge("a", number_of(m)) for m in sent if isinstance(m, bytes)],
    }

    for number, step in enumerate(steps):
        do[step](number)
    while (message := outbox.next()) is not None:
        sent.append(message)

    put = [str(number) for number, step in enumerate(steps) if step == "event"]
    assert [message for message in sent if isinstance(message, str) and message.isdecimal()] == put
    frames = [number_of(message) for message in sent if isinstance(message, bytes)]
    assert frames == sorted(set(frames))
