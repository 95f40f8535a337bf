"""Writes `reference.json`: what PyTorch makes of equal weights and points. Needs torch and NumPy, not Netloom.

    python tests/parity/make_reference.py

Each case is an experiment document with explicit points, initial weights and stored order, the outputs that PyTorch
gives before training, its parameters after 50 updates, and its outputs then, with the running statistics that batch
normalization evaluates with. Everything is float32 on one CPU thread.
"""

# PyTorch is not among the locked dependencies, so that strict types would report every line that touches it.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

UPDATES = 50
BATCH = 10
Document = dict[str, Any]

ACTIVATIONS = {
    "linear": lambda layer: nn.Identity(),
    "tanh": lambda layer: nn.Tanh(),
    "relu": lambda layer: nn.ReLU(),
    "sigmoid": lambda layer: nn.Sigmoid(),
    "leaky_relu": lambda layer: nn.LeakyReLU(layer.get("slope", 0.01)),
    "elu": lambda layer: nn.ELU(layer.get("alpha", 1.0)),
    "selu": lambda layer: nn.SELU(),
    "gelu": lambda layer: nn.GELU(),
    "silu": lambda layer: nn.SiLU(),
    "softplus": lambda layer: nn.Softplus(),
    "mish": lambda layer: nn.Mish(),
    "sine": lambda layer: _Function(torch.sin),
    "step": lambda layer: _Function(lambda z: (z >= 0).float()),
    "softmax": lambda layer: nn.Softmax(dim=1),
}


