"""Every test computes as engines do: under the same flags, in one thread, with compiled programs kept on the disk."""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest

from netloom.engine.device import configure

configure(Path(__file__).parents[1] / ".pytest_cache" / "d" / "programs")
# Ray reads them once, when it is first imported, whichever test does so.
os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))


@pytest.fixture
def assert_intact() -> Callable[[Path], None]:
    """Of a data folder: SQLite finds nothing wrong with its database, whoever was killed while writing (R5)."""

    def check(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "netloom.sqlite")) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    return check


SMALL: dict[str, Any] = {"include_dashboard": False, "include_log_monitor": False, "object_store_memory": 80 * 2**20}


class Nodes:
    """Machines of a Ray cluster, emulated on this one: a head without engines, and others that come and go."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster()
        patiently(lambda: self._cluster.add_node(**SMALL, num_cpus=0, no_monitor=True))
        self.address = str(self._cluster.address)
        self.workers: list[Any] = []
        self.add()

    def add(self) -> None:
        """With room for one engine."""
        self.workers.append(patiently(lambda: self._cluster.add_node(**SMALL, num_cpus=1)))

    def kill(self, node: Any) -> None:
        """All of it at once, as when a machine loses its power."""
        [raylet] = [psutil.Process(started.process.pid) for started in node.all_processes["raylet"]]
        for process in (raylet, *raylet.children(recursive=True)):
            process.kill()
        self._cluster.remove_node(node, allow_graceful=False)
        self.workers.remove(node)

    def close(self) -> None:
        self._cluster.shutdown()


def patiently(start: Callable[[], Any], tries: int = 4) -> Any:
    """Ray gives a node up that is not there after 30 seconds, as on a machine that has much else to do."""
    for _ in range(tries - 1):
        try:
            return start()
        except Exception as error:
            if "timed out" not in str(error):
                raise
    return start()


@pytest.fixture(scope="session")
def ray_nodes() -> Iterator[Nodes]:
    """One cluster for all tests of this process: it takes seconds to start."""
    if find_spec("ray") is None:
        pytest.skip("netloom[cluster] is not installed")
    # In a short place: the path of a socket has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "ray").mkdir()
        os.environ["RAY_TMPDIR"] = folder
        nodes = Nodes()
        yield nodes
        nodes.close()


@pytest.fixture
def own_nodes(ray_nodes: Nodes) -> Iterator[Nodes]:
    """A cluster in which nothing of other tests' servers trains."""
    nodes = Nodes()
    yield nodes
    nodes.close()
