"""Compiled functions for one network structure, kept while they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property, partial
from typing import Any

from netloom.arrays import jax
from netloom.engine.advance import advance
from netloom.engine.packed import Packed
from netloom.engine.structure import Structure

MOST_PROGRAMS = 24
"""About 14 MB each."""


class Program:
    """Everything that is compiled for one structure. What a learner tweaks is an argument of each function."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._others: dict[Hashable, Callable[..., Any]] = {}
        self.warm: set[Hashable] = set()
        self._lock = threading.Lock()

    @cached_property
    def advance(self) -> Callable[..., Any]:
        return jax.jit(partial(advance, self.structure))

    def function(self, key: Hashable, make: Callable[[Structure], Callable[..., Any]]) -> Callable[..., Any]:
        """The jitted function that `make` makes for this structure, made once per `key`."""
        with self._lock:
            if key not in self._others:
                self._others[key] = jax.jit(_unpacking(make(self.structure)))
            return self._others[key]


def _unpacking(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which may be called with packed trees."""

    def called(*arguments: Any) -> Any:
        return function(*(part.unpacked() if isinstance(part, Packed) else part for part in arguments))

    return called


_programs: OrderedDict[Structure, Program] = OrderedDict()
_lock = threading.Lock()


def program_for(structure: Structure) -> Program:
    """The program of a structure; the least recently used one is dropped when there are too many."""
    with _lock:
        program = _programs.pop(structure, None) or Program(structure)
        _programs[structure] = program
        while len(_programs) > MOST_PROGRAMS:
            _programs.popitem(last=False)
    return program


def is_warm(program: Program, key: Hashable) -> bool:
    return key in program.warm


def note_warm(program: Program, key: Hashable) -> None:
    program.warm.add(key)
