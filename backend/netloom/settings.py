"""What the operator decides. Made once in `app.py` and handed down; nothing else reads the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from netloom.cost import Bounds
from netloom.experiment import Experiment
from netloom.network import MAX_LAYERS, MAX_PARAMETERS

Device = Literal["auto", "cpu", "gpu"]
Engines = Literal["process", "ray"]
Log = Literal["auto", "json", "text"]
MOST = Bounds()
LEAST_TOKEN = 16
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BadSetting(ValueError):
    """A NETLOOM_ variable that cannot be used; the message names it."""


@dataclass(frozen=True)
class Caps:
    """What one experiment may ask of this server; at most what the document allows."""

    layers: int = 12
    """Hidden ones: layers of neurons between input and output."""
    neurons: int = 256
    """In one layer."""
    parameters: int = MAX_PARAMETERS
    megabytes: int = MOST.megabytes
    """For one update, estimated."""
    gigaflop: int = MOST.gigaflop
    """For one update, estimated: billions of operations."""
    points: int = 5000

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.parameters, self.megabytes, self.gigaflop)


@dataclass(frozen=True)
class Settings:
    data: Path
    """The folder of everything that is kept: NETLOOM_DATA."""
    host: str = "127.0.0.1"
    port: int = 8000
    device: Device = "auto"
    """Where engines compute: NETLOOM_DEVICE."""
    engines: Engines = "process"
    """Where engines run: in child processes, or on the machines of a Ray cluster: NETLOOM_ENGINES."""
    ray_address: str = ""
    """Of the cluster: NETLOOM_RAY_ADDRESS; "local" starts one in this machine, and by default one that runs here is
    joined, else started."""
    workers: int = 1
    """Engine processes: NETLOOM_WORKERS, by default one less than there are cores; in a cluster 0, as many as find a
    free processor or GPU."""
    spares: int = 1
    """Warm engine processes that stand by: NETLOOM_SPARES."""
    worker_mb: int = 1500
    """An engine process that has grown larger hands over to a spare one: NETLOOM_WORKER_MB."""
    max_worker_mb: int = 2000
    """An engine process that holds more is ended, and a quarter beyond that it is not given: NETLOOM_MAX_WORKER_MB."""
    max_total_mb: int = 3000
    """Engines and compilers together, above which the largest engine is ended: NETLOOM_MAX_TOTAL_MB, by default 2000
    for each engine process and 1000 beside them."""
    warm: bool = True
    """Whether to compile, while nothing else is to be done, what newcomers are likely to need: NETLOOM_WARM, 0 or 1."""
    secret: str | None = None
    """The class key: NETLOOM_SECRET, or made on first start when others can reach the server."""
    cookie_key: str | None = None
    """What signs cookies, where several servers know the same visitors: NETLOOM_COOKIE_KEY, or made on first start."""
    metrics_token: str | None = None
    """What opens /metrics, as a bearer token; without one only this machine itself, of a server for itself alone, sees
    them: NETLOOM_METRICS_TOKEN."""
    log: Log = "auto"
    """How lines of the log look: NETLOOM_LOG, text on a terminal and JSON elsewhere by default."""
    origins: tuple[str, ...] = ()
    """Further addresses of the page, as behind a proxy: NETLOOM_ORIGINS, separated by commas."""
    database_url: str | None = None
    """NETLOOM_DATABASE_URL; by default SQLite in the data folder."""
    keep_days: int = 90
    """Runs that nobody opened on as many days on which the server ran are removed; 0: never. NETLOOM_KEEP_DAYS."""
    caps: Caps = field(default_factory=Caps)
    """NETLOOM_MAX_LAYERS, NETLOOM_MAX_NEURONS, NETLOOM_MAX_PARAMETERS, NETLOOM_MAX_MB, NETLOOM_MAX_GFLOP,
    NETLOOM_MAX_POINTS."""
    most_runs: int = 200
    """Runs that engines hold at once, of everybody: NETLOOM_MAX_RUNS."""
    compile_secs: int = 60
    """Of a processor's time, for one network: NETLOOM_COMPILE_SECS."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK


