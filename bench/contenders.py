"""One contender of the training benchmark, alone in a process: `python bench/contenders.py netloom`.

Every one trains the same network on the same points: spiral, 250 training points, 2-8-8-1 tanh, SGD 0.03, batches of
10, binary cross-entropy, shuffled every epoch. Netloom alone also measures loss and accuracy after each epoch, as it
does on the page. A contender says `ready <updates per round>` after compiling and warming up; then each line on
standard input is answered by the seconds that one round took.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

POINTS, BATCH, RATE = 250, 10, 0.03
UPDATES_PER_EPOCH = POINTS // BATCH
HIDDEN = 8
Round = Callable[[], None]


def experiment() -> Any:
    from netloom.experiment import Experiment
    from netloom.layers import Dense, Input, Output
    from netloom.network import chain

    network = chain(Input(), Dense(id="hidden1", units=HIDDEN), Dense(id="hidden2", units=HIDDEN), Output())
    return Experiment.model_validate(
        {
            "data": {
                "source": {"type": "spiral"},
                "count": POINTS,
                "shares": {"train": 100, "validation": 0, "test": 0},
            },
            "network": network,
            "training": {"learning_rate": RATE, "batch_size": BATCH, "epoch_limit": 10_000_000},
        }
    )


def points() -> tuple[np.ndarray, np.ndarray]:
    from netloom.engine.data import sample

    drawn = sample(experiment())
    return drawn.features, drawn.points.targets.astype(np.float32)


def netloom() -> tuple[Round, int]:
    from netloom.engine.device import configure
    from netloom.engine.run import Run

    configure(None, "cpu")
    run, epochs = Run(experiment(), device="cpu"), 400

    def one_round() -> None:
        goal = run.epoch + epochs
        while run.epoch < goal:
            run.advance(until_epoch=goal, budget_secs=1.0)

    return one_round, epochs * UPDATES_PER_EPOCH


def script() -> tuple[Round, int]:
    """The NumPy script of *Show code*."""
    from netloom.export import numpy_script

    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(numpy_script(experiment()), "script.py", "exec"), names)
    names["report"] = lambda epoch, p: None
    return lambda: names["train"](4), 4 * UPDATES_PER_EPOCH


def torch_eager() -> tuple[Round, int]:
    import torch
    from torch import nn

    torch.set_num_threads(1)
    x, target = (torch.tensor(values) for values in points())
    net = nn.Sequential(nn.Linear(2, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=RATE), nn.BCEWithLogitsLoss()

    def one_round() -> None:
        for _ in range(4):
            for batch in torch.randperm(POINTS).split(BATCH):
                optimizer.zero_grad()
                loss(net(x[batch])[:, 0], target[batch]).backward()
                optimizer.step()

    return one_round, 4 * UPDATES_PER_EPOCH


def scikit_learn() -> tuple[Round, int]:
    from sklearn.neural_network import MLPClassifier

    x, target = points()
    settings: Any = {"activation": "tanh", "solver": "sgd", "alpha": 0.0, "momentum": 0.0, "batch_size": BATCH}
    model = MLPClassifier((HIDDEN, HIDDEN), learning_rate_init=RATE, max_iter=8, tol=0.0, warm_start=True, **settings)

    def one_round() -> None:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is the plan
            model.fit(x, target)

    return one_round, 8 * UPDATES_PER_EPOCH


def keras_fit() -> tuple[Round, int]:
    """`fit` on Keras's JAX backend, four epochs a call."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    x, target = points()
    layers = [keras.layers.Dense(HIDDEN, "tanh"), keras.layers.Dense(HIDDEN, "tanh"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(keras.optimizers.SGD(RATE), "binary_crossentropy")

    def one_round() -> None:
        model.fit(x, target, batch_size=BATCH, epochs=4, verbose=0)  # pyright: ignore[reportArgumentType]

    return one_round, 4 * UPDATES_PER_EPOCH


CONTENDERS: dict[str, Callable[[], tuple[Round, int]]] = {
    "netloom": netloom,
    "numpy": script,
    "torch": torch_eager,
    "scikit-learn": scikit_learn,
    "keras": keras_fit,
}


def main(name: str) -> None:
    one_round, updates = CONTENDERS[name]()
    one_round()
    one_round()
    print("ready", updates, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        one_round()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main(sys.argv[1])
