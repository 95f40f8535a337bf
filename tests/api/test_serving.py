"""A run from end to end over a real server: reconnecting, restarting, killing, many at once."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest


async def test_the_first_play_moves_the_picture_within_moments(page: Any, patience: float) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        await tab.until(lambda: tab.frames)
        start = time.monotonic()

        await tab.send("play")
        await tab.until(lambda: tab.frames[-1]["step"] > 0)

        assert time.monotonic() - start < 0.2 * patience


async def test_ev3_across_fifteen_cuts_every_event_arrives_once_and_the_history_is_whole(page: Any) -> None:
    run = await page.create(view={"speed": "100 epochs/s"})
    rng = random.Random(3)
    async with page.tab(run) as first:
        await first.answer("play")
        tab = first
    for _ in range(15):
        async with page.socket() as socket:
            tab.socket = socket
            await tab.attach()
            with pytest.raises(TimeoutError):
                await tab.until(lambda: False, secs=rng.uniform(0.0, 0.08))
    async with page.socket() as socket:
        tab.socket = socket
        await tab.attach()
        await tab.answer("pause")
        snapshots = [event for event in tab.events if event["type"] == "snapshot"]
        server_rows = (await page.http.get(f"/api/runs/{run}/history.csv")).text.splitlines()[1:]

    assert [row["epoch"] for row in tab.rows] == list(range(len(tab.rows)))
    assert len(tab.rows) == len(server_rows)
    assert len(tab.rows) > 10
    assert len(snapshots) == 1


async def test_ev2_a_page_that_forgot_everything_gets_a_snapshot(page: Any) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        await tab.answer("advance", unit="epoch", count=5)
        await tab.until(lambda: tab.status() == "paused")
    async with page.tab(run) as again:
        assert [row["epoch"] for row in again.rows] == list(range(6))
        assert again.stream == tab.stream


async def test_pr3_a_command_repeated_after_a_cut_is_carried_out_once(page: Any) -> None:
    run = await page.create()
    async with page.tab(run) as tab:
        await tab.answer("advance", unit="update")
        tab._ids -= 1
        await tab.send("advance", unit="update")
        await tab.answer("pause")

        assert tab.events[-1]["type"] == "accepted"
        assert tab.frames[-1]["step"] <= 1


async def test_two_tabs_of_one_run_are_told_the_same(page: Any) -> None:
    run = await page.create()
    async with page.tab(run) as one, page.tab(run) as two:
        await one.answer("advance", unit="epoch", count=3)
        await one.until(lambda: len(one.rows) == 4)
        await two.until(lambda: two.seq >= one.seq)

        assert two.rows == one.rows
        await two.until(lambda: two.frames and two.frames[-1]["epoch"] == 3)


async def test_one_socket_serves_many_runs(page: Any, make_tab: Any) -> None:
    runs = [await page.create() for _ in range(3)]
    async with page.socket() as socket:
        tabs = [make_tab(socket, run) for run in runs]
        for tab in tabs:
            await tab.attach()
            await tab.send("advance", unit="epoch", count=2)
        async with asyncio.timeout(20):
            while not all(len(tab.rows) == 3 for tab in tabs):
                await hear(tabs, await socket.recv())


async def test_f4_d1_a_run_that_diverges_says_so_and_stays_valid_json(page: Any, patience: float) -> None:
    document = {"source": {"type": "plane"}}
    run = await page.create(
        data=document,
        training={"loss": {"type": "mse"}, "learning_rate": 1000},
        view={"speed": "max"},
        network={
            "layers": [{"type": "input"}, {"type": "output", "activation": "linear"}],
            "edges": [{"source": "input", "target": "output"}],
        },
    )
    async with page.tab(run) as tab:
        start = time.monotonic()
        await tab.send("play")
        await tab.until(lambda: tab.status() == "diverged")

        assert time.monotonic() - start < 1 * patience
        assert tab.events[-1]["message"] or tab.events[-2]["message"]
        answer = await tab.answer("play")
        assert answer["code"] == "not_possible"
        answer = await tab.answer("recover")
        assert answer["experiment"]["training"]["learning_rate"] == 100


async def test_own_points_too_many_for_the_socket_come_by_http(page: Any) -> None:
    run = await page.create()
    items = [{"x": [number / 1000, -1.0], "target": number % 2} for number in range(4000)]
    async with page.tab(run) as tab:
        answer = await page.http.put(
            f"/api/runs/{run}/data", json={"source": {"type": "points", "items": items}, "count": 4000}
        )
        await tab.until(lambda: any(event["type"] == "points" for event in tab.events))

    assert answer.status_code == 204
    [edited] = [event for event in tab.events if event["type"] == "edited"]
    assert len(edited["experiment"]["data"]["source"]["items"]) == 4000
    refused = await page.http.put(f"/api/runs/{run}/data", json={"count": 1})
    assert (refused.status_code, refused.json()["error"]["path"]) == (422, "count")


def saved_as(answer: httpx.Response) -> str:
    """The name that a browser gives to the file."""
    return re.findall('filename="(.*)"', answer.headers["content-disposition"])[0]


def printed_beside(script: httpx.Response, weights: httpx.Response, folder: Path) -> str:
    """What the saved script prints, run in the folder where both files lie."""
    for answer in (script, weights):
        (folder / saved_as(answer)).write_bytes(answer.content)
    command = [sys.executable, saved_as(script)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


async def test_the_code_of_a_run_is_a_script(page: Any) -> None:
    run = await page.create()

    code = await page.http.get(f"/api/runs/{run}/code")

    compile(code.text, "script", "exec")
    assert 'filename="xor.py"' in code.headers["content-disposition"]


async def test_the_trained_network_comes_with_a_script_that_reads_it_under_the_name_it_is_saved_by(
    page: Any, tmp_path: Path
) -> None:
    run = await page.create()

    code = await page.http.get(f"/api/runs/{run}/code", params={"format": "predict"})
    weights = await page.http.get(f"/api/runs/{run}/weights")

    assert (saved_as(code), saved_as(weights)) == ("xor.predict.py", "xor.safetensors")
    assert printed_beside(code, weights, tmp_path).count("->") == 200
    refused = await page.http.get(f"/api/runs/{run}/code", params={"format": "basic"})
    assert (refused.status_code, refused.json()["error"]["path"]) == (422, "format")


async def test_the_catalogue_offers_everything_with_its_schema_and_help(page: Any) -> None:
    catalogue = (await page.http.get("/api/catalogue")).json()

    assert {item["type"] for item in catalogue["datasets"]} >= {"circle", "xor", "gauss", "spiral", "moons", "points"}
    for kind in ("layers", "datasets", "losses", "optimizers", "schedules"):
        for item in catalogue[kind]:
            assert item["title"]
            assert item["help"]
            assert set(item["defaults"]) <= set(item["schema"]["properties"])
    assert all(len(item["preview"]) >= 4 for item in catalogue["datasets"] if item["type"] != "points")
    assert catalogue["default"]["name"] == "XOR"
    assert {item["type"] for item in catalogue["output_activations"]} >= {"sigmoid", "softmax"}


async def test_r1_ev5_an_engine_that_is_killed_costs_the_page_nothing(make_server: Any, make_page: Any) -> None:
    server = make_server()
    page = make_page(server)
    run = await page.create(view={"speed": "100 epochs/s"}, training={"epoch_limit": 150})
    twin = await page.create(view={"speed": "max"}, training={"epoch_limit": 150})
    async with page.tab(twin) as tab:
        await tab.send("play")
        await tab.until(lambda: tab.status() == "finished")
        expected = tab.rows
    async with page.tab(run) as tab:
        await tab.send("play")
        for epoch in (20, 80):
            await tab.until(lambda epoch=epoch: len(tab.rows) > epoch)
            os.kill(server.workers()[0], signal.SIGKILL)
            notices = len([event for event in tab.events if event["type"] == "engine"])
            await tab.until(lambda seen=notices: _notices(tab) == seen + 2, secs=40)
        await tab.until(lambda: tab.status() == "finished", secs=40)

        assert tab.rows == expected
        assert await page.numbers(run) == await page.numbers(twin)
        assert [event["state"] for event in tab.events if event["type"] == "engine"] == ["lost", "resumed"] * 2
    assert server.stop() == 0


def _notices(tab: Any) -> int:
    return len([event for event in tab.events if event["type"] == "engine"])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_r2_r9_after_a_restart_of_the_server_the_run_is_where_it_was(
    make_server: Any, make_page: Any, how: signal.Signals, assert_intact: Callable[[Path], None]
) -> None:
    server = make_server()
    page = make_page(server)
    run = await page.create()
    async with page.tab(run) as tab:
        await tab.answer("edit", changes={"training": {"learning_rate": 0.25}})
        await tab.answer("advance", unit="epoch", count=30)
        await tab.until(lambda: tab.status() == "paused" and len(tab.rows) == 31)
        if how == signal.SIGKILL:
            await asyncio.sleep(2.5)  # checkpoints reach the store every two seconds
        workers = server.workers()
        code = server.stop(how)
    assert how == signal.SIGKILL or code == 0
    await asyncio.to_thread(_wait_for_the_end_of, workers)
    assert_intact(server.data)

    server.start()
    async with page.tab(run) as again:
        assert [row["epoch"] for row in again.rows] == list(range(31))
        assert again.rows == tab.rows
        assert again.stream != tab.stream
        document = (await page.http.get(f"/api/runs/{run}/experiment")).json()
        assert document["training"]["learning_rate"] == 0.25
    server.stop()


def _wait_for_the_end_of(pids: list[int]) -> None:
    """Engines end by themselves when their server is gone."""
    deadline = time.monotonic() + 15
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):  # noqa: PTH110
        assert time.monotonic() < deadline
        time.sleep(0.1)


async def test_l1_thirty_learners_at_once_lose_no_event(server: Any, make_page: Any) -> None:
    pages = [make_page(server) for _ in range(30)]

    async def learn(page: Any) -> Any:
        await page.http.get("/api/health")
        run = await page.create(view={"speed": "20 epochs/s"})
        async with page.tab(run, frames_per_second=10) as tab:
            await tab.answer("play")
            await tab.until(lambda: len(tab.rows) >= 40, secs=60)
            await tab.answer("pause")
            return tab

    tabs = await asyncio.gather(*(learn(page) for page in pages))

    for tab in tabs:
        assert [row["epoch"] for row in tab.rows] == list(range(len(tab.rows)))
        assert tab.frames
    assert all(tab.rows[:40] == tabs[0].rows[:40] for tab in tabs)


def test_the_server_never_imports_jax() -> None:
    script = "import netloom.app, netloom.api.serve, sys; print([m for m in sys.modules if m.startswith('jax')])"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]", loaded.stdout


def test_the_server_process_has_no_jax_loaded_while_it_serves(server: Any) -> None:
    httpx.get(f"{server.url}/api/catalogue")

    with open(f"/proc/{server.process.pid}/maps") as maps:  # noqa: PTH123
        assert "jaxlib" not in maps.read()


def test_a_port_that_is_taken_ends_the_server_with_a_sentence(server: Any) -> None:
    taken = subprocess.run(
        [sys.executable, "-m", "netloom.app", "serve", "--port", str(server.port)],
        capture_output=True,
        text=True,
        env={**os.environ, "NETLOOM_DATA": str(server.data)},
        timeout=30,
        check=False,
    )

    assert taken.returncode != 0
    assert "already in use" in taken.stderr
    assert "Traceback" not in taken.stderr


async def hear(tabs: list[Any], message: str | bytes) -> None:
    for tab in tabs:
        if tab.run in (message if isinstance(message, str) else message[:200].decode(errors="replace")):
            await tab.take(message)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not tell who may use which core")
async def test_the_server_keeps_to_a_core_that_no_engine_uses(server: Any) -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        pytest.skip("there is one core for all")
    assert os.sched_getaffinity(server.process.pid) == {cores[0]}
    engines = server.workers()
    assert engines
    for pid in engines:
        assert os.sched_getaffinity(pid) == set(cores[1:])
