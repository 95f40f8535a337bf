"""What every learning rate schedule is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netloom.record import Record

if TYPE_CHECKING:
    from jax import Array

SCHEDULE_PARAMETERS = 2


class Schedule(Record):
    """A factor, mostly in 0..1, on the learning rate."""

    title: ClassVar[str]
    help: ClassVar[str]

    @property
    def parameters(self) -> tuple[float, ...]:
        """At most SCHEDULE_PARAMETERS numbers that may change while training."""
        return ()

    @staticmethod
    def scale(epoch: Array, parameters: Array) -> Array:
        """`epoch`: float32, fractional, 0 before the first update; `parameters`: float32 `[SCHEDULE_PARAMETERS]`."""
        raise NotImplementedError
