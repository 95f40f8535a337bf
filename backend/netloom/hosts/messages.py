"""What a host and its engine say to each other, and how it lies in a byte stream.

    u32      total: bytes that follow
    u32      header_bytes
    header   JSON; its last field `sizes` lists the lengths of the blobs
    blobs    one after the other: frames, checkpoints, weights, documents

Both numbers are little-endian. A message is whole or it is not there: what an engine tells in one `Batch` either
all happened for those who listen, or none of it did.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import orjson

from netloom.engine.cells import Cells

MAX_MESSAGE_BYTES = 256 * 1024 * 1024
_LENGTHS = struct.Struct("<II")


@dataclass(frozen=True)
class Request:
    """What a host asks of an engine about one run. `number` comes back with the answer."""

    number: int
    run: str
    operation: str
    """`open`, `close`, `watch`, `frames`, `snapshot`, `command`, `unwatched`, `checkpoint`, `weights`; `queued` and
    `compiled` are about a wish, not a run; a compiler is asked to `compile`."""
    arguments: dict[str, Any] = field(default_factory=dict)
    blob: bytes = b""


@dataclass(frozen=True)
class Answer:
    """To the request with that number. `error` is a Problem, or None when it was carried out."""

    number: int
    error: dict[str, Any] | None = None
    viewer: str | None = None
    """Who asked for a snapshot."""
    snapshot: dict[str, Any] | None = None


@dataclass(frozen=True)
class Batch:
    """What happened to one run, in this order: events, then the answer, then the frame."""

    run: str
    events: list[dict[str, Any]] = field(default_factory=list)
    answer: Answer | None = None
    playing: dict[str, Any] | None = None
    """What the engine goes on with: `{}` nothing, else the fields of a Goal; None when unchanged."""
    frame: bytes = b""
    checkpoint: bytes = b""
    blob: bytes = b""
    """The answer's bytes: weights."""
    settles: tuple[int, ...] = ()
    """Numbers of earlier requests that this answers as well."""
    ahead: int | None = None
    """How many networks are compiled before that of a run which is being opened; then nothing else is told."""


@dataclass(frozen=True)
class Wish:
    """What an engine would have its host's compiler compile; answered by a request `compiled` without a run, before
    which `queued` tells how many are served first. `dropped`: nobody waits for it any more; not answered."""

    key: str
    cells: Cells
    document: bytes
    dropped: bool = False


def pack_request(request: Request) -> bytes:
    header = {"n": request.number, "run": request.run, "op": request.operation, "args": request.arguments}
    return pack(header, request.blob)


def unpack_request(message: bytes) -> Request:
    header, (blob,) = unpack(message)
    return Request(header["n"], header["run"], header["op"], header["args"], blob)


def pack_batch(batch: Batch) -> bytes:
    answer = batch.answer
    header = {
        "run": batch.run,
        "events": batch.events,
        "answer": None if answer is None else [answer.number, answer.error, answer.viewer, answer.snapshot],
        "playing": batch.playing,
        "settles": batch.settles,
        "ahead": batch.ahead,
    }
    return pack(header, batch.frame, batch.checkpoint, batch.blob)


def unpack_batch(message: bytes) -> Batch:
    return read_batch(*unpack(message))


def read_batch(header: dict[str, Any], blobs: list[bytes]) -> Batch:
    frame, checkpoint, blob = blobs
    return Batch(
        run=header["run"],
        events=header["events"],
        answer=None if header["answer"] is None else Answer(*header["answer"]),
        playing=header["playing"],
        frame=frame,
        checkpoint=checkpoint,
        blob=blob,
        settles=tuple(header["settles"]),
        ahead=header["ahead"],
    )


def pack_wish(wish: Wish) -> bytes:
    return pack({"wish": wish.key, "cells": [*wish.cells], "dropped": wish.dropped}, wish.document)


def read_wish(header: dict[str, Any], blobs: list[bytes]) -> Wish:
    (document,) = blobs
    return Wish(header["wish"], Cells(*header["cells"]), document, header["dropped"])


def pack(header: dict[str, Any], *blobs: bytes) -> bytes:
    """A number that is not finite becomes null (PR5)."""
    text = orjson.dumps({**header, "sizes": [len(blob) for blob in blobs]}, option=orjson.OPT_SERIALIZE_NUMPY)
    total = 4 + len(text) + sum(map(len, blobs))
    return b"".join((_LENGTHS.pack(total, len(text)), text, *blobs))


def unpack(message: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """`message` without its leading total."""
    (header_bytes,) = struct.unpack_from("<I", message)
    start = 4 + header_bytes
    header = orjson.loads(message[4:start])
    blobs: list[bytes] = []
    for size in header["sizes"]:
        blobs.append(message[start : start + size])
        start += size
    return header, blobs
