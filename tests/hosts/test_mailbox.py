"""What travels together, and what does not wait."""

import asyncio

import pytest

from netloom.hosts import mailbox
from netloom.hosts.mailbox import Mailbox


async def test_nothing_comes_when_nothing_is_there() -> None:
    assert await Mailbox().take(0.01) == []


async def test_what_comes_soon_after_travels_with_the_first() -> None:
    box = Mailbox()
    box.put(b"first", urgent=False)
    taking = asyncio.create_task(box.take(1))

    await asyncio.sleep(mailbox.LINGER_SECS / 10)
    box.put(b"second", urgent=False)

    assert await taking == [b"first", b"second"]
    assert box.held_bytes == 0


async def test_an_answer_waits_for_nothing_and_takes_along_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LINGER_SECS", 60.0)
    box = Mailbox()
    box.put(b"frame", urgent=False)
    taking = asyncio.create_task(box.take(1))
    await asyncio.sleep(0)

    box.put(b"answer", urgent=True)

    assert await asyncio.wait_for(taking, 10) == [b"frame", b"answer"]
