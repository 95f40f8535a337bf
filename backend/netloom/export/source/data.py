"""Points, input features, targets and initial parameters as NumPy text."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from netloom.engine.data import Sampled, class_weights
from netloom.experiment import Experiment
from netloom.export.source.literals import block, exact, nested, number


def point_constants(experiment: Experiment, sampled: Sampled) -> str:
    """TRAIN, VALIDATION, TEST: `[x, y, target]` of every point, exactly as the engine has them."""
    parts = zip(("TRAIN", "VALIDATION", "TEST"), sampled.split, strict=True)
    texts = [_assigned(name, [_point(experiment, sampled, at) for at in members]) for name, members in parts]
    if experiment.training.class_weights is not None and experiment.task.classes:
        weights = class_weights(experiment, sampled)[sampled.split.train]
        texts.append(f"WEIGHTS = np.array({_listed([number(weight) for weight in weights])}, np.float32)")
    return "\n\n".join(texts)


def _assigned(name: str, items: list[str]) -> str:
    return f"{name} = {_listed(items)}"


def _listed(items: list[str]) -> str:
    return f"[\n{block(items)}\n]" if items else "[]"


def _point(experiment: Experiment, sampled: Sampled, at: int) -> str:
    """Places in float32 where they are the inputs themselves, in full where formulas are made of them."""
    plain = set(experiment.data.features) <= {"x", "y"}
    place = [number(value) if plain else exact(value) for value in sampled.points.inputs[at]]
    target = sampled.points.targets[at]
    return f"[{', '.join([*place, str(int(target)) if experiment.task.classes else number(target)])}]"


def inputs_function(experiment: Experiment, sampled: Sampled) -> str:
    columns = ["x", "y"][: experiment.task.inputs]
    places = ", ".join(f"places[:, {at}]" for at in range(len(columns)))
    features = ", ".join(_feature(formula.numpy_source) for formula in sampled.formulas)
    return (
        "def inputs(points):\n"
        f'    """What the network is given of each point: {", ".join(experiment.data.features)}. [points, inputs]"""\n'
        "    places = np.array(points, np.float64)\n"
        f"    {', '.join(columns)} = {places}\n"
        f"    return np.stack([{features}], axis=1).astype(np.float32)"
    )


def _feature(source: str) -> str:
    """A formula without x and y is one number and has to become a column."""
    return source if source in ("x", "y") else f"{source} + 0 * x"


def targets_function(experiment: Experiment) -> str:
    coding, code = _target_code(experiment)
    return f'def targets(points):\n    """What the network should answer, {coding}. [points, outputs]"""\n    {code}'


def _target_code(experiment: Experiment) -> tuple[str, str]:
    output, signed = experiment.network.output, _signed(experiment)
    column = "np.array(points, np.float32)[:, -1:]"
    if experiment.task.kind == "regression":
        return "the value", f"return {column}"
    low, scale = ("-1", ("2 * ", " - 1")) if signed else ("0", ("", ""))
    if output.units == 1:
        return f"{low} for class 0 (orange) and 1 for class 1 (blue)", f"return {scale[0]}{column}{scale[1]}"
    classes = "np.array(points)[:, -1].astype(int)"
    return (
        f"1 for the class and {low} for the others",
        f"return {scale[0]}np.eye({output.units}, dtype=np.float32)[{classes}]{scale[1]}",
    )


def _signed(experiment: Experiment) -> bool:
    coding = experiment.training.loss.coding
    bounded = experiment.network.output.activation in ("sigmoid", "softmax")
    return coding == "margin" or (coding == "squared" and not bounded)


def parameter_literals(parameters: Mapping[str, np.ndarray]) -> str:
    """`initial_parameters` for arrays by `layer.name`."""
    lines = [f'    "{name}": {_array(array)},' for name, array in parameters.items()]
    body = "\n".join(lines)
    return (
        f"INITIAL = {{\n{body}\n}}\n\n\n"
        "def initial_parameters():\n"
        "    return {name: np.array(values, np.float32) for name, values in INITIAL.items()}"
    )


def _array(array: np.ndarray) -> str:
    if array.ndim == 1:
        text = nested(array)
        return text if len(text) < 80 else f"[\n{block([number(value) for value in array], 8)}\n    ]"
    rows = ["[" + "\n" + block([number(value) for value in row], 12) + "\n        ]" for row in array]
    short = [nested(row) for row in array]
    rows = short if max(map(len, short)) < 100 else rows
    return "[\n" + "".join(f"        {row},\n" for row in rows) + "    ]"
