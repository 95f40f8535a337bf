"""Everything a learner may change between two updates, as the arrays that a program is called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netloom.activations import OUTPUT_RULES, activation_index, output_activation_index
from netloom.engine.packing import pack
from netloom.engine.structure import Structure, batch_size
from netloom.experiment import Experiment
from netloom.layers import Layer
from netloom.losses import LOSSES
from netloom.optimizers import HYPERPARAMETERS, OPTIMIZERS
from netloom.schedules import SCHEDULE_PARAMETERS, SCHEDULES

if TYPE_CHECKING:
    from jax import Array

NEVER = np.int32(2**31 - 1)


class LiveTraining(NamedTuple):
    """Scalars unless a shape is said. `patience`: NEVER without early stopping; `clip_norm`: infinite without."""

    learning_rate: Array | Any
    loss: Array | Any
    loss_parameter: Array | Any
    optimizer: Array | Any
    hyper: Array | Any
    schedule: Array | Any
    schedule_parameters: Array | Any
    l1: Array | Any
    l2: Array | Any
    clip_norm: Array | Any
    batch_size: Array | Any
    shuffled: Array | Any
    patience: Array | Any
    min_delta: Array | Any
    order_seed: Array | Any
    dropout_seed: Array | Any
    regression: Array | Any
    level: Array | Any


class Live(NamedTuple):
    """`layers`: what each layer's `apply` gets; `trainable` and `decays`: float32 flat, 1 where a number is trained
    and where regularization applies."""

    layers: tuple[dict[str, Any], ...]
    trainable: Array | Any
    decays: Array | Any
    training: LiveTraining


def live_of(experiment: Experiment, structure: Structure, *, train: int) -> Live:
    network = experiment.network
    order = network.in_order()
    ids = [layer.id for layer in order]
    inputs = network.input_shapes(len(experiment.data.features))
    shapes = {layer.id: layer.parameter_shapes(*inputs[layer.id]) for layer in order}
    trainable = {
        layer.id: {name: _trains(layer, name, shape) for name, shape in shapes[layer.id].items()} for layer in order
    }
    decays = {
        layer.id: {name: np.full(shape, name == "weight", np.float32) for name, shape in shapes[layer.id].items()}
        for layer in order
    }
    return Live(
        layers=tuple(_layer_values(layer, inputs[layer.id]) for layer in order),
        trainable=pack(structure, ids, trainable),
        decays=pack(structure, ids, decays),
        training=_training_values(experiment, train),
    )


def _trains(layer: Layer, name: str, shape: tuple[int, ...]) -> np.ndarray:
    fixed = getattr(layer, "frozen", False) or (name == "bias" and not getattr(layer, "bias", True))
    return np.full(shape, not fixed, np.float32)


def _layer_values(layer: Layer, inputs: tuple[tuple[int, ...], ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in type(layer).model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("live"):
            values[name] = _traced(layer, name)
    return values | {"units": np.int32(layer.output_shape(*inputs)[0]), "inputs": np.int32(inputs[0][0])}


def _traced(layer: Layer, name: str) -> Any:
    value = getattr(layer, name)
    if name == "activation":
        index = output_activation_index if layer.title == "Output" else activation_index
        return np.int32(index(value))
    return np.float32(value)


def _training_values(experiment: Experiment, train: int) -> LiveTraining:
    training, seeds = experiment.training, experiment.seeds
    stopping = training.early_stopping
    return LiveTraining(
        learning_rate=np.float32(training.learning_rate),
        loss=np.int32(LOSSES.index(type(training.loss))),
        loss_parameter=np.float32(training.loss.parameter),
        optimizer=np.int32(OPTIMIZERS.index(type(training.optimizer))),
        hyper=_filled(training.optimizer.hyperparameters, HYPERPARAMETERS),
        schedule=np.int32(SCHEDULES.index(type(training.schedule))),
        schedule_parameters=_filled(training.schedule.parameters, SCHEDULE_PARAMETERS),
        l1=np.float32(training.l1),
        l2=np.float32(training.l2),
        clip_norm=np.float32(np.inf if training.clip_norm is None else training.clip_norm),
        batch_size=np.int32(batch_size(experiment, train)),
        shuffled=np.bool_(training.order == "shuffled"),
        patience=NEVER if stopping is None else np.int32(stopping.patience),
        min_delta=np.float32(0 if stopping is None else stopping.min_delta),
        order_seed=np.uint32(seeds.order),
        dropout_seed=np.uint32(seeds.dropout),
        regression=np.bool_(experiment.task.kind == "regression"),
        level=np.float32(OUTPUT_RULES[experiment.network.output.activation].level),
    )


def _filled(numbers: tuple[float, ...], length: int) -> np.ndarray:
    values = np.zeros(length, np.float32)
    values[: len(numbers)] = numbers
    return values
