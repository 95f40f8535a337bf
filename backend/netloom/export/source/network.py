"""`forward` and `backward` as NumPy text, written out for one network's own layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from netloom.activations import DEFAULT_ALPHA, DEFAULT_SLOPE
from netloom.export.source.activations import ACTIVATION_SOURCES
from netloom.layers import BatchNorm, Dense, Dropout, Layer, LayerNorm, Output
from netloom.network import Network

Lines = Iterator[str]


def forward_lines(network: Network) -> list[str]:
    """The body of `forward`: every layer after the one it reads. Values are `[points, units]`."""
    lines: list[str] = []
    for before, layer in pairwise(network.in_order()):
        lines += _FORWARD[type(layer)](layer, before.id)
    return lines


def backward_lines(network: Network) -> list[str]:
    """The body of `backward`, from d loss / d z of the output in `d` back to the first layer that learns."""
    layers = network.in_order()
    first = next((at for at, layer in enumerate(layers) if learns(layer)), len(layers))
    lines: list[str] = []
    for at in range(len(layers) - 1, max(first, 1) - 1, -1):
        lines += _BACKWARD[type(layers[at])](layers[at], layers[at - 1].id, at > first)
    return lines


def learns(layer: Layer) -> bool:
    """Whether training changes anything of it."""
    return not getattr(layer, "frozen", True)


def has(network: Network, *kinds: type[Layer]) -> bool:
    return any(isinstance(layer, kinds) for layer in network.layers)


def _call(layer: Layer, function: str, values: str) -> str:
    """`tanh(v["hidden1.z"])`, with a leaky slope or α where the activation has one."""
    parameter = ACTIVATION_SOURCES[function.removesuffix("_slope")].parameter  # pyright: ignore[reportArgumentType]
    extra = f", {getattr(layer, parameter, _DEFAULTS[parameter])!r}" if parameter else ""
    return f"{function}({values}{extra})"


_DEFAULTS = {"slope": DEFAULT_SLOPE, "alpha": DEFAULT_ALPHA}


def _activated(layer: Layer) -> Lines:
    name = layer.activation  # pyright: ignore[reportAttributeAccessIssue]
    value = f'v["{layer.id}.z"]' if name == "linear" else _call(layer, name, f'v["{layer.id}.z"]')
    yield f'v["{layer.id}"] = {value}'


def _through_activation(layer: Layer) -> Lines:
    """From d loss / d value to d loss / d z."""
    name = layer.activation  # pyright: ignore[reportAttributeAccessIssue]
    if name != "linear":
        values = f'v["{layer.id}.z"], v["{layer.id}"]'
        yield f"d = d * {_call(layer, name + '_slope', values)}"


def _dense_forward(layer: Dense | Output, before: str) -> Lines:
    bias = f' + p["{layer.id}.bias"]' if layer.bias else ""
    yield f'v["{layer.id}.z"] = v["{before}"] @ p["{layer.id}.weight"]{bias}'
    if isinstance(layer, Output) and layer.activation == "softmax":
        yield f'v["{layer.id}"] = softmax(v["{layer.id}.z"])'
    else:
        yield from _activated(layer)


def _dense_backward(layer: Dense | Output, before: str, further: bool) -> Lines:
    if not isinstance(layer, Output):
        yield from _through_activation(layer)
    if not layer.frozen:
        yield f'g["{layer.id}.weight"] = v["{before}"].T @ d'
        if layer.bias:
            yield f'g["{layer.id}.bias"] = d.sum(0)'
    if further:
        yield f'd = d @ p["{layer.id}.weight"].T'


def _dropout_forward(layer: Dropout, before: str) -> Lines:
    yield f'v["{layer.id}"] = v["{before}"] if keep is None else v["{before}"] * keep["{layer.id}"]'


def _dropout_backward(layer: Dropout, _before: str, further: bool) -> Lines:
    if further:
        yield f'd = d * keep["{layer.id}"]'


def _batch_norm_forward(layer: BatchNorm, before: str) -> Lines:
    name = layer.id
    yield f'mean, variance = p["{name}.mean"], p["{name}.variance"]'
    yield "if training:"
    yield f'    mean, variance = v["{before}"].mean(0), v["{before}"].var(0)'
    yield f'    p["{name}.mean"] += {layer.momentum!r} * (mean - p["{name}.mean"])'
    yield f'    p["{name}.variance"] += {layer.momentum!r} * (variance - p["{name}.variance"])'
    yield f'v["{name}.deviation"] = np.sqrt(variance + {layer.epsilon!r})'
    yield f'v["{name}.normal"] = (v["{before}"] - mean) / v["{name}.deviation"]'
    yield f'v["{name}.z"] = p["{name}.scale"] * v["{name}.normal"] + p["{name}.shift"]'
    yield from _activated(layer)


def _batch_norm_backward(layer: BatchNorm, _before: str, further: bool) -> Lines:
    yield from _normal_backward(layer)
    if further:
        normal = f'v["{layer.id}.normal"]'
        yield f'd = d * p["{layer.id}.scale"]'
        yield f"pull = d.mean(0) + {normal} * (d * {normal}).mean(0)  # through the batch's mean and variance"
        yield f'd = (d - pull) / v["{layer.id}.deviation"]'


def _layer_norm_forward(layer: LayerNorm, before: str) -> Lines:
    name = layer.id
    yield f'centered = v["{before}"] - v["{before}"].mean(1, keepdims=True)'
    yield f'v["{name}.deviation"] = np.sqrt((centered**2).mean(1, keepdims=True) + {layer.epsilon!r})'
    yield f'v["{name}.normal"] = centered / v["{name}.deviation"]'
    yield f'v["{name}.z"] = p["{name}.scale"] * v["{name}.normal"] + p["{name}.shift"]'
    yield from _activated(layer)


def _layer_norm_backward(layer: LayerNorm, _before: str, further: bool) -> Lines:
    yield from _normal_backward(layer)
    if further:
        normal = f'v["{layer.id}.normal"]'
        yield f'd = d * p["{layer.id}.scale"]'
        yield f"pull = d.mean(1, keepdims=True) + {normal} * (d * {normal}).mean(1, keepdims=True)"
        yield f'd = (d - pull) / v["{layer.id}.deviation"]'


def _normal_backward(layer: BatchNorm | LayerNorm) -> Lines:
    yield from _through_activation(layer)
    if not layer.frozen:
        yield f'g["{layer.id}.scale"] = (d * v["{layer.id}.normal"]).sum(0)'
        yield f'g["{layer.id}.shift"] = d.sum(0)'


_FORWARD: dict[type[Layer], Callable[..., Lines]] = {
    Dense: _dense_forward,
    Output: _dense_forward,
    Dropout: _dropout_forward,
    BatchNorm: _batch_norm_forward,
    LayerNorm: _layer_norm_forward,
}
_BACKWARD: dict[type[Layer], Callable[..., Lines]] = {
    Dense: _dense_backward,
    Output: _dense_backward,
    Dropout: _dropout_backward,
    BatchNorm: _batch_norm_backward,
    LayerNorm: _layer_norm_backward,
}


def indented(lines: Sequence[str], by: int = 4) -> str:
    return "\n".join(" " * by + line for line in lines)
