"""The history of a run, of bounded length, in columns.

Which rows stay follows from the rows and the marks alone, not from when one looks: of each `bucket_size` epochs the
one with the least and the one with the greatest training loss, so that no peak and no see-saw is lost; epoch 0; the
epochs on both sides of a mark; and the last RAW whole. The extremes of two buckets are among those of each, so what
was left out early is left out late too: the page, the engine and a checkpoint thin out for themselves and agree (EV8).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np

from netloom.protocol.events import Mark, OlderRows, Row
from netloom.protocol.older_rows import FLOATS, pack_rows, row_of

RAW = 300
"""The newest rows, which are all there."""
MOST_BUCKETS = 4500
MOST_MARKS = 400
MOST_ROWS = 2 * MOST_BUCKETS + 1 + 2 * MOST_MARKS + RAW
"""9,000 extremes, epoch 0, both sides of each mark, and the raw ones: 10,101."""
SLACK = 4096
"""Rows that may lie here beyond those before they are thinned out: it is done seldom, and before anybody looks."""


class Table(NamedTuple):
    """epochs: int64 `[rows, 2]`, epoch and update; values: float32 `[rows, 5]`, NaN where there is none; parameters:
    float32 `[rows, 1 + most]`, how many trained numbers a row has, then these."""

    epochs: np.ndarray
    values: np.ndarray
    parameters: np.ndarray

    def taken(self, which: Any) -> Table:
        return Table(*(column[which] for column in self))

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self)


class History(Sequence[Row]):
    """The rows that stay. `total` grows with every epoch, `len` is how many of them are still here."""

    def __init__(self, rows: Iterable[Row] = (), *, table: Table | None = None, held: Iterable[int] = ()) -> None:
        """held: epochs that stay. A `table` that is given is written to by nobody."""
        self._room = table_of([]) if table is None else table
        self._size = len(self._room.epochs)
        self._held = np.array(sorted(set(held)), np.int64)
        self._tight = False
        self.extend(rows)

    @property
    def total(self) -> int:
        """How many rows there ever were, as each epoch has one."""
        return int(self._room.epochs[self._size - 1, 0]) + 1 if self._size else 0

    @property
    def table(self) -> Table:
        """Of the rows that stay; a view."""
        self._tighten()
        return self._room.taken(slice(self._size))

    def extend(self, rows: Iterable[Row]) -> None:
        self.extend_by(table_of(list(rows)))

    def extend_by(self, added: Table) -> None:
        if not len(added.epochs):
            return
        if self._size + len(added.epochs) > MOST_ROWS + SLACK:
            self._tighten()
        self._make_room(len(added.epochs), added.parameters.shape[1])
        end = self._size + len(added.epochs)
        for column, more in zip(self._room, added, strict=True):
            column[self._size : end, : more.shape[1]] = more
        self._size, self._tight = end, False

    def hold(self, epochs: Iterable[int]) -> None:
        """Which epochs stay, whatever they are like, from now on."""
        self._held = np.array(sorted(set(epochs)), np.int64)
        self._tight = False

    def copy(self) -> History:
        """Shares the rows that it begins with: whoever adds to a copy moves to room of its own."""
        return History(table=self.table, held=self._held.tolist())

    def until(self, epoch: int) -> History:
        table = self.table
        return History(table=table.taken(table.epochs[:, 0] <= epoch), held=self._held.tolist())

    def without_parameters(self) -> History:
        table = self.table
        none = np.zeros((len(table.epochs), 1), np.float32)
        return History(table=table._replace(parameters=none), held=self._held.tolist())

    def newest(self, most: int) -> tuple[Row, ...]:
        return tuple(self[-most:])

    def older(self, newest: int) -> OlderRows | None:
        """What `newest` leaves out, packed; None when that is nothing."""
        table = self.table
        count = len(table.epochs) - newest
        return pack_rows(*table.taken(slice(count))) if count > 0 else None

    def __len__(self) -> int:
        self._tighten()
        return self._size

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return rows_in(self.table.taken(index))
        place = range(len(self))[index]
        return rows_in(self.table.taken(slice(place, place + 1)))[0]

    def __iter__(self) -> Iterator[Row]:
        return iter(rows_in(self.table))

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # pyright: ignore[reportAssignmentType] (it grows)

    def _tighten(self) -> None:
        if self._tight:
            return
        self._tight = True
        table = self._room.taken(slice(self._size))
        stays = staying(table.epochs[:, 0], table.values[:, 0], self.total, self._held)
        if not stays.all():
            self._room = table.taken(stays)
            self._size = len(self._room.epochs)

    def _make_room(self, rows: int, width: int) -> None:
        """Rows of a copy are never written over: room of its own is what is not filled yet."""
        width = max(width, self._room.parameters.shape[1])
        enough = len(self._room.epochs) >= self._size + rows
        if enough and width == self._room.parameters.shape[1]:
            return
        room = 2 * (self._size + rows) + 64
        widths = (2, len(FLOATS), width)
        table = Table(*(np.zeros((room, w), c.dtype) for w, c in zip(widths, self._room, strict=True)))
        for column, held in zip(table, self._room, strict=True):
            column[: self._size, : held.shape[1]] = held[: self._size]
        self._room = table


def bucket_size(count: int) -> int:
    """Epochs of which two stay, a power of two: the least that leaves at most MOST_BUCKETS of the older ones."""
    return 1 << max(0, math.ceil((count - RAW) / MOST_BUCKETS) - 1).bit_length()


def sides_of(marks: Iterable[Mark]) -> list[int]:
    """The epochs before and after each mark."""
    return [epoch for mark in marks for epoch in (math.floor(mark.epoch), math.floor(mark.epoch) + 1)]


def staying(epochs: np.ndarray, losses: np.ndarray, count: int, held: np.ndarray) -> np.ndarray:
    """bool `[rows]`: which of the rows stay when there were `count`. A loss that is not finite is the greatest."""
    size = bucket_size(count)
    if size <= 2:
        return np.ones(len(epochs), bool)
    stays = (epochs >= count - RAW) | (epochs == 0) | np.isin(epochs, held)
    older = int(np.searchsorted(epochs, count - RAW))
    if older:
        found = np.where(np.isfinite(losses[:older]), losses[:older], np.inf).astype(np.float32)
        stays[_extremes(found, epochs[:older] // size)] = True
    return stays


def _extremes(losses: np.ndarray, buckets: np.ndarray) -> np.ndarray:
    """Where in each bucket the least loss stands first, and the greatest last."""
    starts = np.flatnonzero(np.diff(buckets, prepend=-1))
    lengths = np.diff(starts, append=len(buckets))
    least = np.flatnonzero(losses == np.repeat(np.minimum.reduceat(losses, starts), lengths))
    most = np.flatnonzero(losses == np.repeat(np.maximum.reduceat(losses, starts), lengths))[::-1]
    return np.concatenate([places[np.unique(buckets[places], return_index=True)[1]] for places in (least, most)])


def table_of(rows: Sequence[Row]) -> Table:
    found = [row.parameters or () for row in rows]
    table = Table(
        np.array([(row.epoch, row.step) for row in rows], np.int64).reshape(-1, 2),
        np.array([[_filled(getattr(row, name)) for name in FLOATS] for row in rows], np.float32).reshape(-1, 5),
        np.zeros((len(rows), 1 + max(map(len, found), default=0)), np.float32),
    )
    for line, numbers in zip(table.parameters, found, strict=True):
        line[: 1 + len(numbers)] = [len(numbers), *map(_filled, numbers)]
    return table


def rows_in(table: Table) -> list[Row]:
    """The inverse, to the last bit of a float32."""
    lines = zip(*(column.tolist() for column in table), strict=True)
    return [row_of(epoch, step, values, trained) for (epoch, step), values, trained in lines]


def _filled(value: float | None) -> float:
    return math.nan if value is None else value
