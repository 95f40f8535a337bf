"""Where programs run and where compiled code is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from netloom.arrays import jax
from netloom.errors import NotPossible

DeviceName = Literal["auto", "cpu", "gpu"]


def configure(cache_dir: Path | None, device: str = "auto") -> None:
    """Once per process, before the first run: where compiled programs are kept, and which kind of device to start."""
    # On a CPU a call's result is wanted at once: handing it to another thread costs more than a small program.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
    if cache_dir is not None:
        jax.config.update("jax_compilation_cache_dir", str(cache_dir))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


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
