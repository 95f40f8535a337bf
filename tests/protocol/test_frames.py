"""Frames: rules FR1, FR2 and FR6 of docs/protocol.md, pinned by a golden file that the page reads too."""

import base64
import json
import math
import struct
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netloom.protocol.events import ChannelLayout
from netloom.protocol.frames import FrameHeader, body_bytes, decode_frame, encode_frame, lay_out, to_cells

GOLDEN = Path(__file__).parent / "golden_frame.json"


def golden_arrays() -> list[np.ndarray]:
    return [
        np.arange(9, dtype=np.uint8).reshape(1, 3, 3) * 28,
        np.array([[[0, 254], [255, 127]]], np.uint8),
        np.array([[0.0, 1.0], [-1.0, 0.5]], np.float32),
        np.array([[0.25], [-1.5]], np.float32),
        np.array([math.nan], np.float32),
        np.array([[0, 254], [127, 255]], np.uint8),
        np.array([1.5], np.float32),
        np.array([[[3, 1], [0, 4]], [[1, 0], [1, 2]]], np.int32),
    ]


def golden_channels() -> tuple[ChannelLayout, ...]:
    return lay_out(
        [
            {"name": "boundary", "dtype": "uint8", "shape": (1, 3, 3)},
            {"name": "neurons", "dtype": "uint8", "shape": (1, 2, 2)},
            {"name": "ranges", "dtype": "float32", "shape": (2, 2), "rows": (0, 3)},
            {
                "name": "parameter",
                "layer": "output",
                "parameter": "weight",
                "dtype": "float32",
                "shape": (2, 1),
                "rows": (0, 6),
                "columns": (2,),
            },
            {"name": "parameter", "layer": "output", "parameter": "bias", "dtype": "float32", "shape": (1,)},
            {"name": "weight_image", "layer": "output", "parameter": "weight", "dtype": "uint8", "shape": (2, 2)},
            {"name": "weight_reach", "layer": "output", "parameter": "weight", "dtype": "float32", "shape": (1,)},
            {"name": "confusion", "dtype": "int32", "shape": (2, 2, 2)},
        ]
    )


HEADER = FrameHeader(run="abcdefghijklmnopqrstuvwxy7", layout=3, frame=12, epoch=5, step=70, learning_rate=0.1)


def golden() -> dict[str, object]:
    """What the golden file holds. Rewrite it with `python tests/protocol/test_frames.py` when the format changes."""
    channels = golden_channels()
    return {
        "header": HEADER._asdict(),
        "channels": [channel.model_dump(mode="json") for channel in channels],
        "bytes": base64.b64encode(encode_frame(HEADER, channels, golden_arrays())).decode(),
        "values": [[_plain(value) for value in array.ravel().tolist()] for array in golden_arrays()],
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def test_the_bytes_of_a_frame_are_those_of_the_golden_file() -> None:
    assert golden() == json.loads(GOLDEN.read_text())


def test_the_golden_frame_decodes_to_its_values() -> None:
    stored = json.loads(GOLDEN.read_text())
    channels = [ChannelLayout.model_validate(channel) for channel in stored["channels"]]

    header, arrays = decode_frame(base64.b64decode(stored["bytes"]), channels)

    assert header._asdict() == stored["header"]
    for array, values in zip(arrays, stored["values"], strict=True):
        assert [_plain(value) for value in array.ravel().tolist()] == values


@given(
    run=st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26),
    epoch=st.integers(0, 2**53),
    shapes=st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3), min_size=1, max_size=5),
    dtype=st.sampled_from(["uint8", "float32", "int32"]),
)
def test_fr1_every_array_starts_at_a_multiple_of_eight_and_comes_back_whole(
    run: str, epoch: int, shapes: list[list[int]], dtype: str
) -> None:
    channels = lay_out([{"name": "neurons", "dtype": dtype, "shape": tuple(shape)} for shape in shapes])
    rng = np.random.default_rng(epoch % 2**32)
    arrays = [rng.integers(0, 200, shape).astype(dtype) for shape in shapes]
    header = FrameHeader(run=run, layout=1, frame=2, epoch=epoch, step=epoch)

    message = encode_frame(header, channels, arrays)

    (header_bytes,) = struct.unpack_from("<I", message)
    assert (4 + header_bytes) % 8 == 0
    assert all(channel.offset % 8 == 0 for channel in channels)
    assert len(message) == 4 + header_bytes + body_bytes(channels)
    found_header, found = decode_frame(message, channels)
    assert found_header == header
    assert all(np.array_equal(one, other) for one, other in zip(found, arrays, strict=True))


def test_fr6_cells_run_from_0_to_254_and_mark_what_is_not_finite() -> None:
    values = np.array([-1.0, 0.0, 1.0, -9.0, 9.0, math.nan, math.inf])

    assert to_cells(values, -1, 1).tolist() == [0, 127, 254, 0, 254, 255, 255]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
