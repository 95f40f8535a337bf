"""A program made into one machine-code function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netloom.arrays import jax, jnp, lax

if TYPE_CHECKING:
    from jax import Array


def in_one_function(work: Callable[..., Any], arguments: Any, zero: Array) -> Any:
    """`work(*arguments)`, in a loop of one turn, because XLA compiles a small loop into one function where it would
    call the parts of a straight program one by one, with a hand-over to another thread between them (docs/adr/0011).

    zero: int32 scalar that is 0, computed from an argument in a way that the compiler cannot see through.
    """
    work = jax.jit(work)  # so that it is traced once, though looked at twice
    nothing = jax.tree.map(lambda like: jnp.zeros(like.shape, like.dtype), jax.eval_shape(work, *arguments))

    def turn(loop: tuple[Array, Any, Any]) -> tuple[Array, Any, Any]:
        place, arguments, _ = loop
        # They seem to change, so that nothing which depends on them alone is taken out of the loop.
        kept = jax.tree.map(lambda value: jnp.where(place < 0, jnp.zeros_like(value), value), arguments)
        return place + 1, kept, work(*arguments)

    return lax.while_loop(lambda loop: loop[0] < 1, turn, (zero, arguments, nothing))[2]


def kept_apart(number: Array) -> Array:
    """`number` itself, by way of a sort, which a loop made into one function cannot hold. So XLA calls the parts of the
    loop one by one, and a large matrix product is a library's, three to six times as fast."""
    return lax.sort(jnp.stack([number, number]))[0]
