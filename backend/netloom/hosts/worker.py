"""An engine process: `python -m netloom.hosts.worker`. Ends when the socket to its host closes."""

from __future__ import annotations

import argparse
import os
import queue
import socket
import struct
import threading
from pathlib import Path
from typing import Literal

from netloom.experiment import Experiment
from netloom.hosts.engine_host import EngineHost, RunMaker, jax_runs
from netloom.hosts.messages import Batch, Request, pack, pack_batch, unpack_request
from netloom.protocol.commands import Watch

HEARTBEAT_SECS = 1.0
ORPHAN_SECS = 5.0

Inbox = queue.SimpleQueue[Request | Literal["end"] | None]
"""None: something in the background is done."""


class Wire:
    """A socket that carries whole messages. One thread reads; writers take turns."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._writing = threading.Lock()

    def read(self) -> bytes | None:
        """None at the end."""
        length = self._stream.read(4)
        if len(length) < 4:
            return None
        (total,) = struct.unpack("<I", length)
        message = self._stream.read(total)
        return message if len(message) == total else None

    def write(self, message: bytes) -> None:
        with self._writing:
            self._connection.sendall(message)


def prepare_process(*, cores: str, device: str, cache: str) -> None:
    """Before JAX is imported, which reads all of this once."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    os.nice(5)
    if device == "cpu":
        os.environ["JAX_PLATFORMS"] = "cpu"
    # One thread an engine: small products gain nothing from more, and the server keeps a core for its sockets.
    single = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {single}".strip()
    if cache:
        Path(cache).mkdir(parents=True, exist_ok=True)
        os.environ["JAX_COMPILATION_CACHE_DIR"] = cache
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"


def serve(wire: Wire, device: str) -> None:
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_read, args=(wire, inbox), daemon=True).start()
    runs = jax_runs(device)
    wire.write(pack({"ready": _warm(runs)}))
    threading.Thread(target=_beat, args=(wire,), daemon=True).start()

    def tell(batch: Batch) -> None:
        wire.write(pack_batch(batch))

    host = EngineHost(tell, runs, wake=lambda: inbox.put(None))
    while _handle_all(host, inbox, host.turn()):
        pass


def _warm(runs: RunMaker) -> str:
    """Compiles or loads what the first experiment needs, so that the first Play answers at once; gives the device."""
    run = runs.fresh(Experiment())
    run.run_id = "warm"
    run.advance(updates=1, budget_secs=0.0)
    run.advance(until_epoch=2, budget_secs=0.05)
    run.frame(Watch())
    run.checkpoint()
    return run.device


def _handle_all(host: EngineHost, inbox: Inbox, wait_secs: float) -> bool:
    """False when the host has gone."""
    try:
        item = inbox.get(timeout=wait_secs) if wait_secs > 0 else inbox.get_nowait()
        while True:
            if item == "end":
                return False
            if item is not None:
                host.receive(item)
            item = inbox.get_nowait()
    except queue.Empty:
        return True


def _read(wire: Wire, inbox: Inbox) -> None:
    while (message := wire.read()) is not None:
        inbox.put(unpack_request(message))
    inbox.put("end")
    # A turn that never ends must not keep an orphan alive.
    threading.Timer(ORPHAN_SECS, os._exit, args=(0,)).start()


def _beat(wire: Wire) -> None:
    while True:
        threading.Event().wait(HEARTBEAT_SECS)
        try:
            wire.write(pack({"beat": True}))
        except OSError:
            return


def main() -> None:
    parser = argparse.ArgumentParser(prog="netloom.hosts.worker")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--cores", default="")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--cache", default="")
    options = parser.parse_args()
    prepare_process(cores=options.cores, device=options.device, cache=options.cache)
    try:
        serve(Wire(socket.socket(fileno=options.fd)), options.device)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    os._exit(0)


if __name__ == "__main__":
    main()
