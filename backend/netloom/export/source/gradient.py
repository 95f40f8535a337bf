"""`forward`, loss and `backward` as NumPy text: from points to the gradient."""

from __future__ import annotations

from netloom.experiment import Experiment
from netloom.export.source.losses import LOSS_SOURCES
from netloom.export.source.network import backward_lines, forward_lines, has, indented
from netloom.layers import BatchNorm, Dropout

_LOGITS = {"tanh": '2 * v["{0}.z"]', "relu": 'v["{0}"]'}
"""What stands for the logit; else it is the sum itself."""


def forward_function(experiment: Experiment) -> str:
    arguments = "p, x" + _flags(experiment)
    return (
        f"def forward({arguments}):\n"
        '    """The value of every neuron for points x [points, inputs]; "….z" is the sum before the activation."""\n'
        f'    v = {{"{experiment.network.in_order()[0].id}": x}}\n'
        f"{indented(forward_lines(experiment.network))}\n"
        "    return v"
    )


def loss_functions(experiment: Experiment) -> str:
    loss, output = experiment.training.loss, experiment.network.output
    source = LOSS_SOURCES[loss.type]
    reads = _logit(experiment) if source.of_logit else f'output = v["{output.id}"]'
    return (
        f'def losses(v, target):\n    """{loss.title}: one number for each point."""\n    {reads}\n'
        f"    return {source.value}\n\n\n"
        f'def loss_slope(v, target):\n    """d loss / d z of the output, point by point."""\n    {reads}\n'
        f"{indented(_slope_lines(experiment))}"
    )


def backward_function(experiment: Experiment) -> str:
    keep = ", keep" if has(experiment.network, Dropout) else ""
    weight = weighted(experiment)
    share = "weight[:, None] / (weight.sum() or 1)" if weight else "1 / len(target)"
    lines = ["g = {}", f"d = loss_slope(v, target) * ({share})"]
    lines += backward_lines(experiment.network)
    lines += _penalty_lines(experiment) + _clip_lines(experiment)
    return (
        f"def backward(p, v, target{', weight' if weight else ''}{keep}):\n"
        '    """The gradient of the mean loss for every weight and bias: the chain rule, from the output back."""\n'
        f"{indented(lines)}\n    return g"
    )


def _flags(experiment: Experiment) -> str:
    training = ", training=False" if has(experiment.network, BatchNorm) else ""
    return training + (", keep=None" if has(experiment.network, Dropout) else "")


def _logit(experiment: Experiment) -> str:
    output = experiment.network.output
    return "logit = " + _LOGITS.get(output.activation, 'v["{0}.z"]').format(output.id)


def _slope_lines(experiment: Experiment) -> list[str]:
    output, source = experiment.network.output, LOSS_SOURCES[experiment.training.loss.type]
    z, y = f'v["{output.id}.z"]', f'v["{output.id}"]'
    if source.of_logit:
        chain = {"tanh": " * 2", "relu": f" * relu_slope({z}, {y})"}.get(output.activation, "")
        return [f"return ({source.slope}){chain}" if chain else f"return {source.slope}"]
    lines = [f"d = {source.slope}  # d loss / d output"]
    if output.activation == "softmax":
        return [*lines, "return output * (d - (d * output).sum(1, keepdims=True))"]
    if output.activation == "linear":
        return [*lines, "return d"]
    return [*lines, f"return d * {output.activation}_slope({z}, {y})"]


def weighted(experiment: Experiment) -> bool:
    """Whether some points count more than others."""
    return experiment.training.class_weights is not None and experiment.task.classes > 0


def _penalty_lines(experiment: Experiment) -> list[str]:
    training = experiment.training
    terms = ["L1 * np.sign(p[name])"] * bool(training.l1) + ["L2 * p[name]"] * bool(training.l2)
    if not terms:
        return []
    return [
        "for name in g:  # regularization; biases are left out",
        '    if name.endswith(".weight"):',
        f"        g[name] = g[name] + {' + '.join(terms)}",
    ]


def _clip_lines(experiment: Experiment) -> list[str]:
    if experiment.training.clip_norm is None:
        return []
    return [
        "length = math.sqrt(sum((slope**2).sum() for slope in g.values()))",
        "if length > CLIP_NORM:",
        "    g = {name: slope * (CLIP_NORM / length) for name, slope in g.items()}",
    ]
