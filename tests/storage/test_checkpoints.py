"""What a checkpoint file survives (R3)."""

from __future__ import annotations

import hashlib
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netloom.storage.checkpoints import CheckpointFiles

RUN = "a" * 26
BYTES = 140
"""Of a small checkpoint's file: 40 of them its head."""


def generation(number: int) -> bytes:
    return f"generation {number}".encode().ljust(100)


WHOLE = [b"NETLOOM1" + hashlib.sha256(generation(number)).digest() + generation(number) for number in (0, 1)]
"""Two generations as they lie on the disk."""


def saved(folder: Path, *, generations: int = 2) -> CheckpointFiles:
    files = CheckpointFiles(folder)
    for number in range(generations):
        files.save(RUN, generation(number))
    return files


def newest(folder: Path) -> Path:
    return folder / RUN[:2] / RUN


def before(folder: Path) -> Path:
    return newest(folder).with_suffix(".before")


def assert_two_good_generations(folder: Path, new: bytes, old: bytes) -> None:
    files = CheckpointFiles(folder)
    assert files.load(RUN) == new
    newest(folder).unlink()
    assert files.load(RUN) == old


def test_r3_wherever_the_newest_is_cut_off_the_one_before_is_loaded_and_stays_until_there_are_two_again(
    tmp_path: Path,
) -> None:
    files = saved(tmp_path)
    whole, older = newest(tmp_path).read_bytes(), before(tmp_path).read_bytes()
    assert len(whole) == BYTES
    for cut in range(BYTES):
        newest(tmp_path).write_bytes(whole[:cut])
        before(tmp_path).write_bytes(older)

        assert files.load(RUN) == generation(0), f"cut off after {cut} bytes"
        files.save(RUN, generation(2))
        assert_two_good_generations(tmp_path, generation(2), generation(0))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(bits=st.sets(st.integers(0, BYTES * 8 - 1), min_size=1, max_size=4))
def test_r3_whichever_bits_of_the_newest_flip_the_one_before_is_loaded(tmp_path: Path, bits: set[int]) -> None:
    files = CheckpointFiles(tmp_path) if newest(tmp_path).exists() else saved(tmp_path)
    before(tmp_path).write_bytes(WHOLE[0])
    content = bytearray(WHOLE[1])
    for bit in bits:
        content[bit // 8] ^= 1 << bit % 8
    newest(tmp_path).write_bytes(content)

    assert files.load(RUN) == generation(0)
    files.save(RUN, generation(2))
    assert files.load(RUN) == generation(2)
    assert CheckpointFiles(tmp_path).load(RUN) == generation(2)
    assert before(tmp_path).read_bytes().endswith(generation(0))


def test_r3_with_both_generations_damaged_there_is_none_and_the_next_save_is_good(tmp_path: Path) -> None:
    files = saved(tmp_path)
    for path in (newest(tmp_path), before(tmp_path)):
        path.write_bytes(b"")

    assert files.load(RUN) is None
    files.save(RUN, generation(2))
    assert files.load(RUN) == generation(2)


def test_r3_a_server_that_ended_between_the_renames_left_the_newest_and_the_next_save_keeps_it(tmp_path: Path) -> None:
    files = saved(tmp_path)
    newest(tmp_path).rename(newest(tmp_path).with_suffix(".new"))

    assert files.load(RUN) == generation(1)
    files.save(RUN, generation(2))
    assert_two_good_generations(tmp_path, generation(2), generation(1))


def test_r3_a_write_that_fails_leaves_the_checkpoint_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = saved(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.save(RUN, b"lost")

    assert files.load(RUN) == generation(1)
    assert sorted(path.name for path in newest(tmp_path).parent.iterdir()) == [RUN, f"{RUN}.before"]


def test_a_removed_run_leaves_no_file(tmp_path: Path) -> None:
    files = saved(tmp_path)
    newest(tmp_path).with_suffix(".new").write_bytes(b"half")

    files.remove(RUN)

    assert list(newest(tmp_path).parent.iterdir()) == []


KILLED_BEFORE_A_CALL = """
import os, shutil, signal, sys
from pathlib import Path
from netloom.storage.checkpoints import CheckpointFiles

def child(folder, files, fatal):
    # Nothing reaches the disk but through a call into C, so these are all the places to be killed at.
    seen = 0
    def count(frame, event, function):
        nonlocal seen
        if event == "c_call" and (seen := seen + 1) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(count)
    files.save("a" * 26, b"new")
    sys.setprofile(None)
    os._exit(0)

for fatal in range(1, 10_000):
    folder = Path(sys.argv[1]) / str(fatal)
    files = CheckpointFiles(folder)
    for made in sys.argv[2].split():
        files.save("a" * 26, made.encode())
    if not (pid := os.fork()):
        child(folder, files, fatal)
    _, status = os.waitpid(pid, 0)
    found = files.load("a" * 26)
    files.save("a" * 26, b"next")
    after = files.load("a" * 26)
    (folder / "aa" / ("a" * 26)).unlink()
    print(fatal, found, after, files.load("a" * 26))
    shutil.rmtree(folder)
    if status == 0:
        break
"""


@pytest.mark.parametrize("made", ["", "older old"])
def test_r3_killed_at_any_call_of_a_save_either_the_old_or_the_new_one_is_there(tmp_path: Path, made: str) -> None:
    command = [sys.executable, "-c", KILLED_BEFORE_A_CALL, str(tmp_path), made]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    old = repr(b"old") if made else "None"
    found = [line.split()[1:] for line in told]
    assert len(found) > 20
    assert {loaded for loaded, _, _ in found} == {old, repr(b"new")}
    assert {after for _, after, _ in found} == {repr(b"next")}
    # Saving goes on from whatever was found: it is the generation before.
    assert all(before == loaded for loaded, _, before in found)
    assert found[-1][0] == repr(b"new")


SAVES_FOR_EVER = """
import itertools, sys
from pathlib import Path
from netloom.storage.checkpoints import CheckpointFiles

files = CheckpointFiles(Path(sys.argv[1]))
for number in itertools.count(int(sys.argv[2])):
    files.save("a" * 26, str(number).encode() * 20_000)
    print(number, flush=True)
"""


def test_r3_killed_at_random_moments_nothing_is_lost_that_was_said_to_be_saved(tmp_path: Path) -> None:
    rng = random.Random(5)
    number = 0
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVES_FOR_EVER, str(tmp_path), str(number)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        select.select([process.stdout], [], [], 30)
        time.sleep(rng.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        said = int(process.stdout.read().splitlines()[-1])
        process.wait()
        process.stdout.close()

        content = CheckpointFiles(tmp_path).load(RUN)
        assert content in {str(found).encode() * 20_000 for found in (said, said + 1)}
        number = said + 2
