"""The loss, at the sums of the output layer, with everything about it chosen while the program runs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netloom.activations import OUTPUT_RULES, OutputRule
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
    values = [jax.vmap(loss.value, in_axes=(0, 0, 0, None)) for loss in LOSSES]
    rules = list(OUTPUT_RULES.values())

    @jax.custom_vjp
    def losses(sums: Array, targets: Array, activation: Array, loss: Array, parameter: Array) -> Array:
        logit, output = lax.switch(activation, [_both(rule) for rule in rules], sums)
        return lax.switch(loss, values, logit, output, targets, parameter)

    def forward(sums: Array, *others: Array) -> tuple[Array, Any]:
        return losses(sums, *others), (sums, *others)

    def backward(kept: Any, gradient: Array) -> tuple[Any, ...]:
        sums, targets, activation, loss, parameter = kept
        logit, output = lax.switch(activation, [_both(rule) for rule in rules], sums)
        slopes = lax.switch(loss, [_slopes(value) for value in values], logit, output, targets, parameter, gradient)
        at_sums = lax.switch(activation, [_through(rule) for rule in rules], sums, *slopes)
        return at_sums, None, None, None, None

    losses.defvjp(forward, backward)
    return losses


def _both(rule: OutputRule) -> Callable[[Array], tuple[Array, Array]]:
    return lambda sums: (rule.logit(sums), jax.vmap(rule.value)(sums))


def _slopes(value: Callable[..., Array]) -> Callable[..., tuple[Array, Array]]:
    """The loss's gradient at logit and at output."""

    def slopes(logit: Array, output: Array, targets: Array, parameter: Array, gradient: Array) -> tuple[Array, Array]:
        return jax.vjp(lambda logit, output: value(logit, output, targets, parameter), logit, output)[1](gradient)

    return slopes


def _through(rule: OutputRule) -> Callable[..., Array]:
    """Back through the output's activation, to the sums."""

    def through(sums: Array, at_logit: Array, at_output: Array) -> Array:
        [at_sums] = jax.vjp(_both(rule), sums)[1]((at_logit, at_output))
        return at_sums

    return through
