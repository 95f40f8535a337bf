"""Everything there is to choose from, made from the catalogues' own declarations."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from pydantic import BaseModel

from netloom.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from netloom.datasets import DATASETS
from netloom.datasets.base import Dataset
from netloom.datasets.points import OwnPoints
from netloom.examples import all_examples
from netloom.experiment import Experiment
from netloom.initializers import INITIALIZERS
from netloom.layers import LAYERS, Layer
from netloom.losses import LOSSES, Loss
from netloom.optimizers import OPTIMIZERS
from netloom.protocol.http import (
    ActivationItem,
    Catalogue,
    CatalogueItem,
    DatasetItem,
    Example,
    InitializerItem,
    LayerItem,
    Limits,
    LossItem,
    PreviewPoint,
)
from netloom.schedules import SCHEDULES
from netloom.settings import Caps

PREVIEW_POINTS = 80
PREVIEW_SEED = 1


@cache
def catalogue(caps: Caps) -> bytes:
    """JSON of a Catalogue."""
    found = Catalogue(
        layers=tuple(_layer(layer) for layer in LAYERS),
        activations=tuple(
            ActivationItem(type=name, title=a.title, help=a.help, low=_bound(a.low), high=_bound(a.high))
            for name, a in ACTIVATIONS.items()
        ),
        output_activations=tuple(_output_activation(name, text) for name, text in OUTPUT_ACTIVATIONS.items()),
        initializers=tuple(InitializerItem(type=n, title=i.title, help=i.help) for n, i in INITIALIZERS.items()),
        datasets=tuple(_dataset(dataset) for dataset in DATASETS),
        losses=tuple(_loss(loss) for loss in LOSSES),
        optimizers=tuple(CatalogueItem.model_validate(_item(kind)) for kind in OPTIMIZERS),
        schedules=tuple(CatalogueItem.model_validate(_item(kind)) for kind in SCHEDULES),
        examples=examples(),
        limits=Limits(layers=caps.layers, neurons=caps.neurons, parameters=caps.parameters, points=caps.points),
        default=Experiment(),
        schema=Experiment.model_json_schema(),
    )
    return found.model_dump_json(by_alias=True).encode()


@cache
def examples() -> tuple[Example, ...]:
    """The ready-made experiments, in the order of the menu."""
    return tuple(
        Example(
            id=slug,
            name=experiment.name,
            summary=experiment.summary,
            question=experiment.question,
            experiment=experiment,
        )
        for slug, experiment in all_examples()
    )


def _item(kind: Any, **fixed: Any) -> dict[str, Any]:
    model: type[BaseModel] = kind
    return {
        "type": model.model_fields["type"].default,
        "title": kind.title,
        "help": kind.help,
        "schema": model.model_json_schema(),
        "defaults": kind(**fixed).model_dump(mode="json"),
    }


def _layer(layer: type[Layer]) -> LayerItem:
    kind: str = layer.model_fields["type"].default
    named = {"id": kind} if layer.model_fields["id"].is_required() else {}
    return LayerItem.model_validate({**_item(layer, **named), "offered": kind not in {"input", "output"}})


def _loss(loss: type[Loss]) -> LossItem:
    facts = {"classification_only": loss.classification_only, "min_outputs": loss.min_outputs}
    return LossItem.model_validate({**_item(loss), **facts})


def _dataset(dataset: type[Dataset]) -> DatasetItem:
    task = dataset().task
    facts = {
        "task": task.kind,
        "classes": task.classes,
        "inputs": task.inputs,
        "noisy": dataset.noisy,
        "sized": dataset.sized,
        "preview": _preview(dataset()),
    }
    return DatasetItem.model_validate({**_item(dataset), **facts})


def _preview(dataset: Dataset) -> tuple[PreviewPoint, ...]:
    if isinstance(dataset, OwnPoints):
        return ()
    points = dataset.sample(np.random.default_rng(PREVIEW_SEED), count=PREVIEW_POINTS, noise=0.0)
    pairs = zip(points.inputs.tolist(), points.targets.tolist(), strict=True)
    return tuple(PreviewPoint(x=tuple(x), target=target) for x, target in pairs)


def _output_activation(name: str, text: str) -> ActivationItem:
    if found := next((activation for known, activation in ACTIVATIONS.items() if known == name), None):
        return ActivationItem(type=name, title=found.title, help=text, low=_bound(found.low), high=_bound(found.high))
    return ActivationItem(type=name, title=name.capitalize(), help=text, low=0, high=1)


def _bound(value: float) -> float | None:
    return value if math.isfinite(value) else None
