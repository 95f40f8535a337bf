"""A real `netloom serve` in a process of its own, with a data folder that is thrown away."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

STARTS_WITHIN_SECS = 300.0
ENDS_WITHIN_SECS = 30.0
MEGABYTE = 1e6
TROUBLE = re.compile(r'Traceback|\[error|\[critical|\bERROR\b|\bCRITICAL\b|"level":"(?:error|critical)"')


class Serving:
    """`with Serving() as server:` is ready to train inside. `port` 0 takes any free one; `settings`: of
    its environment."""

    def __init__(self, port: int = 0, **settings: str) -> None:
        self._settings = settings
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory(prefix="netloom-bench-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name, "server.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        command = [sys.executable, "-m", "netloom.app", "serve", "--port", str(self.port), "--device", "cpu"]
        with self._log.open("ab") as log:
            environment = os.environ | {"NETLOOM_DATA": self._folder.name} | self._settings
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTS_WITHIN_SECS
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise RuntimeError(f"the server did not start: {self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(ENDS_WITHIN_SECS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=2) as answer:
                return json.load(answer)["status"] == "ok"
        except (urllib.error.URLError, OSError):
            return False

    def troubles(self) -> list[str]:
        """Lines of the server's log that speak of an exception or an error."""
        return [line for line in self._log.read_text().splitlines() if TROUBLE.search(line)]

    def processes(self) -> list[psutil.Process]:
        """The server, then everything that it started."""
        server = psutil.Process(self._process.pid)
        return [server, *server.children(recursive=True)]

    def megabytes(self) -> tuple[float, float]:
        """Resident memory of the server, and of everything that it started together."""
        server, *children = self.processes()
        return _resident(server), sum(_resident(child) for child in children)

    def worker_megabytes(self) -> float:
        """Resident memory of the engines."""
        return sum(_resident(worker) for worker in self._workers())

    def programs(self) -> int:
        """How many programs lie compiled in its cache."""
        return len(list(Path(self._folder.name, "programs", "whole").glob("*")))

    def kill_working_engine(self) -> None:
        """As a crash would, and without warning. The oldest: spare ones are started after those that hold runs."""
        min(self._workers(), key=psutil.Process.create_time).kill()

    def _workers(self) -> list[psutil.Process]:
        return [process for process in self.processes() if "netloom.hosts.worker" in process.cmdline()]


def _resident(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / MEGABYTE
    except psutil.NoSuchProcess:
        return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
