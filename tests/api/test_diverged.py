"""The way back from a run that diverged (D2), over a real engine."""

from __future__ import annotations

from typing import Any

import pytest

LINEAR = {
    "data": {"source": {"type": "plane"}},
    "network": {
        "layers": [{"type": "input"}, {"type": "output", "activation": "linear"}],
        "edges": [{"source": "input", "target": "output"}],
    },
    "view": {"speed": "max"},
}
EPOCHS = 30
LOW_RATE = 0.001


def losses(tab: Any) -> list[Any]:
    return [row["train_loss"] for row in tab.rows]


async def try_rate(tab: Any, rate: float) -> bool:
    """Whether it trains from the beginning at this rate."""
    await tab.answer("edit", changes={"training": {**tab.training, "learning_rate": rate}}, label="Learning rate")
    await tab.answer("restart")
    await tab.until(lambda: len(tab.rows) == 1)
    await tab.answer("advance", unit="epoch", count=EPOCHS)
    await tab.until(
        lambda: tab.status() in {"paused", "diverged"} and (tab.status() == "diverged" or len(tab.rows) > EPOCHS)
    )
    return tab.status() == "paused" and losses(tab)[-1] < losses(tab)[0]


async def highest_that_trains(tab: Any) -> float:
    """To a factor of two."""
    rate = LOW_RATE
    while await try_rate(tab, 2 * rate):
        rate *= 2
    return rate


async def test_d2_a_tenth_of_a_rate_ten_times_too_high_trains_on_from_the_last_finite_point(
    page: Any, other_page: Any
) -> None:
    run = await page.create(training={"loss": {"type": "mse"}}, **LINEAR)
    other, twin = [await other_page.create(view={"speed": "20 epochs/s"}) for _ in range(2)]
    async with page.tab(run) as tab, other_page.tab(other) as beside, other_page.tab(twin) as alone:
        tab.training = (await page.http.get(f"/api/runs/{run}/experiment")).json()["training"]
        highest = await highest_that_trains(tab)
        assert highest > LOW_RATE

        await beside.answer("play")
        assert not await try_rate(tab, 10 * highest)
        assert tab.status() == "diverged"
        finite = [loss for loss in losses(tab) if loss is not None]
        answer = await tab.answer("recover")

        assert answer["experiment"]["training"]["learning_rate"] == pytest.approx(highest)
        await tab.answer("advance", unit="epoch", count=EPOCHS)
        await tab.until(lambda: tab.status() == "paused" and len(tab.rows) > answer["epoch"] + EPOCHS)
        assert losses(tab)[: answer["epoch"] + 1] == finite[: answer["epoch"] + 1]
        after = losses(tab)[answer["epoch"] :]
        assert None not in after and after[-1] < after[0]

        await beside.until(lambda: len(beside.rows) > EPOCHS)
        await beside.answer("pause")
        await alone.answer("advance", unit="epoch", count=len(beside.rows) - 1)
        await alone.until(lambda: len(alone.rows) == len(beside.rows))
        assert alone.rows == beside.rows
