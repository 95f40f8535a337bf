"""One run as it is served: who is told what (PR3, PR4, EV2, EV5, FR5)."""

import json
from typing import Any

import pytest

from netloom.errors import NotPossible
from netloom.hosts.messages import Answer, Batch
from netloom.hosts.watching import together
from netloom.protocol.commands import Acknowledge, Attach, Detach, Pause, Play, SetWatch, Watch
from netloom.protocol.frames import FrameHeader, encode_frame
from netloom.session.outbox import Outbox
from netloom.session.session import Ask, Session

RUN = "a" * 26
SNAPSHOT = {"type": "snapshot", "history": [], "status": {"epoch": 1200}}


class Tab:
    """A browser tab without a browser."""

    def __init__(self, session: Session, name: str) -> None:
        self.session = session
        self.name = name
        self.outbox = Outbox(clock=lambda: 0.0)

    def send(self, command: Any) -> list[Ask]:
        return self.session.handle(self.name, self.outbox, command)

    def attach(self, **seen: Any) -> list[Ask]:
        return self.send(Attach(id=1, run=RUN, **seen))

    def received(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while isinstance(message := self.outbox.next(), str):
            messages.append(json.loads(message))
        return messages

    def show_snapshot(self) -> None:
        self.session.on_batch(Batch(RUN, answer=Answer(1, viewer=self.name, snapshot=SNAPSHOT)))


@pytest.fixture
def session() -> Session:
    return Session(RUN, "stream")


def happen(session: Session, *numbers: int) -> None:
    session.on_batch(Batch(RUN, [{"type": "accepted", "command": number} for number in numbers]))


def test_a_new_tab_is_shown_a_snapshot_that_names_the_newest_event_in_it(session: Session) -> None:
    happen(session, 1, 2, 3)
    tab = Tab(session, "one")

    assert [ask.operation for ask in tab.attach()] == ["watch", "snapshot"]
    happen(session, 4)
    assert "event" not in [message["type"] for message in tab.received()]
    tab.show_snapshot()
    happen(session, 5)

    assert [(m["seq"], m["event"]["type"]) for m in tab.received()] == [(4, "snapshot"), (5, "accepted")]


def test_ev8_a_run_that_cannot_be_saved_is_told_once_and_to_whoever_comes_later(session: Session) -> None:
    first, later = Tab(session, "first"), Tab(session, "later")
    first.attach()
    first.show_snapshot()

    assert [session.on_saving(problem) for problem in ("full", "full", None, None, "full")] == [1, 0, 1, 0, 1]
    later.attach()
    later.show_snapshot()

    told = [message["event"] for message in first.received()]
    assert told[0]["not_saved"] is None
    assert [event["problem"] for event in told[1:]] == ["full", None, "full"]
    [snapshot] = later.received()
    assert snapshot["event"]["not_saved"] == "full"


def test_ev2_a_tab_that_comes_back_gets_just_the_missing_events(session: Session) -> None:
    happen(session, 1, 2, 3)
    tab = Tab(session, "one")

    assert [ask.operation for ask in tab.attach(stream="stream", seq=1)] == ["watch"]

    assert [message["seq"] for message in tab.received()] == [2, 3]


def test_r2_a_tab_that_knew_the_run_before_a_restart_is_told_where_it_is_resumed(session: Session) -> None:
    back, fresh = Tab(session, "back"), Tab(session, "fresh")
    for tab, seen in ((back, {"stream": "of the server before", "seq": 70}), (fresh, {})):
        tab.attach(**seen)
        tab.show_snapshot()

    told, notice = back.received()
    assert (told["event"]["type"], notice["seq"], notice["event"]["state"]) == ("snapshot", 1, "resumed")
    assert "resumed from epoch 1,200" in notice["event"]["message"]
    assert [message["event"]["type"] for message in fresh.received()] == ["snapshot"]


def test_the_snapshot_of_one_tab_is_not_sent_to_another(session: Session) -> None:
    one, two = Tab(session, "one"), Tab(session, "two")
    one.attach()
    one.show_snapshot()
    two.attach()
    one.received()

    two.show_snapshot()

    assert one.received() == []
    assert len(two.received()) == 1


def test_pr3_a_command_that_is_sent_again_is_not_carried_out_again(session: Session) -> None:
    tab = Tab(session, "one")

    assert len(tab.send(Play(id=7, run=RUN))) == 1
    assert tab.send(Play(id=7, run=RUN)) == []
    assert len(tab.send(Pause(id=8, run=RUN))) == 1


def test_pr4_a_refused_command_is_told_to_its_sender_alone_and_may_be_tried_again(session: Session) -> None:
    one, two = Tab(session, "one"), Tab(session, "two")
    for tab in (one, two):
        tab.attach()
        tab.show_snapshot()
        tab.received()
    one.send(Play(id=7, run=RUN))

    session.refuse(one.outbox, 7, NotPossible("Not now."))

    assert [(m["type"], m["command"], m["code"]) for m in one.received()] == [("refused", 7, "not_possible")]
    assert two.received() == []
    assert len(one.send(Play(id=7, run=RUN))) == 1


def test_a_tab_that_does_not_follow_cannot_watch(session: Session) -> None:
    with pytest.raises(NotPossible):
        Tab(session, "one").send(SetWatch(id=1, run=RUN, watch=Watch()))


def test_a_tab_that_leaves_is_told_nothing_more(session: Session) -> None:
    tab = Tab(session, "one")
    tab.attach()
    tab.show_snapshot()
    tab.received()

    [ask] = tab.send(Detach(id=2, run=RUN))
    happen(session, 1)

    assert ask == Ask("watch", {"watch": None})
    assert tab.received() == []
    assert not session.watched


def test_ev5_all_are_told_that_the_engine_was_lost(session: Session) -> None:
    tab = Tab(session, "one")
    tab.attach()
    tab.show_snapshot()
    tab.received()

    session.on_lost()

    assert [message["event"]["state"] for message in tab.received()] == ["lost"]


def test_two_tabs_are_served_by_one_frame_fine_enough_for_both() -> None:
    small, large = Watch(boundary=20, neurons=30, weights=False), Watch(boundary=60, neurons=10, frames_per_second=5)

    watch = together([small, large])

    assert watch is not None
    assert (watch.boundary, watch.neurons, watch.weights, watch.frames_per_second) == (60, 30, True, 20)
    assert together([small]) == small
    assert together([]) is None


def paint(session: Session, number: int) -> list[Ask]:
    header = FrameHeader(run=RUN, layout=1, frame=number, epoch=0, step=number, learning_rate=0.1)
    session.on_batch(Batch(RUN, frame=encode_frame(header, (), [])))
    return session.flow()


def test_fr9_no_frame_is_computed_while_no_tab_can_take_one(session: Session) -> None:
    tab = Tab(session, "one")
    tab.attach()
    tab.show_snapshot()
    tab.received()

    asked: list[list[Ask]] = []
    for number in range(1, 5):
        asked.append(paint(session, number))
        tab.outbox.next()

    assert asked == [[], [], [Ask("frames", {"wanted": False})], []]
    tab.send(Acknowledge(run=RUN, frame=2))
    assert session.flow() == [Ask("frames", {"wanted": True})]
    assert session.flow() == []


def test_fr9_one_tab_that_takes_frames_is_enough_and_one_that_leaves_does_not_count(session: Session) -> None:
    hidden, seen = Tab(session, "hidden"), Tab(session, "seen")
    for tab in (hidden, seen):
        tab.attach()
        tab.show_snapshot()
        tab.received()

    for number in range(1, 5):
        assert paint(session, number) == []
        hidden.outbox.next()
        seen.outbox.next()
        seen.send(Acknowledge(run=RUN, frame=number))

    seen.send(Detach(id=3, run=RUN))
    assert session.flow() == [Ask("frames", {"wanted": False})]
    hidden.send(Detach(id=4, run=RUN))
    assert session.flow() == [Ask("frames", {"wanted": True})]


def test_pr3_who_sends_a_command_again_is_told_that_it_was_answered(session: Session) -> None:
    one, again = Tab(session, "one"), Tab(session, "again")
    assert one.send(Play(id=7, run=RUN)) != []
    assert again.send(Play(id=7, run=RUN)) == []
    assert again.received() == []
    happen(session, 7)

    assert again.send(Play(id=7, run=RUN)) == []

    assert again.received() == [{"type": "answered", "run": RUN, "command": 7}]


def test_pr3_an_answer_that_comes_before_the_snapshot_is_told_to_who_waits_for_it(session: Session) -> None:
    tab = Tab(session, "one")
    tab.attach()
    happen(session, 7)
    tab.show_snapshot()

    assert [message["type"] for message in tab.received()] == ["answered", "event"]


def test_a_command_that_another_server_carried_out_is_not_carried_out_again() -> None:
    session, outbox = Session(RUN, stream="s"), Outbox(clock=lambda: 0.0)
    session.handle("tab", outbox, Attach(id=1, run=RUN))

    session.on_batch(Batch(RUN, [{"type": "accepted", "command": 7}]))

    assert session.handle("tab", outbox, Pause(id=7, run=RUN)) == []
    assert session.handle("tab", outbox, Pause(id=8, run=RUN)) != []