def read_settings(environment: Mapping[str, str], host: str, port: int) -> Settings:
    """Raises BadSetting."""
    origins = environment.get("NETLOOM_ORIGINS", "")
    device = _device(environment.get("NETLOOM_DEVICE") or "auto")
    engines = _engines(environment.get("NETLOOM_ENGINES") or "process")
    usual = 0 if engines == "ray" else default_workers(device)
    workers = _number(environment, "NETLOOM_WORKERS", default=usual, low=1, high=10_000)
    total_mb = 1000 + 2000 * max(1, workers)
    return Settings(
        data=Path(environment.get("NETLOOM_DATA") or default_data_folder(environment)).expanduser().absolute(),
        host=host,
        port=port,
        device=device,
        engines=engines,
        ray_address=environment.get("NETLOOM_RAY_ADDRESS", "").strip(),
        workers=workers,
        spares=_number(environment, "NETLOOM_SPARES", default=1, low=0, high=16),
        worker_mb=_number(environment, "NETLOOM_WORKER_MB", default=1500, low=400, high=1_000_000),
        max_worker_mb=_number(environment, "NETLOOM_MAX_WORKER_MB", default=2000, low=600, high=1_000_000),
        max_total_mb=_number(environment, "NETLOOM_MAX_TOTAL_MB", default=total_mb, low=1000, high=1_000_000_000),
        warm=bool(_number(environment, "NETLOOM_WARM", default=1, low=0, high=1)),
        secret=environment.get("NETLOOM_SECRET") or None,
        cookie_key=environment.get("NETLOOM_COOKIE_KEY") or None,
        metrics_token=_metrics_token(environment),
        log=_log(environment.get("NETLOOM_LOG") or "auto"),
        origins=tuple(origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip()),
        database_url=environment.get("NETLOOM_DATABASE_URL") or None,
        keep_days=_number(environment, "NETLOOM_KEEP_DAYS", default=90, low=0, high=36_500),
        caps=_caps(environment),
        most_runs=_number(environment, "NETLOOM_MAX_RUNS", default=200, low=1, high=100_000),
        compile_secs=_number(environment, "NETLOOM_COMPILE_SECS", default=60, low=1, high=3600),
    )


def _caps(environment: Mapping[str, str]) -> Caps:
    """Never so low that the page could not open with its first experiment."""
    most, first = Caps(), Experiment()
    neurons = max(getattr(layer, "units", 1) for layer in first.network.layers)
    bounds = {
        "layers": ("NETLOOM_MAX_LAYERS", first.network.hidden_count, MAX_LAYERS - 2),
        "neurons": ("NETLOOM_MAX_NEURONS", neurons, most.neurons),
        "parameters": ("NETLOOM_MAX_PARAMETERS", first.cost.parameters, most.parameters),
        "megabytes": ("NETLOOM_MAX_MB", 1, most.megabytes),
        "gigaflop": ("NETLOOM_MAX_GFLOP", 1, most.gigaflop),
        "points": ("NETLOOM_MAX_POINTS", first.data.size, most.points),
    }
    return Caps(
        **{
            field: _number(environment, name, default=getattr(most, field), low=low, high=high)
            for field, (name, low, high) in bounds.items()
        }
    )


def default_workers(device: Device, gpu_support: bool | None = None) -> int:
    """One for each core but the server's. Each takes about 1 GB of a GPU: there one serves all. `gpu_support`: whether
    netloom[cuda] is installed, by default looked up."""
    if gpu_support is None:
        gpu_support = any(find_spec(name) for name in ("jax_cuda12_plugin", "jax_cuda13_plugin"))
    if device == "gpu" or (device == "auto" and gpu_support):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """Where the platform keeps what programs save for their user."""
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/netloom")
    return Path(environment.get("XDG_DATA_HOME") or "~/.local/share") / "netloom"


def _device(value: str) -> Device:
    match value:
        case "auto" | "cpu" | "gpu":
            return value
        case _:
            raise BadSetting(f"NETLOOM_DEVICE is {value!r} and must be auto, cpu or gpu.")


def _engines(value: str) -> Engines:
    match value:
        case "process":
            return value
        case "ray":
            if find_spec("ray") is None:
                raise BadSetting("NETLOOM_ENGINES is 'ray', which needs Ray: pip install 'netloom[cluster]'.")
            return value
        case _:
            raise BadSetting(f"NETLOOM_ENGINES is {value!r} and must be process or ray.")


def _log(value: str) -> Log:
    match value:
        case "auto" | "json" | "text":
            return value
        case _:
            raise BadSetting(f"NETLOOM_LOG is {value!r} and must be auto, json or text.")


def _metrics_token(environment: Mapping[str, str]) -> str | None:
    """Nothing that can be guessed, nor what every learner has."""
    token = environment.get("NETLOOM_METRICS_TOKEN") or None
    if token is not None and (len(token) < LEAST_TOKEN or token == environment.get("NETLOOM_SECRET")):
        raise BadSetting(
            f"NETLOOM_METRICS_TOKEN must have {LEAST_TOKEN} characters or more, and be another than the class key."
        )
    return token


def _number(environment: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    value = environment.get(name)
    if not value:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        raise BadSetting(f"{name} is {value!r} and must be a whole number from {low} to {high:,}.")
    return int(value)
