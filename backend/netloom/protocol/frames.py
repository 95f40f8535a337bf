"""Frames: one binary message that holds all watched channels of one moment of a run.

    u32      header_bytes, little-endian: length of the JSON text that follows, padding included
    text     UTF-8 JSON: FrameHeader, padded with spaces so that 4 + header_bytes is a multiple of 8
    arrays   as the cited layout says, each starting at a multiple of 8 bytes, little-endian, C order

Heatmap cells are uint8: 0..254 from the low to the high end of the channel's range, 255 where not finite.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import orjson

from netloom.protocol.events import ChannelLayout

ALIGNMENT = 8
NOT_FINITE = 255
CELL_STEPS = 254


class FrameHeader(NamedTuple):
    """`frame` counts up by one for each frame of a run that was encoded; `layout` is the id of its Layout event."""

    run: str
    layout: int
    frame: int
    epoch: int
    step: int
    learning_rate: float | None = None


def encode_frame(header: FrameHeader, channels: Sequence[ChannelLayout], arrays: Sequence[np.ndarray]) -> bytes:
    """`arrays` in the order of `channels`, of their dtype and shape."""
    return framed(header, FrameBody(channels).filled(arrays))


def framed(header: FrameHeader, body: memoryview) -> bytes:
    text = orjson.dumps(header._asdict())
    text = text.ljust(_aligned(4 + len(text)) - 4)
    return b"".join((struct.pack("<I", len(text)), text, body))


class FrameBody:
    """Where each array of a layout goes, worked out once: a frame every tenth of a second for each of many."""

    def __init__(self, channels: Sequence[ChannelLayout]) -> None:
        self._bytes = body_bytes(channels)
        self._places = [
            (np.dtype(channel.dtype).newbyteorder("<"), channel.offset, channel.offset + channel_bytes(channel))
            for channel in channels
        ]

    def filled(self, arrays: Sequence[np.ndarray]) -> memoryview:
        body = np.zeros(self._bytes, np.uint8)
        for (dtype, start, end), array in zip(self._places, arrays, strict=True):
            body[start:end] = np.asarray(array, dtype, order="C").reshape(-1).view(np.uint8)
        return body.data


def decode_frame(message: bytes, channels: Sequence[ChannelLayout]) -> tuple[FrameHeader, list[np.ndarray]]:
    """The inverse of `encode_frame`."""
    (header_bytes,) = struct.unpack_from("<I", message)
    start = 4 + header_bytes
    return read_header(message), [
        np.frombuffer(
            message,
            np.dtype(channel.dtype).newbyteorder("<"),
            count=int(np.prod(channel.shape, dtype=np.int64)),
            offset=start + channel.offset,
        ).reshape(channel.shape)
        for channel in channels
    ]


def read_header(message: bytes) -> FrameHeader:
    """Of a frame, without its layout."""
    (header_bytes,) = struct.unpack_from("<I", message)
    return FrameHeader(**orjson.loads(message[4 : 4 + header_bytes]))


def lay_out(wanted: Sequence[Mapping[str, object]]) -> tuple[ChannelLayout, ...]:
    """Gives each channel (name, layer, parameter, dtype, shape) its place."""
    placed: list[ChannelLayout] = []
    offset = 0
    for channel in wanted:
        placed.append(ChannelLayout.model_validate({**channel, "offset": offset}))
        offset = _aligned(offset + channel_bytes(placed[-1]))
    return tuple(placed)


def channel_bytes(channel: ChannelLayout) -> int:
    return int(np.prod(channel.shape, dtype=np.int64)) * np.dtype(channel.dtype).itemsize


def body_bytes(channels: Sequence[ChannelLayout]) -> int:
    return _aligned(max((channel.offset + channel_bytes(channel) for channel in channels), default=0))


def to_cells(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """uint8 cells of `values`: low -> 0, high -> 254, beyond them clipped, not finite -> 255."""
    span = high - low or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(np.clip((values - low) / span, 0, 1) * CELL_STEPS)
    return np.where(np.isfinite(values), scaled, NOT_FINITE).astype(np.uint8)


def _aligned(length: int) -> int:
    return -(-length // ALIGNMENT) * ALIGNMENT
