"""What a learner does to a run that is carried out at once: nothing has to be compiled for it."""

from __future__ import annotations

from netloom.errors import NotPossible
from netloom.hosts import telling
from netloom.hosts.goal import Goal
from netloom.hosts.standing import Standing
from netloom.hosts.teller import Teller
from netloom.hosts.trainer import Trainer
from netloom.protocol.commands import (
    Advance,
    Changes,
    Command,
    FinalTest,
    Pause,
    Play,
    Recover,
    Restart,
    SetParameter,
    SetSpeed,
)

AT_ONCE_SECS = 0.02
"""An advance that takes no longer is carried out in one go, without a passing "training"."""

ABOUT_TRAINING = (Play, Pause, Advance, Restart, SetSpeed, FinalTest)
"""Done to the network as it is, whatever edit waits."""


class Controls:
    def __init__(self, standing: Standing, trainer: Trainer, teller: Teller) -> None:
        self._standing = standing
        self._run = standing.run
        self._trainer = trainer
        self._teller = teller

    def carry_out(self, command: Command) -> bool:
        """True when the answer is among the events already: `edited` and `tested` are answers too (PR3)."""
        match command:
            case Play():
                return self._play(command)
            case Pause():
                self.pause("asked")
            case Advance():
                self._advance(command)
            case SetParameter():
                self._run.set_parameter(command.pin, command.value)
            case FinalTest():
                self._teller.events.append(telling.tested(self._run.final_test(), command.id, self._run.epoch))
                return True
            case SetSpeed():
                view = self._run.experiment.view.model_copy(update={"speed": command.speed})
                return self._edited(Changes(view=view), command)
            case Restart() | Recover():
                return self._go_back(command)
            case _:
                raise NotPossible("This is not asked of an engine.")
        return False

    def pause(self, reason: str, message: str | None = None) -> None:
        if self._standing.goal:
            self._trainer.halt(reason, message)

    def _edited(self, changes: Changes, command: Play | SetSpeed) -> bool:
        self._teller.tell_edited(self._run.edit(changes), command.id)
        return True

    def _go_back(self, command: Restart | Recover) -> bool:
        outcome = self._run.recover() if isinstance(command, Recover) else self._run.restart("Restart")
        self._standing.goal = self._standing.failure = None
        self._teller.tell_edited(outcome, command.id)
        return True

    def _play(self, command: Play) -> bool:
        run = self._run
        if run.status == "diverged":
            raise NotPossible("The numbers have left the range; go back to the last finite point, or restart.")
        until = command.until_epoch
        if until is not None and until <= run.epoch:
            raise NotPossible(f"Epoch {until} is past; the run is at epoch {run.epoch}.")
        raised = self._raise_limit(until)
        self._trainer.start(Goal(until_epoch=until, fast=until is not None))
        if raised:
            return self._edited(Changes(), command)
        self._teller.tell_status()
        return False

    def _raise_limit(self, until: int | None) -> bool:
        """The visible epoch limit moves, so the document changes. Whether it did."""
        training = self._run.experiment.training
        if until is not None and until > training.epoch_limit:
            self._run.edit(Changes(training=training.model_copy(update={"epoch_limit": until})))
        if self._run.status == "finished":
            self._run.continue_past_limit()
        return self._run.experiment.training != training

    def _advance(self, command: Advance) -> None:
        run = self._run
        if run.status in {"diverged", "finished"}:
            raise NotPossible("The run has stopped; continue or restart it.")
        until_epoch = run.epoch + command.count if command.unit == "epoch" else None
        until_step = run.step + command.count if command.unit == "update" else None
        self._trainer.start(Goal(until_epoch, until_step, fast=True))
        self._trainer.train(AT_ONCE_SECS)
        if self._standing.goal:
            self._teller.tell_status()
