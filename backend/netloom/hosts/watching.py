"""What an engine computes when several tabs, or several servers, look at one run."""

from __future__ import annotations

from collections.abc import Sequence

from netloom.protocol.commands import Watch


def together(watches: Sequence[Watch]) -> Watch | None:
    """Every map at the finest resolution asked for, at the highest rate; one frame then serves all. The point and the
    pins are those of the tab that asked last; folded is what every tab folds. None: nobody looks."""
    if not watches:
        return None
    last = watches[-1]
    return last.model_copy(
        update={
            "boundary": max(watch.boundary for watch in watches),
            "neurons": max(watch.neurons for watch in watches),
            "frames_per_second": max(watch.frames_per_second for watch in watches),
            "folded": tuple(layer for layer in last.folded if all(layer in watch.folded for watch in watches)),
            **{name: any(getattr(watch, name) for watch in watches) for name in _SWITCHES},
        }
    )


_SWITCHES = ("weights", "predictions", "confusion", "slow_motion")
