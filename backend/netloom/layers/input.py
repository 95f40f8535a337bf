"""Where the data enter."""

from __future__ import annotations

from typing import ClassVar, Literal

from netloom.layers.base import Layer, Shape


class Input(Layer):
    """The input features, one number each. `output_shape` takes their count as its only argument: `(features,)`."""

    title: ClassVar[str] = "Inputs"
    help: ClassVar[str] = "The numbers that the network is given for each point."

    type: Literal["input"] = "input"
    id: str = "input"

    def output_shape(self, *inputs: Shape) -> Shape:
        [(features,)] = inputs
        return (features,)