class _Function(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


class BatchNorm(nn.BatchNorm1d):
    """PyTorch trains with the batch's biased variance but keeps the unbiased one in its running average; Netloom, like
    Keras, keeps the one that it trains with."""

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        before = torch.clone(self.running_var)  # pyright: ignore[reportArgumentType]
        output = super().forward(x)
        if self.training:
            self.running_var = torch.lerp(before, x.detach().var(0, unbiased=False), self.momentum or 0)
        return output


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2; not part of PyTorch."""

    def __init__(self, parameters: list[Document], lr: float, betas: tuple[float, float]) -> None:
        super().__init__(parameters, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        for group in self.param_groups:
            first, second = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                direction = torch.sign(first * m + (1 - first) * p.grad)
                p.sub_(group["lr"] * (direction + group["weight_decay"] * p))
                m.mul_(second).add_(p.grad, alpha=1 - second)


def points(kind: str, classes: int) -> Document:
    """24 points within −2..2, in an order that no shuffle touches, all of them to train on."""
    rng = np.random.default_rng(24)
    places = rng.uniform(-2, 2, (24, 2)).round(3)
    if kind == "regression":
        targets = np.sin(places[:, 0]) + 0.5 * places[:, 1]
    elif classes == 2:
        targets = (places.prod(1) > 0).astype(float)
    else:
        targets = np.digitize(places.sum(1), [-0.8, 0.8]).astype(float)
    items = [
        {"x": place.tolist(), "target": float(target), "split": "train"}
        for place, target in zip(places, targets.round(3), strict=True)
    ]
    source = {"type": "points", "kind": kind, "inputs": 2, "items": items}
    return {"source": source | ({"classes": classes} if kind == "classification" else {})}


def dense(layer_id: str, inputs: int, units: int, **fields: Any) -> Document:
    rng = np.random.default_rng(list(layer_id.encode()))
    weight = rng.uniform(-0.9, 0.9, (inputs, units)).round(3)
    bias = rng.uniform(-0.3, 0.3, units).round(3)
    layer = {"type": "output" if layer_id == "output" else "dense", "id": layer_id, "units": units}
    return layer | {"initial": {"weight": weight.tolist(), "bias": bias.tolist()}} | fields


def document(*layers: Document, kind: str = "classification", classes: int = 2, **training: Any) -> Document:
    chain = [{"type": "input", "id": "input"}, *layers]
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(chain)]
    common = {"learning_rate": 0.05, "batch_size": BATCH, "order": "stored", "optimizer": {"type": "sgd"}}
    return {
        "data": points(kind, classes),
        "network": {"layers": chain, "edges": edges},
        "training": common | training,
    }


def usual(activation: str = "tanh", output: str = "sigmoid", **training: Any) -> Document:
    return document(dense("hidden1", 2, 5, activation=activation), dense("output", 5, 1, activation=output), **training)


def cases() -> dict[str, Document]:
    return activation_cases() | loss_cases() | optimizer_cases() | other_cases()


def activation_cases() -> dict[str, Document]:
    found = {f"activation {name}": usual(name) for name in ACTIVATIONS if name != "softmax"}
    found["activation leaky_relu, slope 0.2"] = document(
        dense("hidden1", 2, 5, activation="leaky_relu", slope=0.2), dense("output", 5, 1)
    )
    found["activation elu, alpha 0.5"] = document(
        dense("hidden1", 2, 5, activation="elu", alpha=0.5), dense("output", 5, 1)
    )
    for output in ("sigmoid", "tanh", "linear", "relu"):
        found[f"output {output} with mse"] = usual(output=output, loss={"type": "mse"})
        found[f"output {output} with half_mse"] = usual(output=output, loss={"type": "half_mse"})
    found["output tanh with binary_cross_entropy"] = usual(output="tanh")
    found["output linear with binary_cross_entropy"] = usual(output="linear")
    return found


def loss_cases() -> dict[str, Document]:
    found = {}
    for name in ("mse", "half_mse", "mae"):
        found[f"loss {name} on values"] = usual(output="linear", kind="regression", loss={"type": name})
    for delta in (0.3, 1.0):
        found[f"loss huber on values, delta {delta}"] = usual(
            output="linear", kind="regression", loss={"type": "huber", "delta": delta}
        )
    for output in ("linear", "tanh"):
        found[f"loss hinge under {output}"] = usual(output=output, loss={"type": "hinge"})
    for name in ("categorical_cross_entropy", "binary_cross_entropy", "mse"):
        found[f"three classes, softmax, {name}"] = document(
            dense("hidden1", 2, 5, activation="tanh"),
            dense("output", 5, 3, activation="softmax"),
            classes=3,
            loss={"type": name},
        )
    found["three classes, linear, hinge"] = document(
        dense("hidden1", 2, 5), dense("output", 5, 3, activation="linear"), classes=3, loss={"type": "hinge"}
    )
    return found


def optimizer_cases() -> dict[str, Document]:
    optimizers = [
        ({"type": "sgd"}, 0.1),
        ({"type": "momentum", "momentum": 0.9}, 0.02),
        ({"type": "nesterov", "momentum": 0.9}, 0.02),
        ({"type": "rmsprop", "decay": 0.9, "epsilon": 1e-8}, 0.01),
        ({"type": "adagrad", "epsilon": 1e-10}, 0.05),
        ({"type": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, 0.01),
        ({"type": "adamw", "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-8, "weight_decay": 0.1}, 0.01),
        ({"type": "lion", "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1}, 0.005),
    ]
    return {
        f"optimizer {optimizer['type']}": usual(optimizer=optimizer, learning_rate=rate)
        for optimizer, rate in optimizers
    }


def other_cases() -> dict[str, Document]:
    found = {}
    found["regularizer l1"] = usual(l1=0.01)
    found["regularizer l2"] = usual(l2=0.05)
    found["regularizer l1 and l2 with adam"] = usual(l1=0.005, l2=0.01, optimizer={"type": "adam"}, learning_rate=0.01)
    found["gradient clipping"] = usual(clip_norm=0.1, learning_rate=0.3)
    found["gradient clipping with l2"] = usual(clip_norm=0.1, l2=0.2, learning_rate=0.3)
    for kind in ("batch_norm", "layer_norm"):
        for activation in ("linear", "relu"):
            normal = {"type": kind, "id": "normal", "activation": activation}
            found[f"normalization {kind}, {activation}"] = document(
                dense("hidden1", 2, 5, activation="tanh"), normal, dense("output", 5, 1), learning_rate=0.2
            )
    found["two hidden layers, full batch"] = document(
        dense("hidden1", 2, 6, activation="relu"),
        dense("hidden2", 6, 4, activation="gelu"),
        dense("output", 4, 1),
        batch_size="all",
        learning_rate=0.5,
    )
    found["a frozen layer"] = document(dense("hidden1", 2, 5, frozen=True), dense("output", 5, 1), learning_rate=0.3)
    return found


class Net(nn.Module):
    def __init__(self, layers: list[Document], features: int = 2) -> None:
        super().__init__()
        self.order = layers[1:]
        width = features
        for layer in self.order:
            if layer["type"] in ("dense", "output"):
                self.add_module(layer["id"], linear(layer, width))
                width = layer["units"]
            else:
                made = {"batch_norm": BatchNorm, "layer_norm": nn.LayerNorm}[layer["type"]](width)
                self.add_module(layer["id"], made)

    def sums(self, x: Tensor) -> Tensor:
        """What the output layer's activation is given."""
        for layer in self.order:
            x = getattr(self, layer["id"])(x)
            if layer["type"] != "output":
                x = ACTIVATIONS[layer.get("activation", "tanh")](layer)(x)
        return x

    def forward(self, x: Tensor) -> Tensor:
        return ACTIVATIONS[self.output_activation](self.order[-1])(self.sums(x))

    @property
    def output_activation(self) -> str:
        return self.order[-1].get("activation", "sigmoid")


def linear(layer: Document, width: int) -> nn.Linear:
    made = nn.Linear(width, layer["units"])
    with torch.no_grad():
        made.weight.copy_(torch.tensor(layer["initial"]["weight"]).T)
        made.bias.copy_(torch.tensor(layer["initial"]["bias"]))
    made.requires_grad_(not layer.get("frozen", False))
    return made


def targets(source: Document, loss: str, net: Net) -> Tensor:
    """Class ids as the loss wants them (0/1, or ±1 for hinge and for squared errors of outputs that reach −1)."""
    given = torch.tensor([item["target"] for item in source["items"]])
    if source["kind"] == "regression":
        return given[:, None]
    units = net.order[-1]["units"]
    coded = given[:, None] if units == 1 else nn.functional.one_hot(given.long(), units).float()
    signed = loss == "hinge" or (
        not loss.endswith("cross_entropy") and net.output_activation not in ("sigmoid", "softmax")
    )
    return 2 * coded - 1 if signed else coded


def loss_of(net: Net, training: Document, x: Tensor, target: Tensor) -> Tensor:
    loss = training.get("loss", {"type": "binary_cross_entropy"})
    sums = net.sums(x)
    output = ACTIVATIONS[net.output_activation](net.order[-1])(sums)
    logit = {"tanh": 2 * sums, "relu": output}.get(net.output_activation, sums)
    made: dict[str, Callable[[], Tensor]] = {
        "binary_cross_entropy": lambda: nn.functional.binary_cross_entropy_with_logits(logit, target),
        "categorical_cross_entropy": lambda: nn.functional.cross_entropy(logit, target),
        "mse": lambda: nn.functional.mse_loss(output, target),
        "half_mse": lambda: 0.5 * nn.functional.mse_loss(output, target),
        "mae": lambda: nn.functional.l1_loss(output, target),
        "huber": lambda: nn.functional.huber_loss(output, target, delta=loss["delta"]),
        "hinge": lambda: torch.relu(1 - target * output).mean(),
    }
    return made[loss["type"]]()


def weights(net: Net) -> list[Tensor]:
    return [layer.weight for layer in net.children() if isinstance(layer, nn.Linear)]


def penalty(net: Net, training: Document) -> Tensor:
    l1, l2 = training.get("l1", 0.0), training.get("l2", 0.0)
    return torch.stack([l1 * w.abs().sum() + 0.5 * l2 * w.square().sum() for w in weights(net)]).sum()


def optimizer_of(net: Net, training: Document) -> torch.optim.Optimizer:
    """Decay reaches weights only, as in Netloom."""
    given = training["optimizer"]
    chosen = {id(w) for w in weights(net)}
    decay = given.get("weight_decay", 0.0)
    groups = [
        {"params": [p for p in net.parameters() if (id(p) in chosen) == decays], "weight_decay": decay * decays}
        for decays in (True, False)
    ]
    rate, betas = training["learning_rate"], (given.get("beta1", 0.9), given.get("beta2", 0.999))
    epsilon = given.get("epsilon", 1e-8)
    made: dict[str, Callable[[], torch.optim.Optimizer]] = {
        "sgd": lambda: torch.optim.SGD(groups, lr=rate),
        "momentum": lambda: torch.optim.SGD(groups, lr=rate, momentum=given["momentum"]),
        "nesterov": lambda: torch.optim.SGD(groups, lr=rate, momentum=given["momentum"], nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop(groups, lr=rate, alpha=given["decay"], eps=epsilon),
        "adagrad": lambda: torch.optim.Adagrad(groups, lr=rate, eps=epsilon),
        "adam": lambda: torch.optim.Adam(groups, lr=rate, betas=betas, eps=epsilon),
        "adamw": lambda: torch.optim.AdamW(groups, lr=rate, betas=betas, eps=epsilon),
        "lion": lambda: Lion(groups, lr=rate, betas=betas),
    }
    return made[given["type"]]()


def train(net: Net, training: Document, x: Tensor, target: Tensor) -> None:
    optimizer = optimizer_of(net, training)
    size = len(x) if training["batch_size"] == "all" else training["batch_size"]
    starts = list(range(0, len(x), size))
    for update in range(UPDATES):
        batch = slice(starts[update % len(starts)], starts[update % len(starts)] + size)
        optimizer.zero_grad()
        (loss_of(net, training, x[batch], target[batch]) + penalty(net, training)).backward()
        if "clip_norm" in training:
            nn.utils.clip_grad_norm_(net.parameters(), training["clip_norm"])
        optimizer.step()


def rounded(tensor: Any) -> list:
    return np.round(tensor.detach().numpy().astype(float), 7).tolist()


def parameters(net: Net) -> dict[str, dict[str, list]]:
    """By Netloom's names; PyTorch's weights are `[units, inputs]`."""
    found: dict[str, dict[str, list]] = {}
    for name, layer in net.named_children():
        if isinstance(layer, nn.Linear):
            found[name] = {"weight": rounded(layer.weight.T), "bias": rounded(layer.bias)}
        else:
            found[name] = {"scale": rounded(layer.weight), "shift": rounded(layer.bias)}
    return found


def statistics(net: Net) -> dict[str, dict[str, list]]:
    """What is not trained but changes while training."""
    return {
        name: {"mean": rounded(layer.running_mean), "variance": rounded(layer.running_var)}
        for name, layer in net.named_children()
        if isinstance(layer, BatchNorm)
    }


def reference(experiment: Document) -> Document:
    source = experiment["data"]["source"]
    net = Net(experiment["network"]["layers"])
    x = torch.tensor([item["x"] for item in source["items"]])
    target = targets(source, experiment["training"].get("loss", {}).get("type", "binary_cross_entropy"), net)
    net.eval()
    outputs = rounded(net(x))
    net.train()
    train(net, experiment["training"], x, target)
    net.eval()
    return {
        "experiment": experiment,
        "outputs": outputs,
        "parameters": parameters(net),
        "statistics": statistics(net),
        "outputs_after": rounded(net(x)),
    }


def main() -> None:
    torch.set_num_threads(1)
    made = {name: reference(experiment) for name, experiment in cases().items()}
    path = Path(__file__).with_name("reference.json")
    lines = [f"{json.dumps(name)}: {json.dumps(case, separators=(',', ':'))}" for name, case in made.items()]
    path.write_text(
        f'{{"torch": "{torch.__version__}", "updates": {UPDATES}, "cases": {{\n' + ",\n".join(lines) + "\n}}\n"
    )


if __name__ == "__main__":
    main()
