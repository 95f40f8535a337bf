"""How long a run has been out of use, in days on which there was a server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta


def unused_since(days: Sequence[date], keep_days: int) -> datetime | None:
    """`days`: newest first, at least the last `keep_days` + 1. What was last in use before the answer has been out of
    use for `keep_days` of them; None: there have not been as many."""
    if len(days) <= keep_days:
        return None
    return datetime.combine(days[keep_days], time()) + timedelta(days=1)
