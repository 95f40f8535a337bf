"""How the frames of a run are laid out, for what is watched."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from netloom.engine.moment import Picture, RunMoment
from netloom.probes import PROBES
from netloom.protocol.commands import Watch
from netloom.protocol.events import ChannelLayout, InputMap, LayerNeurons, Layout
from netloom.protocol.frames import body_bytes, channel_bytes, lay_out, to_cells

INPUT_CELLS = 20
Channels = tuple[ChannelLayout, ...]


def make_layout(layout_id: int, picture: Picture, moment: RunMoment, watch: Watch) -> Layout:
    channels = lay_out([channel._asdict() for probe in PROBES for channel in probe.wanted(moment, watch)])
    experiment = picture.experiment
    features = len(experiment.data.features)
    return Layout(
        id=layout_id,
        bytes=body_bytes(channels),
        channels=channels,
        neurons=_layer_neurons(picture),
        inputs=_input_maps(picture),
        shapes=experiment.network.shapes(features),
        parameters=experiment.network.parameter_counts(features),
        domain=picture.domain,
        level=picture.level,
    )


class Joining:
    """Makes one channel of all: encoding many small arrays one by one costs as much as computing them."""

    def __init__(self, channels: Channels) -> None:
        self._bytes = body_bytes(channels)
        self.channels = (ChannelLayout(name="body", dtype="uint8", shape=(self._bytes,), offset=0),)
        self._places = [
            (np.dtype(channel.dtype).newbyteorder("<"), channel.offset, channel.offset + channel_bytes(channel))
            for channel in channels
        ]

    def joined(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The same bytes at the same places."""
        body = np.zeros(self._bytes, np.uint8)
        for (dtype, start, end), array in zip(self._places, arrays, strict=True):
            body[start:end] = np.ascontiguousarray(array, dtype).reshape(-1).view(np.uint8)
        return [body]


def _layer_neurons(picture: Picture) -> tuple[LayerNeurons, ...]:
    """Rows of `neurons`; in `ranges` the output comes before them, in `point` the features."""
    found: list[LayerNeurons] = []
    start = 0
    for layer, count in picture.hidden:
        found.append(LayerNeurons(layer=layer, start=start, count=count))
        start += count
    return tuple(found)


def _input_maps(picture: Picture) -> tuple[InputMap, ...]:
    values = picture.features(picture.places(INPUT_CELLS))
    maps: list[InputMap] = []
    for formula, column in zip(picture.sampled.formulas, values.T, strict=True):
        reach = float(abs(column).max()) or 1.0
        cells = base64.b64encode(to_cells(column, -reach, reach).tobytes()).decode()
        maps.append(InputMap(formula=formula.text, label=formula.label, low=-reach, high=reach, cells=cells))
    return tuple(maps)
