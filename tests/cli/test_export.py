from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from netloom.app import app
from netloom.examples import all_examples
from netloom.experiment import Experiment, read_experiment
from netloom.export import numpy_script

XOR = str(Path(__file__).parents[2] / "examples" / "xor.json")


def exported(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["export", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_numpy_prints_the_script_that_the_page_shows() -> None:
    assert exported(XOR, "--format", "numpy") == numpy_script(all_examples()[0].experiment)


def test_predict_prints_the_script_for_the_trained_weights() -> None:
    assert "weights.safetensors" in exported(XOR, "--format", "predict")


def test_json_writes_every_default_out(tmp_path: Path) -> None:
    path = tmp_path / "complete.json"
    exported(XOR, "--format", "json", "--out", str(path))

    assert read_experiment(path.read_bytes()) == all_examples()[0].experiment
    assert set(Experiment.model_fields) == set(Experiment.model_validate_json(path.read_bytes()).model_fields_set)


def test_an_experiment_that_cannot_be_used_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"data": {"source": {"type": "points"}}}')
    result = CliRunner().invoke(app, ["export", str(empty)])

    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)
