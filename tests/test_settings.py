"""What the operator decides."""

import os
import subprocess
import sys

import pytest

from netloom import settings
from netloom.settings import BadSetting, default_workers, read_settings


def test_a_gpu_is_served_by_one_engine_process() -> None:
    assert read_settings({"NETLOOM_DEVICE": "gpu"}, "127.0.0.1", 80).workers == 1
    assert read_settings({"NETLOOM_DEVICE": "gpu", "NETLOOM_WORKERS": "3"}, "127.0.0.1", 80).workers == 3
    assert default_workers("auto", gpu_support=True) == 1


def test_processor_cores_are_used_but_for_the_servers() -> None:
    assert default_workers("cpu") == default_workers("auto", gpu_support=False) >= 1


def test_engines_run_in_child_processes_unless_a_cluster_is_asked_for() -> None:
    assert read_settings({}, "127.0.0.1", 80).engines == "process"
    with pytest.raises(BadSetting, match="must be process or ray"):
        read_settings({"NETLOOM_ENGINES": "dask"}, "127.0.0.1", 80)


def test_a_cluster_holds_as_many_engines_as_find_room() -> None:
    pytest.importorskip("ray", reason="netloom[cluster] is not installed")
    chosen = read_settings({"NETLOOM_ENGINES": "ray", "NETLOOM_RAY_ADDRESS": "head:6379"}, "127.0.0.1", 80)

    assert (chosen.workers, chosen.ray_address) == (0, "head:6379")


def test_without_ray_a_cluster_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: None)

    with pytest.raises(BadSetting, match=r"pip install 'netloom\[cluster\]'"):
        read_settings({"NETLOOM_ENGINES": "ray"}, "127.0.0.1", 80)


def test_serve_without_ray_ends_with_one_sentence() -> None:
    script = "import sys; sys.modules['ray'] = None; from netloom.app import app; app(['serve'])"

    environment = {**os.environ, "NETLOOM_ENGINES": "ray"}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)

    assert ended.returncode == 2
    assert ended.stderr == "NETLOOM_ENGINES is 'ray', which needs Ray: pip install 'netloom[cluster]'.\n"


def test_ray_is_not_imported_unless_it_is_chosen() -> None:
    script = "import netloom.api.serve, sys; print([m for m in sys.modules if m.split('.')[0] == 'ray'])"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
