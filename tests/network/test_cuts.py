"""What a learner keeps when the network is cut again and again (R7, R10)."""

from __future__ import annotations

import asyncio
import csv
import random
from typing import Any

import pytest

RATES = [0.01, 0.02, 0.03, 0.05, 0.1]


async def cut(proxy: Any, rng: random.Random, tab: Any) -> None:
    """In one of the ways in which networks end."""
    await asyncio.wait_for(tab.welcome.wait(), 60)
    if rng.random() < 0.3:
        proxy.hold()
        await asyncio.sleep(rng.uniform(0, 0.2))
    rng.choice([proxy.reset, proxy.close])()
    proxy.flow()


async def rows_of_server(page: Any, run: str) -> list[tuple[int, float]]:
    text = (await page.http.get(f"/api/runs/{run}/history.csv")).text
    return [(int(row["epoch"]), float(row["train_loss"])) for row in csv.DictReader(text.splitlines())]


def rows_of(tab: Any) -> list[tuple[int, float]]:
    return [(row["epoch"], row["train_loss"]) for row in tab.rows]


async def settle(tab: Any) -> None:
    """Everything asked for has its answer, and the run stands still."""
    await tab.when(lambda: not tab.unanswered)
    await tab.ask("pause")
    await tab.when(lambda: not tab.unanswered and tab.status() == "paused")


@pytest.mark.slow
@pytest.mark.parametrize("cuts", [25, pytest.param(100, marks=pytest.mark.soak)])
async def test_r7_however_often_it_is_cut_the_history_is_the_servers_and_each_command_is_answered_once(
    page: Any, proxy: Any, client: Any, cuts: int
) -> None:
    run = await page.create(view={"speed": "100 epochs/s"})
    rng = random.Random(11)
    rate = 0.0
    async with client(run) as tab:
        await tab.ask("play")
        for _ in range(cuts):
            rate = rng.choice(RATES)
            edit = {"training": {"learning_rate": rate}}
            await tab.ask("edit", changes=edit, label="Learning rate")
            await tab.ask(rng.choice(["play", "pause", "play"]))
            await asyncio.sleep(rng.uniform(0, 0.15))
            await cut(proxy, rng, tab)
        await settle(tab)
        held = await rows_of_server(page, run)
        document = (await page.http.get(f"/api/runs/{run}/experiment")).json()

    assert tab.cuts == cuts
    assert rows_of(tab) == held
    assert [epoch for epoch, _ in held] == list(range(len(held))) and len(held) > cuts
    assert document["training"]["learning_rate"] == rate
    assert len(tab.answered) == 2 * cuts + 2 and set(tab.answered.values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("held_secs", [3, pytest.param(30, marks=pytest.mark.soak)])
@pytest.mark.parametrize("way", ["reset", "close", "flow"])
async def test_r7_a_network_that_holds_everything_costs_no_event_however_it_ends(
    page: Any, proxy: Any, client: Any, held_secs: float, way: str
) -> None:
    run = await page.create(view={"speed": "20 epochs/s"})
    async with client(run) as tab:
        await tab.ask("play")
        await tab.when(lambda: len(tab.rows) > 5)
        proxy.hold()
        await asyncio.sleep(held_secs)
        behind = len(tab.rows)
        getattr(proxy, way)()
        proxy.flow()
        await tab.when(lambda: len(tab.rows) > behind + 5)
        await settle(tab)

        assert rows_of(tab) == await rows_of_server(page, run)
    assert len([event for event in tab.events if event["type"] == "snapshot"]) == 1


@pytest.mark.slow
async def test_r10_after_fifteen_cuts_with_three_actions_each_the_state_is_exact(
    page: Any, proxy: Any, client: Any
) -> None:
    run = await page.create()
    rng = random.Random(12)
    pin = {"layer": "output", "parameter": "bias", "index": [0]}
    async with client(run) as tab:
        for time in range(1, 16):
            rate = RATES[time % len(RATES)]
            await tab.ask("advance", unit="epoch", count=1)
            await tab.ask("edit", changes={"training": {"learning_rate": rate}}, label="Learning rate")
            await asyncio.sleep(rng.uniform(0, 0.05))
            await cut(proxy, rng, tab)
            await tab.ask("set_parameter", pin=pin, value=time / 16)
            await tab.when(lambda: not tab.unanswered)
            await settle(tab)

            assert len(tab.rows) == time + 1
            assert rows_of(tab) == await rows_of_server(page, run)
            document = (await page.http.get(f"/api/runs/{run}/experiment")).json()
            assert document["training"]["learning_rate"] == rate
            assert (await weights(page, run))["output.bias"].tolist() == [time / 16]

    assert tab.cuts == 15 and set(tab.answered.values()) == {1}


async def weights(page: Any, run: str) -> Any:
    from safetensors.numpy import load

    return load((await page.http.get(f"/api/runs/{run}/weights")).content)
