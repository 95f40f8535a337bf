"""Where the data enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from netloom.layers.base import ID_PATTERN, Layer, LayerId, Live, Params, Shape, State

if TYPE_CHECKING:
    from jax import Array


class Input(Layer):
    """The input features, one number each. `output_shape` takes their count as its only argument: `(features,)`."""

    title: ClassVar[str] = "Inputs"
    help: ClassVar[str] = "The numbers that the network is given for each point."

    type: Literal["input"] = "input"
    id: LayerId = Field(default="input", pattern=ID_PATTERN, title="Id")

    def output_shape(self, *inputs: Shape) -> Shape:
        [(features,)] = inputs
        return (features,)

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        [x] = inputs
        return x, state
