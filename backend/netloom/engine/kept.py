"""Compiled code on the disk: one file for each function of a program, found again without tracing anything.

What JAX's own cache holds is found by what was traced, and tracing takes longer than loading.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import stat
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from netloom.arrays import jax

if TYPE_CHECKING:
    from jax.stages import Compiled

_TRACED = {"engine", "layers", "losses", "optimizers", "schedules", "probes", "activations.py", "arrays.py"}
_log = structlog.get_logger()


class Kept(NamedTuple):
    """`result`: how the list of arrays that `call` gives is put together."""

    call: Compiled
    result: Any


class Folder:
    """One file a function. Without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path and path / "functions"

    def load(self, name: str, device: Any) -> Kept | None:
        """None when it is not there, or not to be used here."""
        if self._path is None or not (self._path / name).exists():
            return None
        if not _ours(self._path):
            _log.warning("compiled code is not used, as others can write to its folder", folder=str(self._path))
            return None
        from jax.experimental.serialize_executable import deserialize_and_load

        try:
            # Machine code of our own: whoever can write here could do what this process can, pickled or not.
            code, takes, gives, result = pickle.loads((self._path / name).read_bytes())  # noqa: S301
            call = deserialize_and_load(code, takes, gives, device.client, [device])
        except Exception:  # noqa: BLE001 (torn, or of another machine: it is compiled anew)
            _log.warning("compiled code was not usable", name=name)
            return None
        return Kept(call, result)

    def save(self, name: str, kept: Kept) -> None:
        """Whole or not at all, also where two processes compile the same, and on a full disk."""
        if self._path is None:
            return
        from jax.experimental.serialize_executable import serialize

        code = pickle.dumps((*serialize(kept.call), kept.result))
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._path) as folder:
                Path(folder, name).write_bytes(code)
                Path(folder, name).replace(self._path / name)
        except OSError as error:
            _log.warning("compiled code was not kept", name=name, reason=str(error))


def _ours(path: Path) -> bool:
    """Nobody else can write there: what is loaded is run."""
    if not hasattr(os, "getuid"):
        return True
    of = path.stat()
    return of.st_uid == os.getuid() and not of.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


folder = Folder(None)
"""Of this process; `device.configure` sets it."""


def keep_in(path: Path | None) -> None:
    global folder  # noqa: PLW0603 (once per process, as JAX's own settings)
    folder = Folder(path)


def name_of(*parts: Any) -> str:
    """Of a function: differs with the machine, the versions, the flags and the code that is traced."""
    flags = os.environ.get("XLA_FLAGS", "")
    return hashlib.sha256(repr((parts, flags, _machine(), made_by())).encode()).hexdigest()[:32]


def described(array: Any) -> tuple[tuple[int, ...], str]:
    return tuple(array.shape), str(array.dtype)


def device_of(arrays: list[Any]) -> Any:
    """The one on which those of JAX lie."""
    [device] = {device for array in arrays if isinstance(array, jax.Array) for device in array.devices()}
    return device


@cache
def made_by() -> tuple[str, ...]:
    """Changes with the code that is traced, and with what compiles it."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] in _TRACED:
            digest.update(path.read_bytes())
    return version("jax"), version("jaxlib"), digest.hexdigest()


@cache
def _machine() -> str:
    """Code is made for the processor's own instructions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    told = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    return hashlib.sha256("\n".join([platform.machine(), platform.processor(), *told]).encode()).hexdigest()
