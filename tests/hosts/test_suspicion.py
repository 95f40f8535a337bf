"""Who is to blame for the end of an engine."""

import mmap
import signal
from typing import Any

import pytest

from netloom.hosts.hosted import Hosted
from netloom.hosts.messages import Request
from netloom.hosts.slate import Slate
from netloom.hosts.suspicion import Cause, cause_of, suspects
from netloom.hosts.worklog import Worklog


class Ended:
    """An engine, after it has ended."""

    def __init__(self, status: int = 1) -> None:
        self.status = status
        self.slate = Slate.blank()


@pytest.mark.parametrize(
    ("status", "verdict", "killed_for_memory", "cause"),
    [
        (-signal.SIGABRT, None, False, "crash"),
        (-signal.SIGSEGV, None, True, "crash"),
        (1, None, False, "crash"),
        (-signal.SIGKILL, None, False, "outside"),
        (-signal.SIGTERM, None, False, "outside"),
        (-signal.SIGKILL, None, True, "memory"),
        (-signal.SIGKILL, "memory", False, "memory"),
        (-signal.SIGKILL, "endless", False, "endless"),
        (-signal.SIGKILL, "still", False, "still"),
        (-signal.SIGKILL, "stopped", False, "outside"),
        (-signal.SIGKILL, "total", False, "outside"),
    ],
)
def test_the_cause_is_read_from_how_an_engine_ended(
    status: int, verdict: Any, killed_for_memory: bool, cause: Cause
) -> None:
    assert cause_of(Ended(status), verdict, killed_for_memory=killed_for_memory) == cause  # pyright: ignore[reportArgumentType]


def suspected(cause: Cause, ended: Any, *names: str, asking: tuple[str, ...] = (), held: int = 0) -> list[str]:
    runs = [Hosted(name, ended, "owner") for name in names]
    for hosted in runs:
        if hosted.name in asking:
            hosted.pending._asked[1] = (Request(1, hosted.name, "command"), None)  # pyright: ignore[reportArgumentType]
    return [hosted.name for hosted in suspects(cause, ended, held, runs)]


def test_the_run_whose_turn_it_was_is_suspected_alone() -> None:
    ended = Ended()
    worklog = Worklog(ended.slate)
    with worklog.at_work("innocent"):
        pass
    with pytest.raises(SystemExit), worklog.at_work("guilty"):
        raise SystemExit

    assert suspected("crash", ended, "guilty", "innocent", asking=("innocent",)) == ["guilty"]
    assert suspected("endless", ended, "guilty", "innocent") == ["guilty"]


def test_where_none_had_its_turn_those_are_that_had_asked_for_something() -> None:
    assert suspected("crash", Ended(), "one", "other", asking=("other",)) == ["other"]


def test_none_is_when_the_engine_was_ended_from_outside() -> None:
    ended = Ended()
    with pytest.raises(SystemExit), Worklog(ended.slate).at_work("run"):
        raise SystemExit

    assert suspected("outside", ended, "run", asking=("run",)) == []


def test_for_want_of_memory_the_run_that_added_most_is_suspected_also_when_another_had_its_turn() -> None:
    ended = Ended()
    ended.slate.write_largest("hungry", 900)
    ended.slate.write(0, "working", bytes_before=1000)

    assert suspected("memory", ended, "hungry", "working", held=1100) == ["hungry"]
    assert suspected("memory", ended, "hungry", "working", held=2500) == ["working"]


def test_none_is_where_all_together_took_the_memory() -> None:
    ended = Ended()
    ended.slate.write_largest("one of many", 100)

    assert suspected("memory", ended, "one of many", "other", held=2000) == []


def newly_held(size: int) -> mmap.mmap:
    """Pages of the system's own: what is asked of the allocator may be memory that was given back before."""
    pages = mmap.mmap(-1, size)
    for start in range(0, size, mmap.PAGESIZE):
        pages[start] = 1
    return pages


def test_an_engine_notes_what_each_run_adds_to_its_memory() -> None:
    ended = Ended()
    worklog = Worklog(ended.slate)
    with worklog.at_work("small"):
        pass
    with worklog.at_work("hungry"):
        held = newly_held(50_000_000)

    name, added = ended.slate.largest
    assert (name, added > 40_000_000, len(held)) == ("hungry", True, 50_000_000)
    worklog.forget("hungry")
    with worklog.at_work("other"):
        more = newly_held(20_000_000)
    assert ended.slate.largest[0] == "other" and more


def test_a_run_is_slow_while_its_turns_take_long() -> None:
    worklog = Worklog(Slate.blank())
    for _ in range(10):
        worklog._note_secs("large", 0.7)
        worklog._note_secs("small", 0.005)
    assert worklog.slow == ["large"]

    for _ in range(20):
        worklog._note_secs("large", 0.005)
    assert worklog.slow == []
