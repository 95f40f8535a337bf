"""Turns of training, at the pace that the learner chose and until the goal."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from netloom.hosts.goal import Goal
from netloom.hosts.pace import Pace, updates_per_second
from netloom.hosts.standing import Standing
from netloom.hosts.teller import Teller

if TYPE_CHECKING:
    from netloom.experiment import Experiment


class Trainer:
    def __init__(self, standing: Standing, teller: Teller, clock: Callable[[], float]) -> None:
        self._standing = standing
        self._run = standing.run
        self._teller = teller
        self._clock = clock
        self._pace = Pace(clock())
        self._owing = False
        """Whether its last turn was too short for what was due."""
        self._counted: Experiment | None = None
        self._updates_per_epoch = 1

    def start(self, goal: Goal) -> None:
        self._standing.goal = goal
        self._standing.failure = None
        self._owing = False
        self._pace = Pace(self._clock())

    def train(self, budget_secs: float) -> None:
        """One turn."""
        goal = self._standing.goal
        if goal is None:
            return
        due = self._pace.due(self._clock(), self._rate(goal))
        updates = goal.updates(self._run.step, due)
        progress = self._run.advance(updates=updates, until_epoch=goal.until_epoch, budget_secs=budget_secs)
        self._pace.done(progress.updates)
        self._owing = updates is not None and progress.updates < updates
        self._teller.add_rows(progress.rows)
        if self._standing.stopped:
            self.halt()
        elif goal.reached(self._run.epoch, self._run.step):
            self.halt("reached")

    def halt(self, reason: str | None = None, message: str | None = None) -> None:
        self._standing.goal = None
        self._teller.tell_rows()
        self._teller.tell_status(reason, message)

    def fail(self, message: str) -> None:
        self._standing.goal = None
        self._standing.failure = message
        self._teller.tell_status()

    def wait_secs(self) -> float | None:
        """Until an update is due; None: it trains as fast as it may, or owes some."""
        goal = self._standing.goal
        rate = None if goal is None else self._rate(goal)
        if rate is None or self._owing:
            return None
        self._pace.due(self._clock(), rate)
        return self._pace.wait_secs(rate)

    def _rate(self, goal: Goal) -> float | None:
        """Updates per second; None: no limit."""
        if goal.fast:
            return None
        experiment = self._run.experiment
        if experiment is not self._counted:
            self._counted, self._updates_per_epoch = experiment, self._count_updates(experiment)
        return updates_per_second(experiment.view.speed, self._updates_per_epoch)

    def _count_updates(self, experiment: Experiment) -> int:
        """Updates in an epoch."""
        training = sum(point.split == "train" for point in self._run.points())
        batch = experiment.training.batch_size
        return 1 if batch == "all" else max(1, ceil(training / batch))
