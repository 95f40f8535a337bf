"""One contender of the training benchmark, alone in a process: `python bench/contenders.py netloom "XOR 2-4-2-1"`.

Everybody trains the networks of `tasks.py`, shuffled every epoch. Netloom alone also measures loss and accuracy after
each epoch, as it does on the page. A contender says `ready <updates per round>` after compiling and warming up; then
each line on standard input is answered by the seconds that one round took. On the task `solving` a round is a fresh
network, trained until its loss on points it has not seen falls below 0.05, and what is answered are its epochs too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from itertools import count, pairwise
from typing import Any, NamedTuple

import numpy as np

from plain import plain_c
from tasks import TASKS, Digits, Task

SOLVED = 0.05
MOST_EPOCHS = 1000
LOOK_EVERY = 10


class Contender(NamedTuple):
    """train: that many epochs more; loss: on the held-out points; epochs: in one round of about a tenth of a second."""

    train: Callable[[int], None]
    epochs: int
    loss: Callable[[], float] | None = None


def netloom(task: Task | Digits, seed: int) -> Contender:
    from netloom.engine.device import configure
    from netloom.engine.run import Run

    configure(None, "cpu")
    if isinstance(task, Digits):
        from digits import train_digits

        return Contender(train_digits(task), 1)
    run = Run(task.experiment(seed), device="cpu")

    def train(epochs: int) -> None:
        goal = run.epoch + epochs
        while run.epoch < goal:
            run.advance(until_epoch=goal, budget_secs=1.0)

    return Contender(train, 400, lambda: run.history[-1].validation_loss or np.inf)


def script(task: Task | Digits, seed: int) -> Contender:
    """The NumPy script of *Show code*."""
    from netloom.export import numpy_script

    if isinstance(task, Digits):
        return Contender(_digits_in_numpy(task), 1)
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(numpy_script(task.experiment(seed)), "script.py", "exec"), names)
    names["report"] = lambda epoch, p: None
    return Contender(names["train"], 4)


def _digits_in_numpy(task: Digits) -> Callable[[int], None]:
    """ReLU, softmax, Adam, as a person writes them."""
    rng, (features, classes) = np.random.default_rng(0), task.arrays
    weights = [array for pair in task.first_weights() for array in pair]
    first, second = ([np.zeros_like(array) for array in weights] for _ in range(2))
    steps = count(1)

    def update(rows: np.ndarray) -> None:
        w1, b1, w2, b2 = weights
        x = features[rows]
        hidden = np.maximum(x @ w1 + b1, 0)
        scores = hidden @ w2 + b2
        shares = np.exp(scores - scores.max(1, keepdims=True))
        delta = shares / shares.sum(1, keepdims=True)
        delta[np.arange(len(rows)), classes[rows]] -= 1
        delta /= len(rows)
        back = (delta @ w2.T) * (hidden > 0)
        gradients = (x.T @ back, back.sum(0), hidden.T @ delta, delta.sum(0))
        step = next(steps)
        for weight, gradient, m, v in zip(weights, gradients, first, second, strict=True):
            m[:] += 0.1 * (gradient - m)
            v[:] += 0.001 * (gradient * gradient - v)
            weight[:] -= task.rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            order = rng.permutation(task.points)
            for start in range(0, task.points, task.batch):
                update(order[start : start + task.batch])

    return train


def torch_eager(task: Task | Digits, seed: int) -> Contender:
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    x, target = (torch.tensor(values) for values in task.arrays)
    inner = nn.ReLU if isinstance(task, Digits) else nn.Tanh
    layers = [part for pair in pairwise(task.sizes) for part in (nn.Linear(*pair), inner())]
    net = nn.Sequential(*layers[:-1])
    kind = torch.optim.Adam if task.adam else torch.optim.SGD
    optimizer = kind(net.parameters(), lr=task.rate)
    entropy = nn.CrossEntropyLoss() if isinstance(task, Digits) else nn.BCEWithLogitsLoss()

    def wrong(features: Any, targets: Any) -> Any:
        scores = net(features)
        return entropy(scores if isinstance(task, Digits) else scores[:, 0], targets)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            for batch in torch.randperm(task.points).split(task.batch):
                optimizer.zero_grad()
                wrong(x[batch], target[batch]).backward()
                optimizer.step()

    def loss() -> float:
        assert isinstance(task, Task)
        with torch.no_grad():
            return float(wrong(*(torch.tensor(values) for values in task.held_out_arrays)))

    return Contender(train, 1 if isinstance(task, Digits) else 4, loss)


def scikit_learn(task: Task | Digits, seed: int) -> Contender:
    import warnings

    from sklearn.metrics import log_loss
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")  # that it has not converged is the plan
    x, target = task.arrays
    kinds: Any = {"activation": "relu", "solver": "adam"} if task.adam else {"activation": "tanh", "solver": "sgd"}
    settings: Any = {"alpha": 0.0, "momentum": 0.0, "batch_size": task.batch, "random_state": seed, **kinds}
    model = MLPClassifier(task.hidden, learning_rate_init=task.rate, tol=0.0, warm_start=True, **settings)

    def train(epochs: int) -> None:
        model.max_iter = epochs
        model.fit(x, target)

    def loss() -> float:
        assert isinstance(task, Task)
        features, targets = task.held_out_arrays
        return float(log_loss(targets, model.predict_proba(features)))

    return Contender(train, 1 if isinstance(task, Digits) else 8, loss)


def keras_fit(task: Task | Digits, seed: int) -> Contender:
    """`fit` on Keras's JAX backend."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    keras.utils.set_random_seed(seed)
    x, target = task.arrays
    digits = isinstance(task, Digits)
    hidden = [keras.layers.Dense(units, "relu" if digits else "tanh") for units in task.hidden]
    last = keras.layers.Dense(task.sizes[-1], "softmax" if digits else "sigmoid")
    model = keras.Sequential([keras.Input((task.sizes[0],)), *hidden, last])
    optimizer = (keras.optimizers.Adam if task.adam else keras.optimizers.SGD)(task.rate)
    model.compile(optimizer, "sparse_categorical_crossentropy" if digits else "binary_crossentropy")

    def train(epochs: int) -> None:
        model.fit(x, target, batch_size=task.batch, epochs=epochs, verbose=0)  # pyright: ignore[reportArgumentType]

    def loss() -> float:
        assert isinstance(task, Task)
        return float(model.evaluate(*task.held_out_arrays, verbose=0))  # pyright: ignore[reportArgumentType]

    return Contender(train, 1 if digits else 4, loss)


