"""Former states of a run that an undo can bring back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import ItemsView, Mapping

import numpy as np

from netloom.engine.situation import Situation
from netloom.engine.state import TrainState

MOST_STASHES = 16
MOST_BYTES = 128_000_000


class Stashes:
    """At most MOST_STASHES situations of MOST_BYTES in all by token, the oldest dropped first, the newest never."""

    def __init__(self, kept: Mapping[str, Situation], count: int) -> None:
        self._kept = OrderedDict(kept)
        self.count = count
        """How many were ever made: tokens are numbered, so that equal runs make equal tokens."""

    def put(self, situation: Situation) -> str:
        self.count += 1
        token = f"s{self.count}"
        self._kept[token] = situation
        while len(self._kept) > 1 and (len(self._kept) > MOST_STASHES or self._bytes() > MOST_BYTES):
            self._kept.popitem(last=False)
        return token

    def _bytes(self) -> int:
        return sum(_bytes_of(situation) for situation in self._kept.values())

    def get(self, token: str | None) -> Situation | None:
        return None if token is None else self._kept.get(token)

    def items(self) -> ItemsView[str, Situation]:
        return self._kept.items()


def _bytes_of(situation: Situation) -> int:
    """All but the layers' own states, which are small."""
    states = sum(_state_bytes(state) for state in situation.carry)
    return states + situation.history.table.nbytes


def _state_bytes(state: TrainState) -> int:
    return sum(np.asarray(values).nbytes for values in (state.params, state.first, state.second))
