"""The layers that a network can be built of, in the order of the palette."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netloom.layers.base import Layer, LayerId, Live, Params, Shape, State
from netloom.layers.batch_norm import BatchNorm
from netloom.layers.dense import Dense, InitialParameters
from netloom.layers.dropout import Dropout
from netloom.layers.input import Input
from netloom.layers.layer_norm import LayerNorm
from netloom.layers.output import Output

LAYERS: tuple[type[Layer], ...] = (Dense, Dropout, BatchNorm, LayerNorm, Input, Output)

AnyLayer = Annotated[Dense | Dropout | BatchNorm | LayerNorm | Input | Output, Field(discriminator="type")]

__all__ = [
    "LAYERS",
    "AnyLayer",
    "BatchNorm",
    "Dense",
    "Dropout",
    "InitialParameters",
    "Input",
    "Layer",
    "LayerId",
    "LayerNorm",
    "Live",
    "Output",
    "Params",
    "Shape",
    "State",
]
