"""A compiler process: `python -m netloom.hosts.compiler`. Fills the cache on the disk from which engines load.

Compiling beside the engines keeps their interpreter free, and a compiler may be killed. With `--ahead` it compiles
what newcomers are likely to need and ends; else it does what it is asked until its socket closes.
"""

from __future__ import annotations

import argparse
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from netloom import logs
from netloom.engine.cells import Cells
from netloom.errors import NetloomError
from netloom.experiment import Experiment, read_experiment
from netloom.hosts import telling
from netloom.hosts.environment import give_way, limit_memory, prepare_process
from netloom.hosts.first_programs import first_experiments
from netloom.hosts.messages import Answer, Batch, Request, pack, pack_batch, unpack_request
from netloom.hosts.shelf import USUAL_CELLS, Shelf, program_key
from netloom.hosts.wire import Wire, end_soon

if TYPE_CHECKING:
    from netloom.engine.run import Run

QUIET_SECS = 0.5
LARGE_SECS = 10.0
"""Of a processor's time: who looks closer at a network that took as long asks for that. Else who comes meanwhile would
wait for what nobody has asked for, and its time would count as that of the wish."""

_log = structlog.get_logger()


def compile_programs(experiment: Experiment, cells: Cells, device: str) -> Run:
    """Runs whatever training and pictures call, so that all of it is compiled. Raises InvalidExperiment."""
    from netloom.engine.device import find_device
    from netloom.engine.prepared import make_stage, warm
    from netloom.engine.run import Run
    from netloom.protocol.commands import Changes, Watch

    warm(make_stage(experiment, find_device(device)), cells)
    run = Run(experiment, device=device)
    run.run_id = "compile"
    run.advance(updates=1, budget_secs=0.0)
    run.advance(until_epoch=2, budget_secs=0.05)
    run.frame(Watch(boundary=cells.boundary, neurons=cells.neurons))
    run.prepare(Changes())
    run.checkpoint()
    return run


def compile_details(run: Run, cells: Cells, shelf: Shelf) -> None:
    """What only a closer look calls, which nobody has asked for yet: a point, pins, slow motion."""
    closer = cells._replace(closer=True)
    try:
        run.warming(closer)()
        _note(shelf, run, closer)
    except Exception:  # noqa: BLE001 (who looks closer asks for it, and is then told what is wrong)
        _log.exception("details not compiled")


def serve(wire: Wire, shelf: Shelf, device: str) -> None:
    """One after the other; what could not be compiled is answered with why."""
    wire.beat()
    wire.write(pack({"ready": device}))
    asked: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(wire, asked), daemon=True).start()
    when_quiet: Callable[[], None] = _nothing
    while (request := _next(asked, when_quiet)) is not None:
        answer, when_quiet = _answer(request, shelf, device)
        wire.write(pack_batch(Batch("", answer=answer)))


def _next(asked: queue.SimpleQueue[Request | None], when_quiet: Callable[[], None]) -> Request | None:
    """Who waits in the host's line asks only when the one before has been answered: it is quiet after a moment."""
    try:
        return asked.get(timeout=QUIET_SECS)
    except queue.Empty:
        when_quiet()
        return asked.get()


def _answer(request: Request, shelf: Shelf, device: str) -> tuple[Answer, Callable[[], None]]:
    """And what may be done once it is quiet."""
    cells, start = Cells(*request.arguments["cells"]), time.process_time()
    try:
        run = compile_programs(read_experiment(request.blob), cells, device)
        _note(shelf, run, cells)
    except NetloomError as error:
        problem = telling.problem(error)
    except Exception:  # noqa: BLE001 (the engine that asked will try by itself, and then say what is wrong)
        _log.exception("not compiled")
        problem = telling.problem(NetloomError("This network could not be compiled."))
    else:
        large = time.process_time() - start >= LARGE_SECS
        return Answer(request.number), _nothing if large else lambda: compile_details(run, cells, shelf)
    return Answer(request.number, error=problem), _nothing


def _nothing() -> None:
    pass


def _note(shelf: Shelf, run: Run, cells: Cells) -> None:
    for part in cells.parts():
        shelf.note(program_key(run.experiment, part, run.device))


def _read(wire: Wire, asked: queue.SimpleQueue[Request | None]) -> None:
    while (message := wire.read()) is not None:
        asked.put(unpack_request(message))
    asked.put(None)
    end_soon()


def compile_ahead(wire: Wire, options: argparse.Namespace) -> None:
    """Tells how far it is; JAX is not even imported where nothing is missing."""
    give_way(options.nice)
    shelf = Shelf(options.cache)
    wanted = {program_key(one, USUAL_CELLS, options.ahead): one for one in first_experiments()}
    missing = [key for key in wanted if not shelf.holds(key)]
    wire.write(_progress(wanted, missing))
    if missing:
        prepare_process(cores=options.cores, niceness=0, device=options.device, cache=options.cache)
    while missing:
        key = missing.pop(0)
        # An engine may have compiled it meanwhile.
        if not shelf.holds(key):
            try:
                run = compile_programs(wanted[key], USUAL_CELLS, options.device)
                compile_details(run, USUAL_CELLS, shelf)
            except Exception:  # noqa: BLE001 (the others are still worth compiling)
                _log.exception("not compiled ahead")
                continue
            shelf.note(key)
        wire.write(_progress(wanted, missing))


def _progress(wanted: dict[str, Experiment], missing: list[str]) -> bytes:
    return pack({"warmed": len(wanted) - len(missing), "to_warm": len(wanted)})


def _end_with_host(wire: Wire) -> None:
    while wire.read() is not None:
        pass
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="netloom.hosts.compiler")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--nice", type=int, default=10)
    parser.add_argument("--cores", default="")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--cache", default="")
    parser.add_argument("--most-mb", type=int, default=0, help="of memory; 0: no limit")
    parser.add_argument("--ahead", default="", help="compile what is likely to be needed, for the device of this name")
    options = parser.parse_args()
    logs.configure(logs.form_in(os.environ))
    if options.device == "cpu":
        limit_memory(options.most_mb)
    wire = Wire(socket.socket(fileno=options.fd))
    try:
        if options.ahead:
            threading.Thread(target=_end_with_host, args=(wire,), daemon=True).start()
            compile_ahead(wire, options)
        else:
            prepare_process(cores=options.cores, niceness=options.nice, device=options.device, cache=options.cache)
            serve(wire, Shelf(options.cache), options.device)
    except (BrokenPipeError, ConnectionResetError):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
