"""Edits that come while one waits for its program (PR6)."""

from typing import Any

from netloom.experiment import Experiment, Seeds
from netloom.hosts.pending_edit import PendingEdit
from netloom.network import default_network
from netloom.protocol.commands import Changes, Edit
from netloom.training import Training

RUN = "r" * 26


def edit(number: int, label: str = "", restore: str | None = None, **sections: Any) -> Edit:
    return Edit(id=number, run=RUN, changes=Changes(**sections), label=label, restore=restore)


def test_newer_sections_replace_older_ones_and_the_others_stay() -> None:
    first = PendingEdit.first(1, edit(11, "a", seeds=Seeds(data=3), training=Training(learning_rate=0.5)))

    both = first.joined(2, edit(12, "b", training=Training(learning_rate=0.25), network=default_network()))

    changes = both.edit.changes
    assert changes.model_fields_set == {"seeds", "training", "network"}
    assert (changes.seeds, changes.training) == (Seeds(data=3), Training(learning_rate=0.25))
    assert changes.network == Experiment().network
    assert (both.number, both.edit.id, both.edit.label) == (2, 12, "a, b")


def test_the_earlier_ones_are_answered_with_the_newest() -> None:
    pending = PendingEdit.first(1, edit(11)).joined(2, edit(12)).joined(3, edit(13))

    assert pending.earlier_numbers == (1, 2)
    assert pending.earlier_commands == [11, 12]
    assert pending.before is not None and pending.before.number == 2


def test_the_newest_state_to_bring_back_counts_and_labels_stay_short() -> None:
    pending = PendingEdit.first(1, edit(11, "x" * 40, restore="one")).joined(2, edit(12, "y" * 40))

    assert pending.edit.restore == "one"
    assert pending.joined(3, edit(13, restore="two")).edit.restore == "two"
    assert pending.edit.label == "y" * 40
