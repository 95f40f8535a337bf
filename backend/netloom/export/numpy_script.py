"""*Show code*: this very network and its training as a plain NumPy script."""

from __future__ import annotations

import re
import textwrap
from typing import Literal

from netloom import __version__
from netloom.engine.data import Sampled, sample
from netloom.experiment import Experiment
from netloom.export.source import data, gradient, threefry, training
from netloom.export.source.activations import ACTIVATION_SOURCES, HELPERS, SOFTMAX, slope_function, value_function
from netloom.export.source.network import has
from netloom.export.source.parameters import parameters_text
from netloom.layers import Dropout

MAIN_TRAIN = """if __name__ == "__main__":
    print("epoch  training loss  validation loss")
    trained = train(int(sys.argv[1]) if len(sys.argv) > 1 else EPOCHS)
    if TEST:
        print(f"test loss {mean_loss(trained, TEST):.8g}")"""

MAIN_FILE = """if __name__ == "__main__":
    trained = load_file(sys.argv[1] if len(sys.argv) > 1 else "{weights}")
    for place, outputs in zip(POINTS, forward(trained, inputs(POINTS))["{output}"], strict=True):
        print(*place, "->", *(f"{{value:.7g}}" for value in outputs))"""


def numpy_script(
    experiment: Experiment, *, weights: Literal["initial", "file"] = "initial", file: str = "weights.safetensors"
) -> str:
    """Python text that needs NumPy alone and trains from epoch 0 as the engine does, printing each epoch's losses;
    with weights "file" it reads the trained network from `file` instead and predicts (then it needs safetensors too).

    Points, initial weights, order of the points and dropout are the engine's to the bit; losses agree to about five
    digits, for sums are rounded in another order. Raises InvalidField where there is no point to train on.
    """
    sampled = sample(experiment)
    if weights == "initial":
        blocks = _training_blocks(experiment, sampled)
    else:
        blocks = _predicting_blocks(experiment, sampled, file)
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def _training_blocks(experiment: Experiment, sampled: Sampled) -> list[str]:
    network, chosen = experiment.network, experiment.training
    shuffles, drops = chosen.order == "shuffled", has(network, Dropout)
    body = [
        data.inputs_function(experiment, sampled),
        gradient.forward_function(experiment),
        data.targets_function(experiment),
        gradient.loss_functions(experiment),
        gradient.backward_function(experiment),
        training.schedule_function(experiment) if chosen.schedule.type != "constant" else "",
        training.update_function(experiment),
        training.report_function(experiment),
        training.train_function(experiment),
        threefry.HASH if shuffles or drops else "",
        threefry.SHUFFLE if shuffles else "",
        threefry.DROPOUT + "\n\n\n" + training.dropout_function(experiment) if drops else "",
        parameters_text(experiment),
    ]
    body = _with_functions(body)
    constants = "\n".join(training.constants(experiment))
    points = data.point_constants(experiment, sampled)
    return [_head(experiment, _TRAINS, body) + "\n\n" + constants, *body, points, MAIN_TRAIN]


def _predicting_blocks(experiment: Experiment, sampled: Sampled, file: str) -> list[str]:
    points = [f"[{', '.join(map(data.exact, place))}]" for place in sampled.points.inputs]
    body = [
        data.inputs_function(experiment, sampled),
        gradient.forward_function(experiment),
        f"POINTS = [\n{data.block(points)}\n]",
        MAIN_FILE.format(output=experiment.network.output.id, weights=file),
    ]
    body = _with_functions(body)
    return [_head(experiment, _PREDICTS.format(weights=file), body, "from safetensors.numpy import load_file"), *body]


def _with_functions(body: list[str]) -> list[str]:
    """What `body` calls, before it: activations, their slopes, and what those call."""
    names = list(ACTIVATION_SOURCES)
    found = [function(name) for name in names for function in (value_function, slope_function)]
    called = _called(found, body)
    return [*_called([*HELPERS.values(), SOFTMAX], [*called, *body]), *called, *body]


def _called(functions: list[str], body: list[str]) -> list[str]:
    """The functions that `body` calls by name."""
    text = "\n".join(body)
    return [function for function in functions if re.search(rf"\b{_name(function)}\(", text)]


def _name(function: str) -> str:
    return re.split(r"[( ]", function.removeprefix("def "))[0]


_TRAINS = (
    "Run it with Python and NumPy 2 or newer; an argument says for how many epochs. It prints the loss of each epoch. "
    "Points, initial weights and everything drawn by chance are those of the run in Netloom, and all numbers are "
    "float32 as there: the losses agree to about five digits, the rest is rounding."
)
_PREDICTS = (
    "It reads the trained weights from {weights} (or the file that its argument names) and prints the "
    "output for every point. It needs NumPy 2 or newer and safetensors."
)


def _head(experiment: Experiment, purpose: str, body: list[str], extra_import: str = "") -> str:
    imports = ["import math"] if "math." in "\n".join(body) else []
    imports += ["import sys", "", "import numpy as np", extra_import]
    texts = [experiment.name or "A neural network", experiment.summary, f"Written by Netloom {__version__}. {purpose}"]
    about = [textwrap.fill(_harmless(text), 112) for text in texts if text]
    return '"""' + "\n\n".join(about) + '\n"""\n\n' + "\n".join(imports).strip()


def _harmless(text: str) -> str:
    """What people wrote, such that it cannot end the string that it stands in: on one line, no quotes, no escapes."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable.replace('"', "'").replace("\\", "/").strip()
