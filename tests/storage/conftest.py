"""A real PostgreSQL, started for the tests alone."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

FINDER = Path(__file__).parents[2] / "scripts" / "find_postgres.sh"
# PostgreSQL refuses to be root's.
PRIVILEGES = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]
AS_ITS_USER = ["setpriv", *PRIVILEGES] if os.geteuid() == 0 else []
# Nothing of it outlives the machine, so nothing is forced onto the disk.
FAST = ["-c", "fsync=off", "-c", "full_page_writes=off"]


@dataclass
class Postgres:
    programs: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> Postgres:
        owner = ["--username=netloom", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        self._run("initdb", "--pgdata", str(self.folder / "data"), "--no-sync", *owner)
        return self.start()

    def start(self) -> Postgres:
        place = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}", "-k", str(self.folder)]
        self.process = subprocess.Popen(
            [*AS_ITS_USER, str(self.programs / "postgres"), "-D", str(self.folder / "data"), *FAST, *place],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        self._wait_for_it()
        return self

    def stop(self) -> None:
        """At once, as after a power cut; children end by themselves."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def url(self, database: str, scheme: str = "postgresql+asyncpg") -> str:
        return f"{scheme}://netloom@127.0.0.1:{self.port}/{database}"

    def ask(self, statement: str, database: str = "postgres") -> str:
        return self._run("psql", "--no-psqlrc", "-At", "-c", statement, self.url(database, "postgresql"))

    def _wait_for_it(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None and self.process.poll() is None, "PostgreSQL has ended"
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and self._answers():
                    return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL does not answer")

    def _answers(self) -> bool:
        try:
            return self.ask("SELECT 1").strip() == "1"
        except subprocess.CalledProcessError:
            return False

    def _run(self, program: str, *arguments: str) -> str:
        command = [*AS_ITS_USER, str(self.programs / program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=self.folder).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    found = subprocess.run([str(FINDER), "--here"], capture_output=True, text=True, check=True).stdout.strip()
    if not found:
        pytest.skip("there is no PostgreSQL here; make test installs one where it runs as root on Debian")
    # Not in pytest's own folder, into which PostgreSQL's user may not look.
    folder = Path(tempfile.mkdtemp(prefix="netloom-postgres-"))
    if AS_ITS_USER:
        shutil.chown(folder, "postgres", "postgres")
    made = Postgres(Path(found), folder, free_port())
    try:
        yield made.make()
    finally:
        made.stop()
        shutil.rmtree(folder)


@pytest.fixture
def make_database(postgres: Postgres) -> Callable[[], str]:
    """Its URL."""
    numbers = count()

    def make() -> str:
        name = f"test_{time.time_ns()}_{next(numbers)}"
        postgres.ask(f"CREATE DATABASE {name}")
        return postgres.url(name)

    return make
