"""What an engine makes in the background, while its runs train on.

Three lanes, so that what is quick waits for nothing slow: what is loaded is made at once; what lies compiled on the
disk is traced and loaded; what is nowhere is wished of the host's compiler, and only where that cannot help compiled
here, unless it takes too long. Tracing holds the interpreter's lock, hence one thread a lane.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, NamedTuple, Protocol, TypeVar

from netloom.engine.cells import Cells
from netloom.errors import NotPossible
from netloom.experiment import Experiment
from netloom.hosts.messages import Wish

T = TypeVar("T")


class Stock(Protocol):
    """Which programs there are, by key."""

    def key(self, experiment: Experiment, cells: Cells) -> str: ...

    def loaded(self, key: str) -> bool:
        """Ready to be called in this process."""
        ...

    def stored(self, key: str) -> bool:
        """Compiled, on the disk."""
        ...

    def note(self, key: str) -> None:
        """Loaded from now on, and so on the disk too."""
        ...


class Job(NamedTuple):
    """`need`: the document that the work will call programs of, known before the work is begun; None: nothing new."""

    need: Callable[[], Experiment | None]
    cells: Cells
    work: Callable[[], Any]


class Workshop:
    """`wish` asks the host's compiler, who answers by `compiled`; without it everything is compiled here."""

    def __init__(self, stock: Stock, wish: Callable[[Wish], None] | None = None) -> None:
        self._stock = stock
        self._wish = wish
        self._quick, self._loading, self._compiling = (
            ThreadPoolExecutor(max_workers=1, thread_name_prefix=name) for name in ("quick", "load", "compile")
        )
        self._wished: dict[str, list[tuple[Job, Future[Any]]]] = {}
        self._lock = Lock()

    def submit(self, need: Callable[[], Experiment | None], cells: Cells, work: Callable[[], T]) -> Future[T]:
        """The future's callbacks run in one of the threads. Cancelling it drops what has not begun."""
        future: Future[T] = Future()
        self._quick.submit(self._begin, Job(need, cells, work), future)
        return future

    def compiled(self, key: str, ok: bool, refusal: str | None = None) -> None:
        """The compiler has done it, or could not. `refusal`: why it should not be tried here either."""
        with self._lock:
            waiting = self._wished.pop(key, [])
        if refusal is not None:
            for _, future in waiting:
                _refuse(future, refusal)
            return
        lane = self._loading if ok else self._compiling
        for job, future in waiting:
            lane.submit(self._make, key, job, future)

    def waiting_for(self, key: str) -> list[Future[Any]]:
        """Until the compiler has done it."""
        with self._lock:
            return [future for _, future in self._wished.get(key, [])]

    def close(self) -> None:
        for lane in (self._quick, self._loading, self._compiling):
            lane.shutdown(wait=False, cancel_futures=True)

    def _begin(self, job: Job, future: Future[Any]) -> None:
        if future.cancelled():
            return
        try:
            experiment = job.need()
            key = None if experiment is None else self._stock.key(experiment, job.cells)
        except Exception as error:  # noqa: BLE001 (told to who asked, by the future)
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            return
        if experiment is None or key is None:
            _do(job, future)
        elif self._stock.loaded(key):
            self._make(key, job, future)
        elif self._stock.stored(key):
            self._loading.submit(self._make, key, job, future)
        elif self._wish is None:
            self._compiling.submit(self._make, key, job, future)
        else:
            self._wish_for(key, experiment, job, future, self._wish)

    def _wish_for(
        self, key: str, experiment: Experiment, job: Job, future: Future[Any], wish: Callable[[Wish], None]
    ) -> None:
        with self._lock:
            known = key in self._wished
            self._wished.setdefault(key, []).append((job, future))
        if not known:
            wish(Wish(key, job.cells, experiment.model_dump_json().encode()))
        future.add_done_callback(lambda _: self._drop_unwanted(key, job.cells, wish))

    def _drop_unwanted(self, key: str, cells: Cells, wish: Callable[[Wish], None]) -> None:
        """Once all who waited for it have gone away, so that it holds up nobody else."""
        with self._lock:
            waiting = self._wished.get(key, [])
            dropped = bool(waiting) and all(future.cancelled() for _, future in waiting)
            if dropped:
                del self._wished[key]
        if dropped:
            wish(Wish(key, cells, b"", dropped=True))

    def _make(self, key: str, job: Job, future: Future[Any]) -> None:
        if _do(job, future):
            self._stock.note(key)


def _refuse(future: Future[Any], sentence: str) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(NotPossible(sentence))


def _do(job: Job, future: Future[Any]) -> bool:
    """Whether it was done."""
    if not future.set_running_or_notify_cancel():
        return False
    try:
        done = job.work()
    except Exception as error:  # noqa: BLE001 (told to who asked, by the future)
        future.set_exception(error)
        return False
    future.set_result(done)
    return True
