"""The same training as a plain loop in C, compiled for this machine when there is a compiler."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from tasks import Task

SOURCE = Path(__file__).with_name("plain.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC")


def compiler() -> str | None:
    return shutil.which("gcc") or shutil.which("cc")


def plain_c(task: Task) -> Callable[[int], None]:
    """Trains that many epochs more. Raises RuntimeError without a compiler."""
    if (found := compiler()) is None:
        raise RuntimeError("there is no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "plain.so"
        subprocess.run([found, *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
        train = ctypes.CDLL(str(library)).train
    rng, (features, targets) = np.random.default_rng(0), task.arrays
    sizes = np.array(task.sizes, np.int32)
    params = (rng.standard_normal(sum((a + 1) * b for a, b in pairwise(task.sizes))) * 0.5).astype(np.float32)
    pointer = np.ctypeslib.as_ctypes

    def more(epochs: int) -> None:
        for _ in range(epochs):
            order = rng.permutation(task.points).astype(np.int32)
            train(
                pointer(sizes),
                len(sizes) - 1,
                pointer(params),
                pointer(features.ravel()),
                pointer(targets),
                pointer(order),
                task.points,
                task.batch,
                ctypes.c_float(task.rate),
            )

    return more
