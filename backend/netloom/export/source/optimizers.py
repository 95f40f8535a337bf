"""Optimizers as NumPy text: the body of `update`, for one parameter `name` with its gradient `slope`.

`first` and `second` are the two moments by name, `rate` the learning rate of this update, `step` counts updates from 1.
"""

from __future__ import annotations

from typing import NamedTuple


class OptimizerSource(NamedTuple):
    """`constants` name the hyperparameters in the optimizer's own order."""

    body: tuple[str, ...]
    constants: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()


_ADAM = (
    "first[name] = BETA1 * first[name] + (1 - BETA1) * slope",
    "second[name] = BETA2 * second[name] + (1 - BETA2) * slope**2",
    "mean = first[name] / (1 - np.float32(BETA1) ** np.float32(step))",
    "size = np.sqrt(second[name] / (1 - np.float32(BETA2) ** np.float32(step))) + EPSILON",
)
_BOTH = ("first", "second")

OPTIMIZER_SOURCES: dict[str, OptimizerSource] = {
    "sgd": OptimizerSource(("p[name] -= rate * slope",)),
    "momentum": OptimizerSource(
        ("first[name] = MOMENTUM * first[name] + slope", "p[name] -= rate * first[name]"), ("MOMENTUM",), ("first",)
    ),
    "nesterov": OptimizerSource(
        (
            "first[name] = MOMENTUM * first[name] + slope",
            "p[name] -= rate * (slope + MOMENTUM * first[name])",
        ),
        ("MOMENTUM",),
        ("first",),
    ),
    "rmsprop": OptimizerSource(
        (
            "second[name] = DECAY * second[name] + (1 - DECAY) * slope**2",
            "p[name] -= rate * slope / (np.sqrt(second[name]) + EPSILON)",
        ),
        ("DECAY", "EPSILON"),
        ("second",),
    ),
    "adagrad": OptimizerSource(
        (
            "second[name] = second[name] + slope**2",
            "p[name] -= rate * slope / (np.sqrt(second[name]) + EPSILON)",
        ),
        ("EPSILON",),
        ("second",),
    ),
    "adam": OptimizerSource((*_ADAM, "p[name] -= rate * mean / size"), ("BETA1", "BETA2", "EPSILON"), _BOTH),
    "adamw": OptimizerSource(
        (
            *_ADAM,
            'decay = WEIGHT_DECAY if name.endswith(".weight") else 0.0',
            "p[name] -= rate * (mean / size + decay * p[name])",
        ),
        ("BETA1", "BETA2", "EPSILON", "WEIGHT_DECAY"),
        _BOTH,
    ),
    "lion": OptimizerSource(
        (
            'decay = WEIGHT_DECAY if name.endswith(".weight") else 0.0',
            "direction = np.sign(BETA1 * first[name] + (1 - BETA1) * slope)",
            "first[name] = BETA2 * first[name] + (1 - BETA2) * slope",
            "p[name] -= rate * (direction + decay * p[name])",
        ),
        ("BETA1", "BETA2", "WEIGHT_DECAY"),
        ("first",),
    ),
}

SCHEDULE_SOURCES: dict[str, str] = {
    "constant": "1.0",
    "step": "{0} ** math.floor(epoch / {1})",
    "exponential": "{0} ** epoch",
    "cosine": "{1} + (1 - {1}) * 0.5 * (1 + math.cos(math.pi * min(epoch / {0}, 1)))",
    "warmup": "{1} + (1 - {1}) * min(epoch / {0}, 1)",
}
"""The factor on the learning rate at `epoch`, a fraction within an epoch; the numbers are the schedule's parameters."""
