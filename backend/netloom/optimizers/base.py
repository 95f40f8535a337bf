"""What every optimizer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netloom.record import Record

if TYPE_CHECKING:
    from jax import Array

HYPERPARAMETERS = 4


class Update(NamedTuple):
    """What one array gets: added to the parameters, and the two moments to remember."""

    change: Array
    first: Array
    second: Array


class Optimizer(Record):
    """How a gradient becomes a change. All share one state, two moments as large as the parameters, so that one
    program serves them all. Relatives read each other's moments; a change to another kind begins with empty ones."""

    title: ClassVar[str]
    help: ClassVar[str]

    @property
    def hyperparameters(self) -> tuple[float, ...]:
        """At most HYPERPARAMETERS numbers that may change while training, in the order `update` reads them."""
        return ()

    @staticmethod
    def update(
        gradient: Array,
        parameter: Array,
        first: Array,
        second: Array,
        *,
        rate: Array,
        step: Array,
        hyper: Array,
    ) -> Update:
        """Elementwise on arrays of any one shape. `rate`: learning rate after its schedule; `step`: 1, 2, 3 …
        (float32); `hyper`: float32 `[HYPERPARAMETERS]`."""
        raise NotImplementedError
