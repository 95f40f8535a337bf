"""No change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netloom.arrays import jnp
from netloom.schedules.base import Schedule

if TYPE_CHECKING:
    from jax import Array


class Constant(Schedule):
    """1."""

    title: ClassVar[str] = "Constant"
    help: ClassVar[str] = "The same rate from start to end."

    type: Literal["constant"] = "constant"

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        return jnp.ones_like(epoch)
