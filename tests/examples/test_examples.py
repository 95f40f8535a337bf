"""What each ready-made experiment says is true: every claim of its summary is a test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from netloom.engine.run import Run
from netloom.examples import ORDER, all_examples
from netloom.experiment import Experiment, Seeds
from netloom.protocol.events import Row

FOLDER = Path(__file__).parents[2] / "examples"


@cache
def document(slug: str) -> Experiment:
    return next(example.experiment for example in all_examples() if example.slug == slug)


@cache
def trained(slug: str, epochs: int) -> Run:
    return run_to(document(slug), epochs)


def run_to(experiment: Experiment, epochs: int) -> Run:
    run = Run(experiment, device="cpu")
    while run.epoch < epochs and run.stopped is None:
        run.advance(until_epoch=epochs, budget_secs=1)
    return run


def numbers(rows: Iterable[Row], name: str) -> list[float]:
    return [value for row in rows if (value := getattr(row, name)) is not None]


def inert_neurons(run: Run) -> int:
    """Neurons of the first hidden layer that output 0 on every point."""
    first = run.parameters()["hidden1"]
    sums = np.array([point.x for point in run.points()]) @ first["weight"] + first["bias"]
    return int((sums <= 0).all(0).sum())


def test_the_menu_lists_every_file_once() -> None:
    assert sorted(ORDER) == sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("slug", ORDER)
def test_every_example_has_a_title_two_sentences_and_one_question(slug: str) -> None:
    example = document(slug)

    assert example.name
    assert len(re.split(r"(?<=[.!?]) (?=[A-Z])", example.summary)) == 2
    assert example.question.count("?") == 1 or slug == "xor"


def test_the_first_example_is_what_the_page_opens_with() -> None:
    told = {"name", "summary", "question"}

    assert document("xor").model_dump(exclude=told) == Experiment().model_dump(exclude=told)


def test_xor_is_nearly_solved_after_16_epochs_and_stays_solved() -> None:
    accuracy = numbers(trained("xor", 100).history, "validation_metric")

    assert next(epoch for epoch, value in enumerate(accuracy) if value >= 0.96) in range(8, 20)
    assert min(accuracy[20:]) >= 0.96


def test_without_a_hidden_layer_xor_never_gets_three_quarters_right() -> None:
    history = trained("no-hidden-layer", 300).history

    assert max(numbers(history, "train_metric")) < 0.75
    assert max(numbers(history, "validation_metric")) < 0.75


def test_one_more_layer_solves_what_no_hidden_layer_could_not() -> None:
    row = run_to(Experiment(seeds=document("no-hidden-layer").seeds), 100).history[-1]

    assert row.validation_metric is not None
    assert row.validation_metric >= 0.97


def test_the_line_gives_the_textbooks_numbers() -> None:
    run = Run(document("line-y-2x"), device="cpu")
    found = []
    for _ in range(5):
        before = run.history[-1].train_loss
        run.advance(updates=1)
        output = run.parameters()["output"]
        found.append((before, output["weight"].item(), output["bias"].item()))

    expected = [(30, 3, 1), (13.5, 1, 0.3), (6.09, 2.35, 0.74), (2.7614, 1.455, 0.417), (1.2653, 2.064, 0.6061)]
    np.testing.assert_allclose(found, expected, atol=6e-5)  # the fourth loss is 2.76135, rounded up in print


def test_the_forward_pass_gives_the_textbooks_numbers() -> None:
    run = Run(document("forward-pass"), device="cpu")
    parameters, x = run.parameters(), np.array([[0.5, 0.8]])
    hidden = x @ parameters["hidden1"]["weight"] + parameters["hidden1"]["bias"]
    z = hidden @ parameters["output"]["weight"] + parameters["output"]["bias"]

    np.testing.assert_allclose(hidden, [[0.78, 0.37]], atol=1e-6)
    np.testing.assert_allclose(z, [[0.781]], atol=1e-6)
    np.testing.assert_allclose(run.predict(x), [[0.6859]], atol=5e-5)


def test_the_truth_table_comes_out_right_from_the_seed_that_is_shipped() -> None:
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)

    assert trained("xor-truth-table", 1000).predict(rows).round()[:, 0].tolist() == [0, 1, 1, 0]


@pytest.mark.slow
def test_about_one_start_in_six_learns_the_truth_table() -> None:
    table = document("xor-truth-table")
    starts = [table.model_copy(update={"seeds": Seeds(weights=seed)}) for seed in range(120)]

    solved = sum(run_to(start, 1000).history[-1].train_metric == 1 for start in starts)
    assert solved / len(starts) == pytest.approx(1 / 6, abs=0.08)


def test_a_learning_rate_that_is_too_low_is_close_to_guessing_after_100_epochs() -> None:
    row = trained("learning-rate-too-low", 100).history[-1]

    assert row.train_loss is not None
    assert row.train_loss > 0.6
    assert (row.validation_metric or 0) < 0.65


def test_a_learning_rate_that_is_right_gets_below_a_tenth() -> None:
    assert (trained("learning-rate-right", 100).history[-1].train_loss or 1) < 0.1


def test_a_learning_rate_that_is_too_high_never_settles() -> None:
    losses = numbers(trained("learning-rate-too-high", 200).history, "train_loss")[50:]
    rises = sum(after > before for before, after in pairwise(losses))

    assert rises > len(losses) / 4
    assert max(losses[-50:]) > 0.7


def test_the_three_learning_rates_differ_in_nothing_else() -> None:
    def rest(slug: str) -> str:
        experiment = document(slug)
        training = experiment.training.model_copy(update={"learning_rate": 1.0})
        same = {"training": training, "name": "", "summary": "", "question": ""}
        return experiment.model_copy(update=same).model_dump_json()

    assert rest("learning-rate-too-low") == rest("learning-rate-right") == rest("learning-rate-too-high")


def test_overfitting_learns_by_heart_while_the_validation_loss_rises() -> None:
    history = trained("overfitting", 300).history
    validation = numbers(history, "validation_loss")

    assert (history[-1].train_loss or 1) < 0.01
    assert validation[-1] > 3 * min(validation)
    assert validation.index(min(validation)) < 60


def test_dropout_keeps_the_validation_loss_far_lower_on_the_same_points() -> None:
    with_dropout, without = document("moons-dropout"), document("overfitting")

    assert with_dropout.data == without.data
    dropped = numbers(trained("moons-dropout", 300).history, "validation_loss")
    plain = numbers(trained("overfitting", 300).history, "validation_loss")
    assert dropped[-1] < plain[-1] / 2


def test_most_relus_die_and_never_come_back() -> None:
    run = trained("dying-relu", 20)

    assert inert_neurons(run) >= 5
    assert inert_neurons(trained("dying-relu", 200)) >= inert_neurons(run)


def test_squared_inputs_solve_the_circle_without_a_hidden_layer_and_plain_ones_do_not() -> None:
    squared = document("circle-squared-inputs")
    plain = squared.model_copy(update={"data": squared.data.model_copy(update={"features": ("x", "y")})})

    assert (run_to(squared, 50).history[-1].validation_metric or 0) >= 0.97
    assert (run_to(plain, 50).history[-1].validation_metric or 0) < 0.8


@pytest.mark.parametrize(
    ("slug", "epochs", "least"), [("spiral", 200, 0.95), ("three-classes", 150, 0.93), ("sine-regression", 300, 0.9)]
)
def test_the_network_of_an_example_is_enough_for_its_data(slug: str, epochs: int, least: float) -> None:
    assert (trained(slug, epochs).history[-1].validation_metric or 0) >= least


def test_of_200_starts_of_the_default_experiment_95_percent_solve_it_within_100_epochs() -> None:
    solved = 0
    for seed in range(200):
        seeds = Seeds(weights=seed, data=seed, order=seed, dropout=seed)
        accuracy = numbers(run_to(Experiment(seeds=seeds), 100).history, "validation_metric")
        solved += max(accuracy) >= 0.97

    assert solved / 200 >= 0.95
