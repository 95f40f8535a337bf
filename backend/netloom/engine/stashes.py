"""Former states of a run that an undo can bring back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import ItemsView, Mapping

from netloom.engine.situation import Situation

MOST_STASHES = 16


class Stashes:
    """At most MOST_STASHES situations by token, the oldest dropped first."""

    def __init__(self, kept: Mapping[str, Situation], count: int) -> None:
        self._kept = OrderedDict(kept)
        self.count = count
        """How many were ever made: tokens are numbered, so that equal runs make equal tokens."""

    def put(self, situation: Situation) -> str:
        self.count += 1
        token = f"s{self.count}"
        self._kept[token] = situation
        while len(self._kept) > MOST_STASHES:
            self._kept.popitem(last=False)
        return token

    def get(self, token: str | None) -> Situation | None:
        return None if token is None else self._kept.get(token)

    def items(self) -> ItemsView[str, Situation]:
        return self._kept.items()
