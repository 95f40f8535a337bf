from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner, Result

from netloom.app import app
from netloom.engine.run import Run
from netloom.experiment import Experiment, read_experiment
from netloom.layers import Dense, Input, Output
from netloom.network import chain

EXAMPLES = Path(__file__).parents[2] / "examples"
XOR = str(EXAMPLES / "xor.json")


def netloom(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments], catch_exceptions=False)


def written(folder: Path, text: str) -> str:
    path = folder / "experiment.json"
    path.write_text(text)
    return str(path)


def test_json_prints_every_epoch_once_from_epoch_0() -> None:
    result = netloom("train", XOR, "--epochs", "5", "--json", "--device", "cpu")

    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3, 4, 5]


def test_the_command_line_trains_what_the_engine_trains(tmp_path: Path) -> None:
    netloom("train", XOR, "--epochs", "7", "--out", str(tmp_path), "--device", "cpu")
    run = Run(Experiment(), device="cpu")
    run.advance(until_epoch=7, budget_secs=60)

    arrays = load_file(tmp_path / "weights.safetensors")
    for layer, named in run.parameters().items():
        for name, array in named.items():
            np.testing.assert_array_equal(arrays[f"{layer}.{name}"], array)


def test_out_holds_weights_history_and_the_experiment(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    result = netloom("train", XOR, "--epochs", "3", "--seed", "9", "--out", str(folder), "--device", "cpu")

    assert "Epoch 3 · training loss" in result.stdout
    with (folder / "history.csv").open(newline="") as table:
        assert [line["epoch"] for line in csv.DictReader(table)] == ["0", "1", "2", "3"]
    again = read_experiment((folder / "experiment.json").read_bytes())
    assert set(again.seeds.model_dump().values()) == {9}


def test_more_epochs_than_the_documents_limit_are_trained(tmp_path: Path) -> None:
    limited = written(tmp_path, '{"training": {"epoch_limit": 2}}')

    assert len(netloom("train", limited, "--json", "--epochs", "4", "--device", "cpu").stdout.splitlines()) == 5
    assert len(netloom("train", limited, "--json", "--device", "cpu").stdout.splitlines()) == 3


def test_a_diverged_run_says_so_and_exits_with_1(tmp_path: Path) -> None:
    line = json.loads((EXAMPLES / "line-y-2x.json").read_text())
    line["training"]["learning_rate"] = 5.0
    result = netloom("train", written(tmp_path, json.dumps(line)), "--epochs", "500", "--device", "cpu")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ('{"training": {"learning_rat": 1}}', "training.learning_rat"),
        ('{"training": {"learning_rate": NaN}}', "training.learning_rate"),
        ('{"data": {"features": ["open(x)"]}}', "open"),
        ('{"network": {"layers": [], "edges": []}}', "Inputs"),
        ("{", "JSON"),
        ("\x00\x01", "JSON"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(document: str, named: str, tmp_path: Path) -> None:
    result = netloom("train", written(tmp_path, document), "--epochs", "1")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert named.lower() in result.stderr.lower()


def test_i4_a_network_over_the_caps_is_one_sentence_that_comes_before_any_training(tmp_path: Path) -> None:
    wide = chain(Input(), *(Dense(id=f"hidden{n}", units=256) for n in range(190)), Output())
    document = json.dumps({"network": wide.model_dump(mode="json")})

    result = netloom("train", written(tmp_path, document), "--epochs", "1", "--device", "cpu")

    assert result.exit_code == 2
    assert result.stderr == "Parameters: 12,435,713 is more than the 2,000,000 this server allows.\n"


def test_initial_weights_of_another_shape_and_no_points_are_one_sentence(tmp_path: Path) -> None:
    network = json.loads(Experiment().model_dump_json())["network"]
    network["layers"][1]["initial"] = {"weight": [[1, 2]]}
    misshapen = written(tmp_path, json.dumps({"network": network}))
    assert "its initial weight is 1 × 2 and must be 2 × 6" in netloom("train", misshapen).stderr

    empty = written(tmp_path, json.dumps({"data": {"source": {"type": "points"}}}))
    result = netloom("train", empty)

    assert result.exit_code == 2
    assert result.stderr == "data.source.items: there are no points yet; draw some to train on.\n"


def test_a_missing_file_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    result = netloom("train", str(tmp_path / "none.json"), "--epochs", "1")

    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)


def test_ctrl_c_keeps_what_was_trained_and_exits_with_130(tmp_path: Path) -> None:
    endless = [sys.executable, "-m", "netloom.app", "train", XOR, "--epochs", "10000000", "--json"]
    process = subprocess.Popen(
        [*endless, "--device", "cpu", "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    while b'"epoch":1,' not in process.stdout.readline():
        time.sleep(0)
    process.send_signal(signal.SIGINT)
    printed, complaint = process.communicate(timeout=60)

    assert process.returncode == 130
    assert b"Traceback" not in complaint
    last = json.loads(printed.splitlines()[-1])["epoch"]
    with (tmp_path / "history.csv").open(newline="") as table:
        assert int(list(csv.DictReader(table))[-1]["epoch"]) == last


def test_a_gpu_that_is_not_there_is_one_sentence_and_status_2() -> None:
    import jax

    if jax.default_backend() != "cpu":
        pytest.skip("this machine has a GPU")
    result = netloom("train", XOR, "--epochs", "1", "--device", "gpu")

    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)
