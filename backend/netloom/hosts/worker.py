"""An engine process: `python -m netloom.hosts.worker`. Ends when the socket to its host closes."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import queue
import socket
import sys
import threading
from collections.abc import Callable
from typing import Literal

from netloom import logs
from netloom.experiment import Experiment
from netloom.hosts.compiler import compile_programs
from netloom.hosts.engine_host import EngineHost, jax_runs
from netloom.hosts.environment import limit_memory, prepare_process
from netloom.hosts.first_programs import next_experiments
from netloom.hosts.messages import Batch, Request, Wish, pack, pack_batch, pack_wish, unpack_request
from netloom.hosts.preloading import Preloading
from netloom.hosts.shelf import USUAL_CELLS
from netloom.hosts.slate import Slate
from netloom.hosts.warming import preload_beside
from netloom.hosts.wire import Wire, end_soon
from netloom.hosts.worklog import Worklog
from netloom.protocol.commands import Changes

SWITCH_SECS = 0.001
"""How long a thread that traces keeps the interpreter from the one that trains."""

Inbox = queue.SimpleQueue[Request | Literal["end"] | None]
"""None: something in the background is done."""


def serve(wire: Wire, options: argparse.Namespace) -> None:
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_read, args=(wire, inbox), daemon=True).start()
    runs = jax_runs(options.device, options.cache)
    # What the first experiment needs, so that the first Play answers at once.
    device = compile_programs(Experiment(), USUAL_CELLS, options.device).device
    runs.stock.note(runs.stock.key(Experiment(), USUAL_CELLS))
    # Looked through for garbage never again: it takes 0.1 s, in which nobody trains.
    gc.freeze()
    if device == "cpu":
        limit_memory(options.most_mb)
    worklog = Worklog(Slate(options.slate))
    wire.write(pack({"ready": device}))
    wire.beat(lambda: {"slow": worklog.slow})
    preload_beside(runs.stock, next_experiments(), lambda likely: runs.fresh(likely).prepare(Changes()))

    def tell(batch: Batch) -> None:
        wire.write(pack_batch(batch))

    def wish(wanted: Wish) -> None:
        wire.write(pack_wish(wanted))

    host = EngineHost(
        tell,
        runs,
        wake=lambda: inbox.put(None),
        wish=wish if options.cache else None,
        at_work=worklog.at_work,
    )
    preloading = Preloading(runs, options.device, tell)

    def receive(request: Request) -> None:
        if request.operation == "preload":
            preloading.add(request)
            return
        if request.operation == "close":
            worklog.forget(request.run)
        host.receive(request)

    while _handle_all(receive, inbox, host.turn()):
        worklog.turned()


def _handle_all(receive: Callable[[Request], None], inbox: Inbox, wait_secs: float) -> bool:
    """False when the host has gone."""
    try:
        item = inbox.get(timeout=wait_secs) if wait_secs > 0 else inbox.get_nowait()
        while True:
            if item == "end":
                return False
            if item is not None:
                receive(item)
            item = inbox.get_nowait()
    except queue.Empty:
        return True


def _read(wire: Wire, inbox: Inbox) -> None:
    while (message := wire.read()) is not None:
        inbox.put(unpack_request(message))
    inbox.put("end")
    end_soon()


def main() -> None:
    parser = argparse.ArgumentParser(prog="netloom.hosts.worker")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--slate", type=int, required=True)
    parser.add_argument("--cores", default="")
    parser.add_argument("--nice", type=int, default=5)
    parser.add_argument("--most-mb", type=int, default=0, help="of memory; 0: no limit")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--cache", default="")
    options = parser.parse_args()
    logs.configure(logs.form_in(os.environ))
    sys.setswitchinterval(SWITCH_SECS)
    prepare_process(cores=options.cores, niceness=options.nice, device=options.device, cache=options.cache)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        serve(Wire(socket.socket(fileno=options.fd)), options)
    os._exit(0)


if __name__ == "__main__":
    main()
