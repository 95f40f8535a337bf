"""The points of an experiment as the engine's arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from netloom.activations import OUTPUT_RULES
from netloom.datasets.base import Points
from netloom.datasets.split import Split, split
from netloom.engine.structure import Structure
from netloom.experiment import Experiment
from netloom.formula import Formula, compile_formula

if TYPE_CHECKING:
    from jax import Array

SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


class Data(NamedTuple):
    """What a program trains on and measures. Rows: training points in their stored order, validation, test, padding.

    inputs: float32 `[capacity, features]`; targets: float32 `[capacity, outputs]`, coded for the loss; classes: int32
    `[capacity]`; values: float32 `[capacity]`, a regression's targets; weights: float32 `[capacity]`, class weights;
    counts: int32 `[3]`, points in training, validation and test; parts: bool `[3, capacity]`, which rows they are;
    spreads: float32 `[3]`, the variance of their values, NaN for a part without points.
    """

    inputs: Array | Any
    targets: Array | Any
    classes: Array | Any
    values: Array | Any
    weights: Array | Any
    counts: Array | Any
    parts: Array | Any
    spreads: Array | Any


@dataclass(frozen=True)
class Sampled:
    """The points of an experiment in the order of its data set, and how they are shared out."""

    points: Points
    split: Split
    formulas: tuple[Formula, ...]

    @cached_property
    def order(self) -> np.ndarray:
        """The point in each row of `Data`: training, validation, test."""
        return np.concatenate(self.split)

    @cached_property
    def features(self) -> np.ndarray:
        """float32 `[points, features]`."""
        return features(self.formulas, self.points.inputs)

    @property
    def train_count(self) -> int:
        return len(self.split.train)

    @property
    def split_names(self) -> list[SplitName]:
        names = np.empty(len(self.points.inputs), object)
        for name, members in zip(SPLITS, self.split, strict=True):
            names[members] = name
        return names.tolist()


def sample(experiment: Experiment) -> Sampled:
    """Raises InvalidField where there is no point to train on, InvalidFormula where an input has no value at one."""
    data = experiment.data
    drawing, sharing = (np.random.default_rng(seed) for seed in np.random.SeedSequence(experiment.seeds.data).spawn(2))
    points = data.source.sample(drawing, count=data.count, noise=data.noise)
    shares = (data.shares.train, data.shares.validation, data.shares.test)
    formulas = compile_features(experiment)
    for formula in formulas:
        formula.check(points.inputs)
    return Sampled(points, split(points, shares, sharing), formulas)


def compile_features(experiment: Experiment) -> tuple[Formula, ...]:
    source = experiment.data.source
    return tuple(
        compile_formula(text, inputs=source.task.inputs, window=source.window, path=f"data.features.{index}")
        for index, text in enumerate(experiment.data.features)
    )


def features(formulas: tuple[Formula, ...], inputs: np.ndarray) -> np.ndarray:
    """float32 `[n, features]` of places float64 `[n, 1 or 2]`."""
    with np.errstate(over="ignore"):
        return np.stack([formula(inputs) for formula in formulas], axis=1).astype(np.float32)


def to_data(experiment: Experiment, sampled: Sampled, structure: Structure) -> Data:
    order, points = sampled.order, sampled.points
    used = len(order)
    data = Data(
        inputs=np.zeros((structure.capacity, structure.features), np.float32),
        targets=np.zeros((structure.capacity, structure.outputs), np.float32),
        classes=np.zeros(structure.capacity, np.int32),
        values=np.zeros(structure.capacity, np.float32),
        weights=np.zeros(structure.capacity, np.float32),
        counts=np.array([len(members) for members in sampled.split], np.int32),
        parts=np.zeros((len(SPLITS), structure.capacity), np.bool_),
        spreads=np.full(len(SPLITS), np.nan, np.float32),
    )
    data.inputs[:used, : sampled.features.shape[1]] = sampled.features[order]
    data.targets[:used] = coded_targets(experiment, points.targets[order])
    if experiment.task.kind == "classification":
        data.classes[:used] = points.targets[order]
    else:
        data.values[:used] = points.targets[order]
    data.weights[:used] = class_weights(experiment, sampled)[order]
    starts = np.cumsum([0, *data.counts])
    for part, (start, end) in enumerate(pairwise(starts.tolist())):
        data.parts[part, start:end] = True
        if end > start:
            data.spreads[part] = data.values[start:end].var()
    return data


def coded_targets(experiment: Experiment, targets: np.ndarray) -> np.ndarray:
    """float32 `[n, outputs]`, as `losses.base.TargetCoding` says."""
    if experiment.task.kind == "regression":
        return targets.astype(np.float32)[:, None]
    output = experiment.network.output
    if output.units == 1:
        coded = targets.astype(np.float32)[:, None]
    else:
        coded = np.eye(output.units, dtype=np.float32)[targets.astype(np.int64)]
    coding = experiment.training.loss.coding
    bounded = OUTPUT_RULES[output.activation].low == 0 and OUTPUT_RULES[output.activation].high == 1
    return 2 * coded - 1 if coding == "margin" or (coding == "squared" and not bounded) else coded


def class_weights(experiment: Experiment, sampled: Sampled) -> np.ndarray:
    """float32 `[points]`; "balanced" gives each class of the training points the same total, their mean weight 1."""
    wanted, classes = experiment.training.class_weights, experiment.task.classes
    if wanted is None or classes == 0:
        return np.ones(len(sampled.points.targets), np.float32)
    labels = sampled.points.targets.astype(np.int64)
    if wanted == "balanced":
        counts = np.bincount(labels[sampled.split.train], minlength=classes)
        present = np.count_nonzero(counts)
        by_class = sampled.train_count / (present * np.maximum(counts, 1))
    else:
        by_class = np.asarray(wanted)
    return by_class.astype(np.float32)[labels]
