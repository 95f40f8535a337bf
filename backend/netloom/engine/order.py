"""The order in which an epoch takes its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netloom.arrays import jax, jnp, lax

if TYPE_CHECKING:
    from jax import Array

PLACE_BITS = 8191
"""Room for the row numbers of the largest capacity."""
NETWORK_AT_MOST = 1024
"""Numbers up to which sorting inside the training loop's own function beats leaving it for a library's sort."""


def shuffled_order(seed: Array, epoch: Array, count: Array, capacity: int) -> Array:
    """int32 `[capacity]`: the first `count` rows in a drawn order, then the others; the same however many follow.

    Each number carries its row in its low bits: so they differ, and one plain sort is all (docs/adr/0001).
    """
    key = jax.random.fold_in(jax.random.key(seed), epoch)
    places = jnp.arange(capacity, dtype=jnp.uint32)
    drawn = (jax.random.bits(key, (capacity,), jnp.uint32) >> 1 & ~jnp.uint32(PLACE_BITS)) | places
    drawn = jnp.where(places < count, drawn, places + jnp.uint32(2**31))
    ordered = sorted_by_network(drawn) if capacity <= NETWORK_AT_MOST else lax.sort(drawn)
    return (ordered & jnp.uint32(PLACE_BITS)).astype(jnp.int32)


def sorted_by_network(values: Array) -> Array:
    """uint32 `[count]` in ascending order, by Batcher's bitonic network (1968): the same comparisons whatever the
    values, so that it is a plain loop."""
    count = values.shape[0]
    size = 1 << (count - 1).bit_length()
    padded = jnp.concatenate([values, jnp.full(size - count, 2**32 - 1, jnp.uint32)])
    places = jnp.arange(size, dtype=jnp.uint32)

    def compare(loop: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        """Each value with the one `stride` away; within a `block` all are put in one direction."""
        block, stride, values = loop
        partner = values[places ^ stride]
        takes_less = ((places & block) == 0) == ((places & stride) == 0)
        values = jnp.where(takes_less, jnp.minimum(values, partner), jnp.maximum(values, partner))
        last = stride == 1
        return jnp.where(last, 2 * block, block), jnp.where(last, block, stride // 2), values

    start = (jnp.uint32(2), jnp.uint32(1), padded)
    return lax.while_loop(lambda loop: loop[0] <= size, compare, start)[2][:count]
