from __future__ import annotations

import csv
import io

import pytest

from netloom.export import history_csv
from netloom.protocol.events import Mark, Row


def row(epoch: int, **values: float | None) -> Row:
    usual = {"train_loss": 0.5, "validation_loss": 0.6, "train_metric": 0.7, "validation_metric": 0.8}
    return Row.model_validate({"epoch": epoch, "step": 14 * epoch, "learning_rate": -0.1} | usual | values)


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_epoch_is_one_line_and_an_unknown_number_is_empty() -> None:
    table = cells(history_csv([row(0), row(1, validation_loss=None)]))

    assert [line["epoch"] for line in table] == ["0", "1"]
    assert table[1]["validation_loss"] == ""
    assert table[0]["train_loss"] == "0.5"


def test_an_edit_stands_in_the_line_of_the_epoch_that_it_changed() -> None:
    table = cells(history_csv([row(0), row(1), row(2)], [Mark(epoch=1.5, label="added Dense, 4")]))

    assert [line["edits"] for line in table] == ["", "", "added Dense, 4"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\0"])
def test_no_cell_of_text_is_taken_for_a_formula_and_numbers_stay_numbers(start: str) -> None:
    table = cells(history_csv([row(0)], [Mark(epoch=0, label=start + "HYPERLINK(1)")]))

    assert table[0]["edits"] == "'" + start + "HYPERLINK(1)"
    assert table[0]["learning_rate"] == "-0.1"


def test_i8_a_negative_number_stays_a_number() -> None:
    table = cells(history_csv([row(0, train_metric=-3.0)], [Mark(epoch=0, label="-3")]))

    assert float(table[0]["train_metric"]) == -3
    assert table[0]["edits"] == "'-3"
