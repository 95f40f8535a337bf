"""The history as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from netloom.protocol.events import Mark, Row

_COLUMNS = [name for name in Row.model_fields if name != "parameters"]
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def history_csv(rows: Sequence[Row], marks: Sequence[Mark] = ()) -> str:
    """One line per epoch that is kept; empty where a number is not finite or does not exist.

    `left_out` counts the epochs between the line and the one before, of which a long history keeps only the extremes.
    The last column names the edits since the epoch before. Its cells are text that people wrote, so one that a
    spreadsheet would compute gets a leading apostrophe.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*_COLUMNS, "left_out", "edits"])
    since = -1
    for row in rows:
        edits = "; ".join(mark.label for mark in marks if since < mark.epoch <= row.epoch)
        left_out = row.epoch - since - 1
        writer.writerow([*(getattr(row, name) for name in _COLUMNS), left_out, inert(edits)])
        since = row.epoch
    return table.getvalue()


def inert(text: str) -> str:
    """The same text, which no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
