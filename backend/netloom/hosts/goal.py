"""Until when a run trains."""

from __future__ import annotations

from typing import Any, NamedTuple


class Goal(NamedTuple):
    """Train until the epoch or the step, whichever is set; `fast`: whatever the chosen speed."""

    until_epoch: int | None = None
    until_step: int | None = None
    fast: bool = False

    def reached(self, epoch: int, step: int) -> bool:
        by_epoch = self.until_epoch is not None and epoch >= self.until_epoch
        by_step = self.until_step is not None and step >= self.until_step
        return by_epoch or by_step

    def updates(self, step: int, due: int | None) -> int | None:
        """At most `due` updates, not past `until_step`; None: no limit."""
        if self.until_step is None:
            return due
        left = self.until_step - step
        return left if due is None else min(due, left)

    def told(self) -> dict[str, Any]:
        return self._asdict()
