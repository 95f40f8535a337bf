"""What the operator decides."""

from netloom.settings import default_workers, read_settings


def test_a_gpu_is_served_by_one_engine_process() -> None:
    assert read_settings({"NETLOOM_DEVICE": "gpu"}, "127.0.0.1", 80).workers == 1
    assert read_settings({"NETLOOM_DEVICE": "gpu", "NETLOOM_WORKERS": "3"}, "127.0.0.1", 80).workers == 3
    assert default_workers("auto", gpu_support=True) == 1


def test_processor_cores_are_used_but_for_the_servers() -> None:
    assert default_workers("cpu") == default_workers("auto", gpu_support=False) >= 1
