"""What an operator has lowered holds for every way in (I4): a new run, a check, an edit, points by HTTP, the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netloom.layers import Dense, Input, LayerNorm, Output
from netloom.network import chain
from netloom.settings import BadSetting, Caps, read_settings

LOWERED = {
    "NETLOOM_MAX_LAYERS": "3",
    "NETLOOM_MAX_NEURONS": "16",
    "NETLOOM_MAX_PARAMETERS": "100",
    "NETLOOM_MAX_MB": "1",
    "NETLOOM_MAX_GFLOP": "1",
    "NETLOOM_MAX_POINTS": "250",
}


def network(*widths: int) -> dict[str, Any]:
    hidden = [Dense(id=f"hidden{n}", units=units) for n, units in enumerate(widths, start=1)]
    return chain(Input(), *hidden, Output()).model_dump(mode="json")


TOO_LARGE = [
    ({"network": network(2, 2, 2, 2)}, "Hidden layers: 4 is more than the 3", None),
    ({"network": network(4, 17)}, "Neurons: 17 is more than the 16", "hidden2"),
    ({"network": network(16, 16)}, "Parameters: 337 is more than the 100", "hidden2"),
    ({"data": {"count": 251}}, "Points: 251 is more than the 250", None),
]


@pytest.fixture(scope="module")
def small_server(make_server: Callable[..., Any]) -> Iterator[Any]:
    server = make_server(environment=LOWERED)
    yield server
    server.stop()


def whole(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return document | {name: document[name] | value for name, value in changes.items()}


@pytest.mark.parametrize(("changes", "sentence", "layer"), TOO_LARGE)
async def test_i4_what_is_too_large_for_this_server_is_refused_on_every_way_in(
    small_server: Any, make_page: Any, document: Any, changes: Any, sentence: str, layer: str | None
) -> None:
    page = make_page(small_server)
    asked = whole(document, changes)

    answers = [
        await page.http.post(path, content=json.dumps(asked)) for path in ("/api/runs", "/api/experiments/check")
    ]
    run = await page.create()
    async with page.tab(run) as tab:
        edited = await tab.answer("edit", changes={name: asked[name] for name in changes})
        trained = await tab.answer("advance", unit="epoch")

    for error in (*(answer.json()["error"] for answer in answers), edited):
        assert error["code"] == "over_limit"
        assert error["message"].startswith(sentence)
        assert error["layer"] == layer
    assert [answer.status_code for answer in answers] == [422, 422]
    assert trained["type"] == "accepted"
    assert (await page.http.get(f"/api/runs/{run}/experiment")).json() == document


async def test_i4_an_edit_counts_together_with_what_stays_as_it_is(small_server: Any, make_page: Any) -> None:
    page = make_page(small_server)
    run = await page.create()
    features = ["x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)", "x+y", "x-y", "x^3", "y^3"]
    items = [{"x": [n / 100, 0], "target": n % 2} for n in range(251)]
    async with page.tab(run) as tab:
        more_inputs = await tab.answer("edit", changes={"data": {"features": features}})
        then = await tab.answer("edit", changes={"network": network(6, 5)})
    put = await page.http.put(f"/api/runs/{run}/data", json={"source": {"type": "points", "items": items}})

    assert more_inputs["message"].startswith("Parameters: 105 is more than the 100")
    assert then["type"] == "edited"
    assert put.status_code == 422
    assert put.json()["error"]["message"].startswith("Points: 251 is more than the 250")


async def test_the_page_is_told_what_this_server_allows(small_server: Any, make_page: Any) -> None:
    page = make_page(small_server)
    await page.http.get("/api/health")

    limits = (await page.http.get("/api/catalogue")).json()["limits"]

    assert limits == {"layers": 3, "neurons": 16, "parameters": 100, "points": 250}


async def test_i4_an_edit_to_190_wide_layers_is_refused_before_the_engine_hears_of_it(
    page: Any, patience: float
) -> None:
    run = await page.create()
    wide = network(*[256] * 60)
    async with page.tab(run) as tab:
        refused = await tab.answer("edit", changes={"network": wide})

    assert refused["code"] == "over_limit"
    assert refused["message"].startswith("Hidden layers: 60 is more than the 12")


async def test_norms_and_dropout_are_not_counted_as_hidden_layers(page: Any, document: Any) -> None:
    layers = [Input(), *(Dense(id=f"d{n}", units=2) for n in range(12)), *(LayerNorm(id=f"n{n}") for n in range(3))]
    asked = document | {"network": chain(*layers, Output()).model_dump(mode="json")}

    assert (await page.http.post("/api/experiments/check", content=json.dumps(asked))).status_code == 204


def test_an_operator_may_lower_the_caps_but_not_below_what_the_page_opens_with() -> None:
    assert read_settings(LOWERED, "127.0.0.1", 80).caps == Caps(3, 16, 100, 1, 1, 250)
    for name, value in {"NETLOOM_MAX_LAYERS": "1", "NETLOOM_MAX_NEURONS": "5", "NETLOOM_MAX_POINTS": "9"}.items():
        with pytest.raises(BadSetting, match=name):
            read_settings({name: value}, "127.0.0.1", 80)
    with pytest.raises(BadSetting, match="NETLOOM_MAX_PARAMETERS"):
        read_settings({"NETLOOM_MAX_PARAMETERS": "2000001"}, "127.0.0.1", 80)
