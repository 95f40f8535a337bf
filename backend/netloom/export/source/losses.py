"""Losses and their slopes as NumPy text, per point and output.

`value` gives float32 `[points]`; `slope` gives d value / d logit (`of_logit`) or d value / d output,
`[points, outputs]`.
"""

from __future__ import annotations

from typing import NamedTuple


class LossSource(NamedTuple):
    value: str
    slope: str
    of_logit: bool = False


LOSS_SOURCES: dict[str, LossSource] = {
    "binary_cross_entropy": LossSource(
        "(np.logaddexp(logit, np.float32(0)) - target * logit).mean(1)",
        "(logistic(logit) - target) / target.shape[1]",
        of_logit=True,
    ),
    "categorical_cross_entropy": LossSource(
        "np.logaddexp.reduce(logit, axis=1) - (target * logit).sum(1)",
        "softmax(logit) - target",
        of_logit=True,
    ),
    "mse": LossSource("((output - target) ** 2).mean(1)", "2 * (output - target) / target.shape[1]"),
    "half_mse": LossSource("0.5 * ((output - target) ** 2).mean(1)", "(output - target) / target.shape[1]"),
    "mae": LossSource("np.abs(output - target).mean(1)", "np.sign(output - target) / target.shape[1]"),
    "huber": LossSource(
        "np.where(np.abs(output - target) <= DELTA, 0.5 * (output - target) ** 2, "
        "DELTA * (np.abs(output - target) - 0.5 * DELTA)).mean(1)",
        "np.clip(output - target, -DELTA, DELTA) / target.shape[1]",
    ),
    "hinge": LossSource(
        "np.maximum(0, 1 - target * output).mean(1)",
        "-target * (target * output < 1) / target.shape[1]",
    ),
}
