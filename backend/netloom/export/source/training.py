"""Settings, update and loop as NumPy text, with nothing in them that this experiment does not use."""

from __future__ import annotations

from netloom.experiment import Experiment
from netloom.export.source.gradient import weighted
from netloom.export.source.network import has, indented
from netloom.export.source.optimizers import OPTIMIZER_SOURCES, SCHEDULE_SOURCES
from netloom.layers import BatchNorm, Dropout


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


def _batch_lines(experiment: Experiment, moments: tuple[str, ...], takes_step: bool) -> list[str]:
    dropout = has(experiment.network, Dropout)
    training = ", training=True" if has(experiment.network, BatchNorm) else ""
    weight = ", WEIGHTS[batch]" if weighted(experiment) else ""
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
