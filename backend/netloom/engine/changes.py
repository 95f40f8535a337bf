"""What kind of edit a change of the document is."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from netloom.datasets import OwnPoints
from netloom.engine.prepared import Stage
from netloom.experiment import Experiment
from netloom.layers import Layer
from netloom.network import Network
from netloom.protocol.commands import Changes

Kind = Literal["nothing", "live", "structure", "restart", "restored"]


def merged(experiment: Experiment, changes: Changes) -> Experiment:
    """The document after the changes, validated as a whole. Raises InvalidExperiment."""
    wanted = {name: getattr(changes, name) for name in changes.model_fields_set if getattr(changes, name) is not None}
    if not wanted:
        return experiment
    if changes.network is not None or changes.data is not None:
        wanted["network"] = _without_stale_starts(experiment, changes)
    return Experiment.model_validate({name: getattr(experiment, name) for name in Experiment.model_fields} | wanted)


def _without_stale_starts(experiment: Experiment, changes: Changes) -> Network:
    """Explicit starting values that an edit of the network's shape or inputs has outgrown are dropped: the numbers
    that the layer has learned are carried over anyway, and a later restart draws."""
    network = changes.network or experiment.network
    features = len((changes.data or experiment.data).features)
    before = {layer.id: layer for layer in experiment.network.layers}
    inputs = network.input_shapes(features) if _checks(network, features) else {}
    layers = [
        layer.model_copy(update={"initial": None})
        if layer.id in inputs and _outgrown(layer, before.get(layer.id), inputs[layer.id])
        else layer
        for layer in network.layers
    ]
    return network.model_copy(update={"layers": tuple(layers)})


def _checks(network: Network, features: int) -> bool:
    try:
        network.check(features)
    except Exception:  # noqa: BLE001 - the document's own validation says what is wrong, with its path
        return False
    return True


def _outgrown(layer: Layer, before: Layer | None, inputs: Any) -> bool:
    initial = getattr(layer, "initial", None)
    if initial is None or before is None or getattr(before, "initial", None) != initial:
        return False
    shapes = layer.parameter_shapes(*inputs)
    return any(
        given is not None and np.shape(given) != shapes[name]
        for name, given in (("weight", initial.weight), ("bias", initial.bias))
    )


def classify(before: Stage, after: Stage) -> Kind:
    old, new = before.experiment, after.experiment
    if _restarts(before, after):
        return "restart"
    if _shape_of(old) != _shape_of(new):
        return "structure"
    same = (old.data, old.network, old.training, old.seeds) == (new.data, new.network, new.training, new.seeds)
    return "nothing" if same else "live"


def _restarts(before: Stage, after: Stage) -> bool:
    """Points that the learner sets are an edit of what is there, wherever it came from; a rule that makes points anew
    is another data set."""
    old, new = before.experiment, after.experiment
    if _seeds(old) != _seeds(new):
        return True
    if old.task != new.task or (old.data.source != new.data.source and not isinstance(new.data.source, OwnPoints)):
        return True
    starts = {layer.id: layer for layer in old.network.layers}
    return any(_starts_otherwise(starts.get(layer.id, layer), layer) for layer in new.network.layers)


def _starts_otherwise(old: Layer, new: Layer) -> bool:
    """Explicit values that are merely taken away do not count: what was learned goes on."""
    if getattr(old, "initializer", None) != getattr(new, "initializer", None):
        return True
    initial = getattr(new, "initial", None)
    return initial is not None and initial != getattr(old, "initial", None)


def _seeds(experiment: Experiment) -> tuple[int, int, int]:
    """Dropout's seed may change while training."""
    seeds = experiment.seeds
    return seeds.weights, seeds.data, seeds.order


def _shape_of(experiment: Experiment) -> Any:
    network = experiment.network
    shapes = network.shapes(len(experiment.data.features))
    layers = tuple((layer.id, type(layer), shapes[layer.id]) for layer in network.in_order())
    return layers, frozenset((edge.source, edge.target) for edge in network.edges), experiment.data.features
