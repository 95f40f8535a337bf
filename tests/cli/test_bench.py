"""What the command line tells of this machine and of itself."""

import json

from typer.testing import CliRunner

from netloom import __version__
from netloom.app import app
from netloom.experiment import Experiment


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_figures_belong_together() -> None:
    found = json.loads(printed("bench", "--epochs", "50", "--device", "cpu", "--json"))
    updates = 14  # of 140 training points in batches of 10
    assert found["device"] == "cpu"
    assert abs(found["epochs_per_second"] * found["microseconds_per_update"] * updates / 1e6 - 1) < 1e-6
    assert min(found["frame_ms"], found["ready_secs"]) > 0


def test_without_json_they_are_sentences() -> None:
    assert "epochs a second" in printed("bench", "--epochs", "20", "--device", "cpu")


def test_the_schema_of_an_experiment_is_the_models() -> None:
    assert json.loads(printed("schema", "experiment")) == json.loads(json.dumps(Experiment.model_json_schema()))
    assert "paths" in json.loads(printed("schema", "protocol"))


def test_the_version_is_the_packages() -> None:
    assert printed("version").strip() == __version__
