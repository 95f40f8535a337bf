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

_MAGIC = b"NETLOOM1"
_HEAD_BYTES = len(_MAGIC) + 32


class CheckpointFiles:
    """`<id>` is the newest, `<id>.before` the one before it. Ids are checked by their callers (RunId)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, run_id: str, checkpoint: bytes) -> None:
        newest, before = self._paths(run_id)
        newest.parent.mkdir(parents=True, exist_ok=True)
        fresh = newest.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_MAGIC + hashlib.sha256(checkpoint).digest())
            file.write(checkpoint)
            file.flush()
            os.fsync(file.fileno())
        if newest.exists():
            newest.replace(before)
        fresh.replace(newest)
        _sync_folder(newest.parent)

    def load(self, run_id: str) -> bytes | None:
        """The newest undamaged one."""
        return next((whole for path in self._paths(run_id) if (whole := _undamaged(path)) is not None), None)

    def _paths(self, run_id: str) -> tuple[Path, Path]:
        folder = self._folder / run_id[:2]
        return folder / run_id, folder / f"{run_id}.before"


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
