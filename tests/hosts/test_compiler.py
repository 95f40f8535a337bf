"""The compiler process: what it does, and when."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from netloom.experiment import Experiment
from netloom.hosts import compiler
from netloom.hosts.messages import Request, pack_request, unpack, unpack_batch
from netloom.hosts.shelf import USUAL_CELLS, Shelf
from netloom.hosts.wire import Wire

SECS = 20


class Compiler:
    """One under test, in a thread. `made`: what it compiled; `details`: of which also the details."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.details: list[str] = []
        self.quiet = threading.Event()
        monkeypatch.setattr(compiler, "compile_programs", self._compile)
        monkeypatch.setattr(compiler, "end_soon", lambda: None)
        ours, theirs = socket.socketpair()
        self.host = Wire(ours)
        self._thread = threading.Thread(target=compiler.serve, args=(Wire(theirs), Shelf(""), "cpu"))
        self._thread.start()
        self._ends = ours, theirs

    def ask(self, number: int, name: str) -> Any:
        """The answer."""
        document = Experiment(name=name).model_dump_json().encode()
        arguments = {"key": name, "cells": [*USUAL_CELLS]}
        self.host.write(pack_request(Request(number, "", "compile", arguments, document)))
        while (message := self.host.read()) is not None:
            if "answer" in unpack(message)[0]:
                return unpack_batch(message).answer
        raise EOFError

    def end(self) -> None:
        self._ends[0].shutdown(socket.SHUT_RDWR)
        self._thread.join(SECS)
        assert not self._thread.is_alive()
        for end in self._ends:
            end.close()

    def _compile(self, experiment: Experiment, cells: Any, device: str) -> Any:
        self.made.append(experiment.name)
        return SimpleNamespace(
            experiment=experiment, device=device, warming=lambda cells: lambda: self._look(experiment)
        )

    def _look(self, experiment: Experiment) -> None:
        self.details.append(experiment.name)
        self.quiet.set()
        if experiment.name == "broken":
            raise MemoryError


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    one = Compiler(monkeypatch)
    yield one
    one.end()


def test_l6_what_nobody_has_asked_for_is_compiled_only_once_nobody_waits(
    made: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "QUIET_SECS", 2.0)
    for number, name in enumerate(("a", "b", "c"), start=1):
        assert made.ask(number, name).error is None
    before = [*made.details]

    assert made.quiet.wait(SECS)
    assert (made.made, before, made.details) == (["a", "b", "c"], [], ["c"])


def test_of_a_large_network_nothing_is_compiled_that_nobody_has_asked_for(
    made: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "LARGE_SECS", 0.0)
    made.ask(1, "large")

    assert not made.quiet.wait(3 * compiler.QUIET_SECS)


def test_a_compiler_that_fails_at_what_nobody_has_asked_for_goes_on(made: Compiler) -> None:
    made.ask(1, "broken")
    assert made.quiet.wait(SECS)

    assert made.ask(2, "a").error is None
