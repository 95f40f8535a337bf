"""What a network asks of the machine, estimated in plain Python before anything is allocated."""

from __future__ import annotations

from typing import Literal, NamedTuple

from netloom.errors import OverLimit
from netloom.network import MAX_PARAMETERS, Network

NUMBERS_PER_PARAMETER = 8
"""Value, gradient, update, two of the optimizer's, and three again, to which a stretch of training goes back."""
NUMBERS_PER_VALUE = 4
"""Of each point in a batch: sum and output, and the gradient of both."""
NUMBERS_PER_MEASURED_VALUE = 2
"""Of each point that is only measured: sum and output."""
OPERATIONS_PER_PARAMETER = 6
"""Of each point in a batch: a product and a sum forward, twice that backward."""
OPERATIONS_PER_VALUE = 10
"""An activation or a normalization, forward and backward."""


class Cost(NamedTuple):
    parameters: int
    """Trained numbers."""
    megabytes: int
    """Held at the same time, at most."""
    gigaflop: int
    """Billions of operations in one update."""


class Bounds(NamedTuple):
    """The most that a network may cost."""

    parameters: int = MAX_PARAMETERS
    megabytes: int = 512
    gigaflop: int = 30


def cost_of(network: Network, *, features: int, points: int, batch: int | Literal["all"]) -> Cost:
    """`points`: all that the document makes; `batch`: of one update. The network must have been checked."""
    batch = points if batch == "all" else min(batch, points)
    parameters = sum(network.parameter_counts(features).values())
    values = sum(shape[0] for shape in network.shapes(features).values())
    rows = max(NUMBERS_PER_VALUE * batch, NUMBERS_PER_MEASURED_VALUE * points)
    numbers = NUMBERS_PER_PARAMETER * parameters + rows * values
    operations = batch * (OPERATIONS_PER_PARAMETER * parameters + OPERATIONS_PER_VALUE * values)
    return Cost(parameters, 4 * numbers // 1_000_000, operations // 1_000_000_000)


def check_cost(cost: Cost, network: Network, features: int, bounds: Bounds) -> None:
    """Raises OverLimit, which names the layer with the most parameters."""
    told = {
        "parameters": "Parameters",
        "megabytes": "Memory for one update, in MB",
        "gigaflop": "Work of one update, in billions of operations",
    }
    for name, what in told.items():
        value, limit = getattr(cost, name), getattr(bounds, name)
        if value > limit:
            counts = network.parameter_counts(features)
            raise OverLimit(what=what, value=value, limit=limit, layer_id=max(counts, key=lambda one: counts[one]))
