"""What an engine is working on, written where its host can read it after the engine has died: a small file that both
processes map into their memory."""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
from typing import NamedTuple, Self

_HEAD = struct.Struct("<QQ64s")
"""Turns of the main loop; the bytes that a run has added to the engine, and its name: the one that added most."""
_LINE = struct.Struct("<64sQ")
"""A run's name, and the bytes that the engine held before it was worked on."""
LINES = 8
LARGE_PART = 0.25
"""Of an engine's memory, for one run among many."""
_BYTES = _HEAD.size + LINES * _LINE.size


class Work(NamedTuple):
    run: str
    bytes_before: int


class Slate:
    """Each thread of the engine writes into a line of its own. `fd`: the file, to be handed to the engine."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._memory = mmap.mmap(fd, _BYTES)

    @classmethod
    def blank(cls) -> Self:
        with tempfile.TemporaryFile() as file:
            file.truncate(_BYTES)
            return cls(os.dup(file.fileno()))

    def handed_over(self) -> None:
        """Both have mapped the file, or will."""
        os.close(self.fd)

    # The engine writes

    def turned(self) -> None:
        struct.pack_into("<Q", self._memory, 0, self.turns + 1)

    def write(self, line: int, run: str, bytes_before: int = 0) -> None:
        """`run` empty: nothing."""
        _LINE.pack_into(self._memory, _HEAD.size + line * _LINE.size, run.encode()[:64], bytes_before)

    def write_largest(self, run: str, added_bytes: int) -> None:
        _HEAD.pack_into(self._memory, 0, self.turns, added_bytes, run.encode()[:64])

    # The host reads

    @property
    def turns(self) -> int:
        return struct.unpack_from("<Q", self._memory, 0)[0]

    @property
    def largest(self) -> tuple[str, int]:
        """The run that has added most to the engine's memory, and the bytes."""
        _, added_bytes, name = _HEAD.unpack_from(self._memory, 0)
        return _text(name), added_bytes

    @property
    def work(self) -> list[Work]:
        """What is being worked on, or was at the end."""
        lines = (_LINE.unpack_from(self._memory, _HEAD.size + line * _LINE.size) for line in range(LINES))
        return [Work(_text(name), before) for name, before in lines if _text(name)]

    def hungriest(self, held_bytes: int) -> str | None:
        """The run that has added most, where the engine holds so much now; None where it is no large part of that."""
        name, added = self.largest
        added_by = {name: added} if name else {}
        for work in self.work:
            added_by[work.run] = added_by.get(work.run, 0) + max(0, held_bytes - work.bytes_before)
        hungriest = max(added_by, key=lambda run: added_by[run], default="")
        return hungriest if added_by.get(hungriest, 0) > LARGE_PART * held_bytes else None


def _text(name: bytes) -> str:
    return name.rstrip(b"\0").decode(errors="replace")
