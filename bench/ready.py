"""From `netloom serve` to a server that is ready to train: a health check that is answered is not yet one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from statistics import median

STARTS = 3


def measure_ready() -> dict[str, float]:
    """Seconds: the first start with an empty data folder compiles, the others find the programs in its cache."""
    with tempfile.TemporaryDirectory() as folder:
        cold = _seconds_until_ready(folder)
        warm = [_seconds_until_ready(folder) for _ in range(STARTS)]
    return {"cold_cache_secs": cold, "warm_cache_secs": median(warm)}


def _seconds_until_ready(folder: str) -> float:
    port = _free_port()
    command = [sys.executable, "-m", "netloom.app", "serve", "--port", str(port), "--device", "cpu"]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"NETLOOM_DATA": folder}, stdout=subprocess.DEVNULL)
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - start > 120:
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        return time.perf_counter() - start
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=1) as answer:
            health = json.load(answer)
            return health["status"] == "ok" and health["workers"] > 0
    except (urllib.error.URLError, OSError):
        return False
