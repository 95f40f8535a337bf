"""Which run is in which engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netloom.hosts.child import Child
from netloom.hosts.hosted import Hosted


class Roster(dict[str, Hosted]):
    """Runs by name."""

    def of(self, child: Child) -> list[Hosted]:
        """Those that somebody looks at first, then those that train."""
        runs = [hosted for hosted in self.values() if hosted.child is child]
        return sorted(runs, key=lambda hosted: (hosted.watch is None, not hosted.playing))

    def least_loaded(self, children: Sequence[Child]) -> Child:
        loads = Counter(id(hosted.child) for hosted in self.values())
        return min(children, key=lambda child: loads[id(child)])
