"""A network applied to a batch of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netloom.arrays import jax
from netloom.engine.live import Live
from netloom.engine.structure import Structure

if TYPE_CHECKING:
    from jax import Array


class Passed(NamedTuple):
    """`sums` and `outputs`: z and what follows the activation, `[rows, width]` for each layer in order; `states`: the
    layers' new states."""

    sums: list[Array]
    outputs: list[Array]
    states: tuple[dict[str, Any], ...]


def forward(
    structure: Structure,
    params: tuple[dict[str, Any], ...],
    states: tuple[dict[str, Any], ...],
    live: Live,
    inputs: Array,
    row_weight: Array,
    keys: Array | None = None,
) -> Passed:
    """inputs: float32 `[rows, features]`; row_weight: `[rows]`, 1 or 0; keys: one per row while training, else None."""
    specimens = structure.specimens()

    def one(x: Array, weight: Array, key: Array | None) -> tuple[list[Array], list[Array], tuple[dict[str, Any], ...]]:
        sums: list[Array] = []
        outputs: list[Array] = []
        new_states: list[dict[str, Any]] = []
        for place, (layer, step) in enumerate(zip(specimens, structure.steps, strict=True)):
            read = [outputs[source] for source in step.sources] or [x]
            values = {**live.layers[place], "row_weight": weight}
            own_key = None if key is None else jax.random.fold_in(key, place)
            z, state = layer.sums(params[place], states[place], values, *read, key=own_key, training=key is not None)
            sums.append(z)
            outputs.append(layer.bend(z, values))
            new_states.append(state)
        return sums, outputs, tuple(new_states)

    mapped = jax.vmap(one, in_axes=(0, 0, None if keys is None else 0), out_axes=(0, 0, None), axis_name="batch")
    return Passed(*mapped(inputs, row_weight, keys))
