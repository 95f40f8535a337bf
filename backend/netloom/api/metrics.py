"""What the operator sees at /metrics: numbers of this server alone, of no learner and no run by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client import Counter as CounterMetric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netloom.api.lag import LoopLag
from netloom.hosts.base import Host, Listener
from netloom.hosts.messages import Batch
from netloom.session.outbox import Traffic

STATES = ("idle", "compiling", "training", "paused", "finished", "diverged", "failed")


class Runs(Protocol):
    """What the registry knows of its runs."""

    @property
    def held(self) -> frozenset[str]: ...

    @property
    def checkpoint_age_secs(self) -> float: ...


class Sockets(Protocol):
    @property
    def total(self) -> int: ...


class _Standing(NamedTuple):
    status: str
    step: int


class Hearing:
    """Listens between a host and the registry: counts updates, remembers where each run stands."""

    def __init__(self, listener: Listener, runs: Runs) -> None:
        self._listener = listener
        self._runs = runs
        self._standing: dict[str, _Standing] = {}
        self.updates = 0

    def on_batch(self, batch: Batch) -> None:
        self._note(batch)
        self._listener.on_batch(batch)

    def on_lost(self, run: str) -> None:
        self._listener.on_lost(run)

    def states(self) -> Counter[str]:
        self._forget()
        return Counter(self._standing[run].status if run in self._standing else "idle" for run in self._runs.held)

    def _note(self, batch: Batch) -> None:
        for event in batch.events:
            match event["type"]:
                case "status":
                    self._move(batch.run, event["step"], event["status"], counted=True)
                case "history" if event["rows"] and event["offset"]:
                    self._move(batch.run, event["rows"][-1]["step"], counted=True)
                case "edited":
                    self._move(batch.run, event["step"], counted=False)
                case _:
                    pass
        if batch.answer and batch.answer.snapshot and "status" in batch.answer.snapshot:
            status = batch.answer.snapshot["status"]
            self._move(batch.run, status["step"], status["status"], counted=True)

    def _move(self, run: str, step: int, status: str | None = None, *, counted: bool) -> None:
        """A run that is heard of for the first time, or was set back or forward, has trained nothing by that."""
        known = self._standing.get(run)
        if known is not None and counted:
            self.updates += max(0, step - known.step)
        self._standing[run] = _Standing(status or (known.status if known else "idle"), step)
        if known is None:
            self._forget()

    def _forget(self) -> None:
        held = self._runs.held
        for run in self._standing.keys() - held:
            del self._standing[run]


class Metrics(Collector):
    """One for each application; its registry is its own."""

    def __init__(self, host: Host, runs: Runs, sockets: Sockets, listener: Listener) -> None:
        self.registry = CollectorRegistry()
        self.lag = LoopLag(self.registry)
        self.traffic = Traffic()
        self.hearing = Hearing(listener, runs)
        self.responses = CounterMetric(
            "netloom_http_responses_total", "Answers over HTTP.", ["status"], registry=self.registry
        )
        self._host, self._runs, self._sockets = host, runs, sockets
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        yield from self._of_runs()
        yield from self._of_sockets()
        yield from self._of_engines()
        yield from self._of_the_compiler()

    def _of_runs(self) -> Iterator[Metric]:
        states = self.hearing.states()
        runs = GaugeMetricFamily("netloom_runs", "Runs that engines hold.", labels=["state"])
        for state in STATES:
            runs.add_metric([state], states[state])
        yield runs
        yield _counter("netloom_updates", "Training updates that were told.", self.hearing.updates)
        age = self._runs.checkpoint_age_secs
        yield _gauge("netloom_checkpoint_age_seconds", "How long the oldest checkpoint has waited to be stored.", age)

    def _of_sockets(self) -> Iterator[Metric]:
        yield _gauge("netloom_sockets", "Tabs that are connected.", self._sockets.total)
        yield _counter("netloom_frames_sent", "Pictures sent.", self.traffic.frames_sent)
        yield _counter("netloom_frames_dropped", "Pictures replaced by a newer one.", self.traffic.frames_dropped)

    def _of_engines(self) -> Iterator[Metric]:
        health = self._host.health()
        load = health.load
        yield _gauge("netloom_engines_ready", "Engine processes that can train.", health.workers)
        yield _gauge("netloom_engines_spare", "Engine processes that stand by, ready.", load.spares)
        yield _counter("netloom_engine_restarts", "Engine processes that ended and were replaced.", load.restarts)
        yield _gauge("netloom_engine_memory_bytes", "Memory of all engine processes.", load.memory_bytes)
        yield _gauge("netloom_programs_warmed", "Programs compiled ahead of being asked for.", health.warmed)

    def _of_the_compiler(self) -> Iterator[Metric]:
        load = self._host.health().load
        yield _gauge("netloom_compile_queue", "Networks being compiled or waiting for it.", load.compiling)
        yield _counter("netloom_compiled", "Networks compiled on demand.", load.compiled)
        yield _counter("netloom_compile_seconds", "Seconds that compiling took, without waiting.", load.compile_secs)


class Counted:
    """ASGI middleware: counts answers by their status."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._responses = metrics.responses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._responses.labels(str(message["status"])).inc()
            await send(message)

        await self._app(scope, receive, sending)


def install(app: FastAPI, metrics: Metrics) -> None:
    @app.get("/metrics", include_in_schema=False)
    async def show() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)


def _counter(name: str, help_: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_, value=value)
