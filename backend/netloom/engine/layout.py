"""How the frames of a run are laid out, for what is watched."""

from __future__ import annotations

import base64

from netloom.engine.moment import Picture, RunMoment
from netloom.probes import PROBES
from netloom.protocol.commands import Watch
from netloom.protocol.events import InputMap, LayerNeurons, Layout
from netloom.protocol.frames import body_bytes, lay_out, to_cells

INPUT_CELLS = 20


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
