"""Loss, gradient, update and loop as NumPy text, with nothing in them that this experiment does not use."""

from __future__ import annotations

from netloom.experiment import Experiment
from netloom.export.source.losses import LOSS_SOURCES
from netloom.export.source.network import backward_lines, forward_lines, has, indented
from netloom.export.source.optimizers import OPTIMIZER_SOURCES, SCHEDULE_SOURCES
from netloom.layers import BatchNorm, Dropout

_LOGITS = {"tanh": '2 * v["{0}.z"]', "relu": 'v["{0}"]'}
"""What stands for the logit; else it is the sum itself."""


def constants(experiment: Experiment) -> list[str]:
    """The settings that the script begins with, one assignment each."""
    training = experiment.training
    lines = [f"EPOCHS = {training.epoch_limit}", f"LEARNING_RATE = {training.learning_rate!r}"]
    if training.batch_size != "all":
        lines.append(f"BATCH_SIZE = {training.batch_size}")
    if training.order == "shuffled":
        lines.append(f"ORDER_SEED = {experiment.seeds.order}")
    if has(experiment.network, Dropout):
        lines.append(f"DROPOUT_SEED = {experiment.seeds.dropout}")
    source = OPTIMIZER_SOURCES[training.optimizer.type]
    numbers = zip(source.constants, training.optimizer.hyperparameters, strict=True)
    lines += [f"{name} = {value!r}" for name, value in numbers]
    if training.loss.type == "huber":
        lines.append(f"DELTA = {training.loss.parameter!r}")
    lines += [f"{name.upper()} = {value!r}" for name in ("l1", "l2") if (value := getattr(training, name))]
    if training.clip_norm is not None:
        lines.append(f"CLIP_NORM = {training.clip_norm!r}")
    if training.early_stopping is not None:
        lines.append(f"PATIENCE = {training.early_stopping.patience}  # epochs without a new lowest validation loss")
        lines.append(f"MIN_DELTA = {training.early_stopping.min_delta!r}")
    return lines


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
    weight = _weighted(experiment)
    share = "weight[:, None] / weight.sum()" if weight else "1 / len(target)"
    lines = ["g = {}", f"d = loss_slope(v, target) * ({share})"]
    lines += backward_lines(experiment.network)
    lines += _penalty_lines(experiment) + _clip_lines(experiment)
    return (
        f"def backward(p, v, target{', weight' if weight else ''}{keep}):\n"
        '    """The gradient of the mean loss for every weight and bias: the chain rule, from the output back."""\n'
        f"{indented(lines)}\n    return g"
    )


def update_function(experiment: Experiment) -> str:
    source = OPTIMIZER_SOURCES[experiment.training.optimizer.type]
    step = ", step" if any("step" in line for line in source.body) else ""
    arguments = "".join(f", {moment}" for moment in source.moments) + step
    return (
        f"def update(p, g, rate{arguments}):\n"
        f'    """{experiment.training.optimizer.title}: one step downhill."""\n'
        "    for name, slope in g.items():\n"
        f"{indented(source.body, 8)}"
    )


def train_function(experiment: Experiment) -> str:
    training = experiment.training
    moments = OPTIMIZER_SOURCES[training.optimizer.type].moments
    takes_step = any("step" in line for line in OPTIMIZER_SOURCES[training.optimizer.type].body)
    lines = ["x, target = inputs(TRAIN), targets(TRAIN)", "p = initial_parameters()"]
    lines += [f"{moment} = {{name: np.zeros_like(values) for name, values in p.items()}}" for moment in moments]
    lines += ["step = 0"] if takes_step or has(experiment.network, Dropout) else []
    lines += ["report(0, p)"] if training.early_stopping is None else ["best, waited = report(0, p), 0"]
    lines += ["for epoch in range(epochs):"]
    order = "shuffled(len(x), epoch)" if training.order == "shuffled" else "np.arange(len(x))"
    lines += [f"    order = {order}", f"    for start in range(0, len(x), {_size(experiment)}):"]
    lines += [f"        {line}" for line in _batch_lines(experiment, moments, takes_step)]
    lines += [f"    {line}" for line in _epoch_end_lines(experiment)]
    return f"def train(epochs):\n{indented(lines)}\n    return p"


def report_function(experiment: Experiment) -> str:
    returns = "" if experiment.training.early_stopping is None else "\n    return validation"
    return (
        "def mean_loss(p, points):\n"
        "    return losses(forward(p, inputs(points)), targets(points)).mean() if points else math.nan\n\n\n"
        "def report(epoch, p):\n"
        "    training, validation = mean_loss(p, TRAIN), mean_loss(p, VALIDATION)\n"
        f'    print(f"{{epoch:5d}}  {{training:.8g}}  {{validation:.8g}}"){returns}'
    )


def dropout_function(experiment: Experiment) -> str:
    layers = experiment.network.in_order()
    widths = experiment.network.shapes(len(experiment.data.features))
    masks = [
        f'"{layer.id}": kept(fold_in(rows, {place}), {widths[layer.id][0]}, {layer.rate!r}),'
        for place, layer in enumerate(layers)
        if isinstance(layer, Dropout)
    ]
    return (
        "def dropout_masks(step, count):\n"
        '    """Which values each of `count` points keeps in this update."""\n'
        "    rows = fold_in(fold_in(key_of(DROPOUT_SEED), step), np.arange(count)[:, None])\n"
        "    return {\n" + indented(masks, 8) + "\n    }"
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


def _weighted(experiment: Experiment) -> bool:
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


def _batch_lines(experiment: Experiment, moments: tuple[str, ...], takes_step: bool) -> list[str]:
    dropout = has(experiment.network, Dropout)
    training = ", training=True" if has(experiment.network, BatchNorm) else ""
    weight = ", WEIGHTS[batch]" if _weighted(experiment) else ""
    counts = takes_step or dropout
    extra = "".join(f", {moment}" for moment in moments) + (", step" if takes_step else "")
    return [
        f"batch = order[start : start + {_size(experiment)}]",
        *(["keep = dropout_masks(step, len(batch))"] if dropout else []),
        *(["step += 1"] if counts else []),
        f"v = forward(p, x[batch]{training}{', keep=keep' if dropout else ''})",
        f"g = backward(p, v, target[batch]{weight}{', keep' if dropout else ''})",
        f"update(p, g, {_rate(experiment)}{extra})",
    ]


def _size(experiment: Experiment) -> str:
    return "len(x)" if experiment.training.batch_size == "all" else "BATCH_SIZE"


def _rate(experiment: Experiment) -> str:
    if experiment.training.schedule.type == "constant":
        return "LEARNING_RATE"
    return "LEARNING_RATE * schedule(epoch + start / len(x))"


def schedule_function(experiment: Experiment) -> str:
    schedule = experiment.training.schedule
    formula = SCHEDULE_SOURCES[schedule.type].format(*map(repr, schedule.parameters))
    return (
        "def schedule(epoch):\n"
        f'    """{schedule.title}: the factor on the learning rate; epoch is fractional."""\n'
        f"    return {formula}"
    )


def _epoch_end_lines(experiment: Experiment) -> list[str]:
    if experiment.training.early_stopping is None:
        return ["report(epoch + 1, p)"]
    return [
        "validation = report(epoch + 1, p)",
        "better = validation < best - MIN_DELTA",
        "best = validation if better else best",
        "waited = waited + 1 if not better and math.isfinite(validation) else 0",
        "if waited >= PATIENCE:",
        "    break",
    ]