def c_loop(task: Task | Digits, _seed: int) -> Contender:
    assert isinstance(task, Task)
    return Contender(plain_c(task), 400)


CONTENDERS: dict[str, Callable[[Any, int], Contender]] = {
    "netloom": netloom,
    "c": c_loop,
    "numpy": script,
    "torch": torch_eager,
    "scikit-learn": scikit_learn,
    "keras": keras_fit,
}


def solve(contender: Contender) -> tuple[float, int]:
    """Seconds and epochs to the first look at a loss below SOLVED; MOST_EPOCHS where it was not reached."""
    assert contender.loss is not None
    begin = time.perf_counter()
    for epochs in range(LOOK_EVERY, MOST_EPOCHS + 1, LOOK_EVERY):
        contender.train(LOOK_EVERY)
        if contender.loss() < SOLVED:
            return time.perf_counter() - begin, epochs
    return time.perf_counter() - begin, MOST_EPOCHS


def main(name: str, task_name: str) -> None:
    task = TASKS[task_name]
    contender = CONTENDERS[name](task, 0)
    contender.train(contender.epochs)
    contender.train(contender.epochs)
    print("ready", contender.epochs * task.updates_per_epoch, flush=True)
    for number, _ in enumerate(sys.stdin, start=1):
        if task_name == "solving":
            fresh = CONTENDERS[name](task, number)
            fresh.train(0 if name == "netloom" else 1)  # compiles, where that is done at first use
            print(*solve(fresh), flush=True)
            continue
        start = time.perf_counter()
        contender.train(contender.epochs)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main(*sys.argv[1:])
