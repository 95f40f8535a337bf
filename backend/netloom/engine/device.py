"""Where programs run and where compiled code is kept."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from netloom.arrays import jax
from netloom.engine import kept
from netloom.errors import NotPossible

DeviceName = Literal["auto", "cpu", "gpu"]

XLA_FLAGS = (
    # A loop of many small steps becomes one machine-code function, whatever it reads: without this each step is some
    # twenty calls, and an update takes twice as long (docs/adr/0011).
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000",
    # Small products gain nothing from more threads, and the server keeps a core for its sockets.
    "--xla_cpu_multi_thread_eigen=false",
)
TRIED_XLA_FLAGS = (
    # A product that is handed to this library cannot be inside such a function.
    "--xla_cpu_experimental_ynn_fusion_type=",
)
"""A process ends at a flag that its jaxlib does not know: these are given only to releases that were tried."""
TRIED_BEFORE = (0, 13)


def xla_flags(jaxlib: str) -> list[str]:
    """For that release of jaxlib: "0.10.2"."""
    release = tuple(int(part) for part in jaxlib.split(".")[:2])
    return [*XLA_FLAGS, *(TRIED_XLA_FLAGS if release < TRIED_BEFORE else ())]


def configure(cache_dir: Path | None, device: str = "auto") -> None:
    """Once per process, before the first run: where compiled programs are kept, and which kind of device to start.

    The same flags everywhere: under others the last bits differ, and what was compiled is not found again.
    """
    flags = xla_flags(version("jaxlib"))
    others = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag not in flags]
    os.environ["XLA_FLAGS"] = " ".join([*flags, *others])
    # Handing parts of a small program to a second thread costs more than the program.
    os.environ.setdefault("PJRT_NPROC", "1")
    # On a CPU a call's result is wanted at once: handing it to another thread costs more than a small program.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
    # Where each operation was written would be a fifth of what is loaded.
    jax.config.update("jax_traceback_in_locations_limit", 0)
    kept.keep_in(cache_dir)


def find_device(name: str) -> Any:
    """A `jax.Device`. Raises NotPossible where a GPU is asked for and JAX finds none."""
    if name == "cpu":
        return jax.local_devices(backend="cpu")[0]
    first = jax.local_devices()[0]
    if name == "gpu" and first.platform == "cpu":
        raise NotPossible("JAX finds no GPU on this machine; use the CPU, or install netloom[cuda].")
    return first


def describe(device: Any) -> str:
    """For people: "cpu", "gpu: NVIDIA H200"."""
    return "cpu" if device.platform == "cpu" else f"gpu: {device.device_kind}"
