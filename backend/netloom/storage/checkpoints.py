"""Checkpoint files: written whole or not at all, two generations, each with its checksum.

8 bytes    NETLOOM1
32 bytes   SHA-256 of what follows
the checkpoint
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

_MAGIC = b"NETLOOM1"
_HEAD_BYTES = len(_MAGIC) + 32


class _Paths(NamedTuple):
    newest: Path
    fresh: Path
    """Being written. Whole: a server ended before its last rename."""
    before: Path


class CheckpointFiles:
    """`<id>` is the newest, `<id>.before` the one before it. Ids are checked by their callers (RunId)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, run_id: str, checkpoint: bytes) -> None:
        paths = self._paths(run_id)
        self._make_folder(paths.newest.parent)
        _finish(paths)
        try:
            _write(paths.fresh, checkpoint)
        except OSError:
            # Half a file would take the room that the next attempt needs.
            paths.fresh.unlink(missing_ok=True)
            raise
        # A damaged one must not take the place of the good one before it.
        if _undamaged(paths.newest) is not None:
            paths.newest.replace(paths.before)
        paths.fresh.replace(paths.newest)
        _sync_folder(paths.newest.parent)

    def load(self, run_id: str) -> bytes | None:
        """The newest undamaged one."""
        return next((whole for path in self._paths(run_id) if (whole := _undamaged(path)) is not None), None)

    def remove(self, run_id: str) -> None:
        for path in self._paths(run_id):
            path.unlink(missing_ok=True)

    def _paths(self, run_id: str) -> _Paths:
        """From the newest to the oldest."""
        folder = self._folder / run_id[:2]
        return _Paths(folder / run_id, folder / f"{run_id}.new", folder / f"{run_id}.before")

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)
            _sync_folder(self._folder.parent)


def _finish(paths: _Paths) -> None:
    """What `load` tells of must not be written over before the next one is whole."""
    if _undamaged(paths.newest) is None and _undamaged(paths.fresh) is not None:
        paths.fresh.replace(paths.newest)


def _write(path: Path, checkpoint: bytes) -> None:
    with path.open("wb") as file:
        file.write(_MAGIC + hashlib.sha256(checkpoint).digest())
        file.write(checkpoint)
        file.flush()
        os.fsync(file.fileno())


def _undamaged(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        content = path.read_bytes()
        body = content[_HEAD_BYTES:]
        if content[:_HEAD_BYTES] == _MAGIC + hashlib.sha256(body).digest():
            return body
    return None


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
