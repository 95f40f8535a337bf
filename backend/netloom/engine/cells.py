"""What of the pictures of a run is compiled."""

from __future__ import annotations

from typing import NamedTuple, Self

from netloom.protocol.commands import Watch


class Cells(NamedTuple):
    """Of the output's map and of each neuron's, a side: a map of another size is another function. `closer`: also what
    a point, pins and slow motion call."""

    boundary: int = 60
    neurons: int = 20
    closer: bool = False

    @classmethod
    def of(cls, watch: Watch) -> Self:
        return cls(watch.boundary, watch.neurons, bool(watch.pins) or watch.point is not None or watch.slow_motion)

    @property
    def mapped(self) -> bool:
        return bool(self.boundary or self.neurons)

    def parts(self) -> tuple[Cells, ...]:
        """What is ready where these are."""
        return (self, self._replace(closer=False), Cells(0, 0, self.closer), Cells(0, 0))
