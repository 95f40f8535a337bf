"""Compiled functions for one network structure, kept while they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property, partial
from typing import Any

from netloom.arrays import jax
from netloom.engine import kept
from netloom.engine.advance import Advanced, advance
from netloom.engine.packed import Packed, leaves_of
from netloom.engine.state import PackedCarry
from netloom.engine.structure import Structure

MOST_PROGRAMS = 24
"""25 to 45 MB each: twenty times their file."""


class Function:
    """`work`, for arguments of one set of shapes: loaded from the disk or compiled when it is first called, and then
    called without looking at it again."""

    def __init__(self, name: Hashable, work: Callable[..., Any]) -> None:
        self._name, self._work = name, work
        self._kept: kept.Kept | None = None
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        leaves = leaves_of(arguments)
        found = self._kept or self._made(arguments, leaves)
        return jax.tree.unflatten(found.result, found.call(*leaves))

    def _made(self, arguments: Any, leaves: list[Any]) -> kept.Kept:
        with self._lock:
            if self._kept is None:
                device = kept.device_of(leaves)
                shapes = tuple(map(kept.described, leaves))
                name = kept.name_of(self._name, shapes, device.device_kind)
                self._kept = kept.folder.load(name, device) or self._compiled(name, arguments, leaves)
            return self._kept

    def _compiled(self, name: str, arguments: Any, leaves: list[Any]) -> kept.Kept:
        takes = jax.tree.structure(arguments)
        gives: list[Any] = []

        def flat(*leaves: Any) -> list[Any]:
            results, result = jax.tree.flatten(self._work(*jax.tree.unflatten(takes, leaves)))
            gives.append(result)
            return results

        call = jax.jit(flat).lower(*leaves).compile()
        made = kept.Kept(call, gives[-1])
        kept.folder.save(name, made)
        return made


class Program:
    """Everything that is compiled for one structure. What a learner tweaks is an argument of each function."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._functions: dict[Hashable, Function] = {}
        self.warm: set[Hashable] = set()
        self._lock = threading.Lock()

    def advance(self, carry: PackedCarry, data: Packed, live: Packed, asked: Any) -> Advanced:
        result = self._advance(carry, data, live, asked)
        now, safe = (Packed(arrays, given.plan) for arrays, given in zip(result.carry, carry, strict=True))
        return result._replace(carry=PackedCarry(now, safe))

    def function(self, key: Hashable, make: Callable[[Structure], Callable[..., Any]]) -> Function:
        """The function that `make` makes for this structure, made once per `key`, which is different for arguments of
        other shapes."""
        with self._lock:
            if key not in self._functions:
                self._functions[key] = Function((self.structure, key), _unpacking(make(self.structure)))
            return self._functions[key]

    @cached_property
    def _advance(self) -> Function:
        return Function((self.structure, "advance"), partial(_advance, self.structure))


def _advance(structure: Structure, *arguments: Any) -> Any:
    """A packed tree is given back as its arrays: how to take them apart is known, and not kept with the code."""
    result = advance(structure, *arguments)
    return result._replace(carry=tuple(packed.arrays for packed in result.carry))


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
