"""An edit that waits for its program, and those that came while it did."""

from __future__ import annotations

from typing import NamedTuple

from netloom.protocol.commands import Changes, Edit

MOST_LABEL_CHARACTERS = 60


class PendingEdit(NamedTuple):
    """`number`, of the newest request; `edit`: what all of them come to; `before`: without the newest one."""

    number: int
    edit: Edit
    before: PendingEdit | None = None

    @staticmethod
    def first(number: int, edit: Edit) -> PendingEdit:
        return PendingEdit(number, edit)

    def joined(self, number: int, edit: Edit) -> PendingEdit:
        """Newer sections replace older ones, so that an undo leaves nothing to be done."""
        both = (self.edit.changes, edit.changes)
        together = {name: value for part in both for name, value in part if value is not None}
        changes = Changes.model_construct(_fields_set=set(together), **together)
        label = ", ".join(filter(None, (self.edit.label, edit.label)))
        update = {
            "changes": changes,
            "restore": edit.restore or self.edit.restore,
            "label": label if len(label) <= MOST_LABEL_CHARACTERS else edit.label,
        }
        return PendingEdit(number, edit.model_copy(update=update), self)

    @property
    def earlier(self) -> list[PendingEdit]:
        """In the order of asking."""
        return [] if self.before is None else [*self.before.earlier, self.before]

    @property
    def earlier_numbers(self) -> tuple[int, ...]:
        return tuple(one.number for one in self.earlier)

    @property
    def earlier_commands(self) -> list[int]:
        return [one.edit.id for one in self.earlier]
