"""What every layer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from netloom.record import Record

if TYPE_CHECKING:
    from jax import Array

Shape = tuple[int, ...]
"""Of one example, without the batch."""
Params = dict[str, Any]
"""Trained arrays by name: `weight`, `bias`, `scale` …"""
State = dict[str, Any]
"""Arrays that change while training but are not trained: batch norm's running mean and variance."""
Live = dict[str, Any]
"""Scalars that a learner may change while training, traced: never read from `self` inside `apply`.

Each field marked live under its own name, an activation as its place in its list, yes or no as 1.0 or 0.0. Besides:
`units` and `inputs`, int32: how many values of the padded output and input are real (they come first, the rest is 0);
`row_weight`, float32: 1 for a real example, 0 for one that only fills the batch.
"""

ID_PATTERN = r"^[a-z][a-z0-9_]{0,31}$"
LayerId = str


class Layer(Record):
    """One step of the network, described. Layers see one example; the engine adds `vmap(axis_name="batch")`.

    A field marked `live` in its `json_schema_extra` reaches `apply` in `live` and may change between two steps.
    """

    title: ClassVar[str]
    help: ClassVar[str]
    arity: ClassVar[int] = 1
    """How many inputs it takes."""

    id: LayerId = Field(pattern=ID_PATTERN, title="Id")
    """Names the layer within its network: small letters, digits and underscores."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """In plain Python, so that documents are checked without JAX. Raises ShapeMismatch."""
        raise NotImplementedError

    def parameter_shapes(self, *inputs: Shape) -> dict[str, Shape]:
        """Of the trained arrays."""
        return {}

    def check_start(self, *inputs: Shape) -> None:
        """Whether explicit initial values, where a layer has any, fit it. Raises ShapeMismatch."""

    def initial_params(self, rng: np.random.Generator, *inputs: Shape) -> dict[str, np.ndarray]:
        """float32 arrays of `parameter_shapes`."""
        return {}

    def initial_state(self, *inputs: Shape) -> dict[str, np.ndarray]:
        return {}

    def sums(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        """What the activation bends: one example in, z out. Written with `netloom.arrays`, so that it traces under
        jit, vmap and grad. `key` is None where chance plays no part: outside training."""
        raise NotImplementedError

    def bend(self, z: Array, live: Live) -> Array:
        """The activation; z itself for a layer without one."""
        return z

    def apply(
        self, params: Params, state: State, live: Live, *inputs: Array, key: Array | None, training: bool
    ) -> tuple[Array, State]:
        """One example in, one out."""
        z, state = self.sums(params, state, live, *inputs, key=key, training=training)
        return self.bend(z, live), state
