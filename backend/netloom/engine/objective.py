"""The loss, at the sums of the output layer, with everything about it chosen while the program runs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netloom.activations import OUTPUT_RULES
from netloom.arrays import jax, lax
from netloom.engine.live import LiveTraining
from netloom.losses import LOSSES

if TYPE_CHECKING:
    from jax import Array


def row_losses(sums: Array, targets: Array, activation: Array, training: LiveTraining) -> Array:
    """`[rows]`, from z and coded targets `[rows, outputs]`; its gradient is taken at z by a switch of its own, which
    costs nothing, where autodiff through the switch would make a step half as slow again (docs/adr/0001)."""
    return _row_losses()(sums, targets, activation, training.loss, training.loss_parameter)


@functools.cache
def _row_losses() -> Callable[..., Array]:
    values = [_from_sums(jax.vmap(loss.value, in_axes=(0, 0, 0, None))) for loss in LOSSES]
    slopes = [_slope(value) for value in values]

    @jax.custom_vjp
    def losses(sums: Array, targets: Array, activation: Array, loss: Array, parameter: Array) -> Array:
        return lax.switch(loss, values, sums, targets, activation, parameter)

    def forward(sums: Array, *others: Array) -> tuple[Array, Any]:
        return losses(sums, *others), (sums, *others)

    def backward(kept: Any, gradient: Array) -> tuple[Any, ...]:
        sums, targets, activation, loss, parameter = kept
        at_sums = lax.switch(loss, slopes, sums, targets, activation, parameter, gradient)
        return at_sums, None, None, None, None

    losses.defvjp(forward, backward)
    return losses


def _from_sums(value: Callable[..., Array]) -> Callable[..., Array]:
    """The loss of the sums. All output activations are computed and one is taken: so few numbers cost less than a
    second switch."""

    def loss(sums: Array, targets: Array, activation: Array, parameter: Array) -> Array:
        logit = lax.select_n(activation, *(rule.logit(sums) for rule in OUTPUT_RULES.values()))
        output = lax.select_n(activation, *(jax.vmap(rule.value)(sums) for rule in OUTPUT_RULES.values()))
        return value(logit, output, targets, parameter)

    return loss


def _slope(value: Callable[..., Array]) -> Callable[..., Array]:
    """The loss's gradient at the sums."""

    def slope(sums: Array, targets: Array, activation: Array, parameter: Array, gradient: Array) -> Array:
        return jax.vjp(lambda sums: value(sums, targets, activation, parameter), sums)[1](gradient)[0]

    return slope
