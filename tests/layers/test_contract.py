"""What every layer promises."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter

from netloom.activations import ACTIVATIONS
from netloom.layers import LAYERS, AnyLayer, BatchNorm, Dense, Dropout, Input, Layer, LayerNorm, Output

LAYER: TypeAdapter[Layer] = TypeAdapter(AnyLayer)
EXAMPLES: tuple[Layer, ...] = (
    Dense(id="a", units=3),
    Dropout(id="a", rate=0.5),
    BatchNorm(id="a"),
    LayerNorm(id="a"),
    Input(),
    Output(units=3, activation="softmax"),
)
WIDTH = 5
every_layer = pytest.mark.parametrize("layer", EXAMPLES, ids=lambda layer: layer.type)


def live_of(layer: Layer, **others: Any) -> dict[str, Any]:
    units = layer.output_shape((WIDTH,))[0]
    values = {"units": jnp.int32(units), "inputs": jnp.int32(WIDTH), "row_weight": jnp.float32(1)}
    for name, field in type(layer).model_fields.items():
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("live") and name not in values:
            values[name] = jnp.int32(1) if name == "activation" else jnp.float32(getattr(layer, name))
    return values | others


def arrays_of(layer: Layer) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return layer.initial_params(np.random.default_rng(0), (WIDTH,)), layer.initial_state((WIDTH,))


def apply_to(layer: Layer, rows: Any, *, training: bool, **live: Any) -> tuple[Any, Any]:
    params, state = arrays_of(layer)
    keys = jax.random.split(jax.random.key(0), len(rows))

    def one(x: Any, key: Any) -> tuple[Any, Any]:
        return layer.apply(params, state, live_of(layer, **live), x, key=key, training=training)

    return jax.vmap(one, axis_name="batch", out_axes=(0, None))(rows, keys)


def test_every_layer_is_an_example_here() -> None:
    assert tuple(type(layer) for layer in EXAMPLES) == LAYERS


@every_layer
def test_survives_a_round_trip_through_json(layer: Layer) -> None:
    assert LAYER.validate_json(layer.model_dump_json()) == layer


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_the_stated_shape_is_that_of_the_output(layer: Layer, training: bool) -> None:
    found, _ = jax.eval_shape(lambda rows: apply_to(layer, rows, training=training), jnp.zeros((7, WIDTH)))

    assert found.shape == (7, *layer.output_shape((WIDTH,)))
    assert found.dtype == jnp.float32


@every_layer
def test_starts_with_float32_arrays_of_the_stated_shapes(layer: Layer) -> None:
    params, _ = arrays_of(layer)

    assert {name: values.shape for name, values in params.items()} == layer.parameter_shapes((WIDTH,))
    assert all(values.dtype == np.float32 for values in params.values())


@every_layer
def test_state_keeps_its_shape_while_training(layer: Layer) -> None:
    _, before = arrays_of(layer)
    _, after = apply_to(layer, jnp.ones((7, WIDTH)), training=True)

    assert {name: values.shape for name, values in before.items()} == {name: v.shape for name, v in after.items()}


def test_dropout_silences_a_share_and_scales_the_rest() -> None:
    kept, _ = apply_to(Dropout(id="a", rate=0.25), jnp.ones((4000, WIDTH)), training=True)

    assert set(np.unique(kept.round(4))) == {0.0, np.float32(1.3333)}
    assert kept.mean() == pytest.approx(1, abs=0.02)
    untouched, _ = apply_to(Dropout(id="a"), jnp.ones((7, WIDTH)), training=False)
    np.testing.assert_array_equal(untouched, 1)


def test_batch_normalization_gives_mean_0_and_variance_1_over_the_batch() -> None:
    rows = jnp.asarray(np.random.default_rng(0).normal(3, 2, (50, WIDTH)), jnp.float32)
    found, state = apply_to(BatchNorm(id="a"), rows, training=True, activation=jnp.int32(0))

    np.testing.assert_allclose(found.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(found.var(0), 1, atol=1e-4)
    np.testing.assert_allclose(state["mean"], 0.1 * rows.mean(0), rtol=1e-5)
    np.testing.assert_allclose(state["variance"], 0.9 + 0.1 * rows.var(0), rtol=1e-4)


def test_layer_normalization_gives_mean_0_and_variance_1_within_a_point() -> None:
    rows = jnp.asarray(np.random.default_rng(0).normal(3, 2, (50, WIDTH)), jnp.float32)
    found, _ = apply_to(LayerNorm(id="a"), rows, training=True, activation=jnp.int32(0))

    np.testing.assert_allclose(found.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose(found.var(1), 1, atol=5e-3)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_an_activation_stays_within_its_bounds(name: Any) -> None:
    activation = ACTIVATIONS[name]
    values = np.asarray(activation.value(jnp.linspace(-50, 50, 2001), 0.01, 1.0))

    assert np.isfinite(values).all()
    assert values.min() >= activation.low
    assert values.max() <= activation.high
