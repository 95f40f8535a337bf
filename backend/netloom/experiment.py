"""The document that the page, the server, the command line and a link share."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from netloom.cost import Bounds, Cost, check_cost, cost_of
from netloom.datasets import AnyDataset, OwnPoints
from netloom.datasets.base import Task
from netloom.datasets.xor import Xor
from netloom.errors import InvalidField, WrongOutputs
from netloom.formula import compile_formula
from netloom.network import Network, default_network
from netloom.problems import first_problem
from netloom.record import LIVE, Record
from netloom.training import Training

VERSION = 1
MAX_DOCUMENT_BYTES = 2_000_000


class Shares(Record):
    """Percent of the points for training, for watching (validation) and for the final test; together 100."""

    train: int = Field(default=70, ge=1, le=100, title="Training", json_schema_extra=LIVE)
    """Percent of the points that the network learns from."""
    validation: int = Field(default=15, ge=0, le=99, title="Validation", json_schema_extra=LIVE)
    """Percent that only watch whether it also works on points it has not learned from."""
    test: int = Field(default=15, ge=0, le=99, title="Test", json_schema_extra=LIVE)
    """Percent kept away until the final test."""

    @model_validator(mode="after")
    def _together_100(self) -> Self:
        if self.train + self.validation + self.test != 100:
            raise ValueError(f"the shares make {self.train + self.validation + self.test} % and must make 100 %")
        return self


class Data(Record):
    """Where the points come from and how they are shared out."""

    source: AnyDataset = Field(default=Xor(), title="Data")
    """The rule or the points."""
    count: int = Field(default=200, ge=2, le=5000, title="Points", json_schema_extra=LIVE)
    """How many points there are, in all three shares together."""
    noise: float = Field(
        default=0.0, ge=0, le=0.5, title="Noise", json_schema_extra={**LIVE, "unit": "%", "factor": 100}
    )
    """How far the points stray from the rule that made them."""
    shares: Shares = Field(default=Shares(), title="Train · validation · test", json_schema_extra=LIVE)
    """How the points are shared out."""
    features: tuple[str, ...] = Field(default=("x", "y"), min_length=1, max_length=16, title="Inputs")
    """Formulas of x and y, one input each."""

    @property
    def size(self) -> int:
        """How many points there are, at most: those that are set, or as many as are wanted."""
        return len(self.source.items) if isinstance(self.source, OwnPoints) else self.count


class Seeds(Record):
    """Where each kind of chance starts: the same seeds give the same run to the last bit."""

    weights: int = Field(default=0, ge=0, le=2**32 - 1, title="Weights")
    """Draws the initial weights."""
    data: int = Field(default=0, ge=0, le=2**32 - 1, title="Data")
    """Draws the points and their shares."""
    order: int = Field(default=0, ge=0, le=2**32 - 1, title="Order")
    """Mixes the points in every epoch."""
    dropout: int = Field(default=0, ge=0, le=2**32 - 1, title="Dropout")
    """Chooses the neurons that dropout silences."""


Speed = Literal["1 update/s", "5 updates/s", "1 epoch/s", "4 epochs/s", "20 epochs/s", "100 epochs/s", "max"]


class View(Record):
    """How the page shows the run; changes nothing that is computed."""

    controls: Literal["simple", "all"] = Field(default="simple", title="Controls")
    """Which controls are shown."""
    speed: Speed = Field(default="4 epochs/s", title="Speed")
    """How fast training runs while it plays."""
    decision_only: bool = Field(default=False, title="Show decision only")
    """Draw only which class wins, not how sure the network is."""
    show_validation: bool = Field(default=True, title="Show validation points")
    """Draw the points that are not learned from."""
    show_test: bool = Field(default=False, title="Show test points")
    """Draw the points kept for the final test."""
    log_loss: bool = Field(default=False, title="Log scale")
    """Draw the loss on a logarithmic scale."""
    slow_motion: bool = Field(default=True, title="Slow motion")
    """At one update a second, show forward, loss, backward and update one after the other."""


class Experiment(Record):
    """A network, its data and its training: everything that makes a run, to the last bit."""

    version: Literal[1] = VERSION
    name: str = Field(default="XOR", max_length=80, title="Name")
    """What the page calls it."""
    summary: str = Field(default="", max_length=300, title="Summary")
    """Two sentences on what there is to see."""
    question: str = Field(
        default="Can this network separate orange from blue? Press Play (Space).", max_length=200, title="Question"
    )
    """What to predict before pressing Play."""
    data: Data = Data()
    network: Network = Field(default_factory=default_network)
    training: Training = Training()
    seeds: Seeds = Seeds()
    view: View = View()

    @property
    def task(self) -> Task:
        return self.data.source.task

    @property
    def cost(self) -> Cost:
        data = self.data
        return cost_of(self.network, features=len(data.features), points=data.size, batch=self.training.batch_size)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Raises InvalidNetwork, InvalidFormula, InvalidField or OverLimit; allocates nothing."""
        for index, formula in enumerate(self.data.features):
            window = self.data.source.window
            compile_formula(formula, inputs=self.task.inputs, window=window, path=f"data.features.{index}")
        features = len(self.data.features)
        self.network.check(features)
        check_cost(self.cost, self.network, features, Bounds())
        self.network.check_starts(features)
        self._check_points()
        self._check_output()
        self._check_loss()
        return self

    def _check_points(self) -> None:
        if self.data.size == 0:
            raise InvalidField(path="data.source.items", problem="there are no points yet; draw some to train on.")

    def _check_output(self) -> None:
        output, task = self.network.output, self.task
        if task.kind == "regression" and output.units != 1:
            raise WrongOutputs(f"A value needs 1 output neuron; this network has {output.units}.", layer_id=output.id)
        if task.classes > 2 and output.units != task.classes:
            raise WrongOutputs(
                f"{task.classes} classes need {task.classes} output neurons; this network has {output.units}.",
                layer_id=output.id,
            )
        if task.classes == 2 and output.units > 2:
            raise WrongOutputs(
                f"Two classes need 1 or 2 output neurons; this network has {output.units}.", layer_id=output.id
            )
        if output.activation == "softmax" and output.units < 2:
            raise WrongOutputs(
                "Softmax shares 1 among several outputs and needs at least 2; use sigmoid for one.", layer_id=output.id
            )

    def _check_loss(self) -> None:
        loss, training = self.training.loss, self.training
        if loss.classification_only and self.task.kind == "regression":
            raise InvalidField(
                path="training.loss", problem=f"{loss.title} compares classes; use mean squared error for values."
            )
        if self.network.output.units < loss.min_outputs:
            raise InvalidField(
                path="training.loss",
                problem=f"{loss.title} needs one output per class; use binary cross-entropy for one output.",
            )
        weights = training.class_weights
        if isinstance(weights, tuple) and len(weights) != self.task.classes:
            raise InvalidField(
                path="training.class_weights",
                problem=f"{len(weights)} weights for {self.task.classes} classes; give one for each class.",
            )


def read_experiment(document: bytes | str) -> Experiment:
    """Raises InvalidExperiment or OverLimit, with the path of the first field that is wrong."""
    try:
        return Experiment.model_validate_json(document)
    except ValidationError as error:
        raise first_problem(error, document) from None
