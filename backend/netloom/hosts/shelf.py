"""Which programs lie compiled on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

from netloom.engine.cells import Cells
from netloom.engine.data import sample
from netloom.engine.kept import made_by
from netloom.engine.structure import Structure, structure_of
from netloom.experiment import Experiment

USUAL_CELLS = Cells()


def structure_for(experiment: Experiment) -> Structure:
    """What of the document is compiled in. Raises InvalidExperiment where its points cannot be used."""
    sampled = sample(experiment)
    return structure_of(experiment, points=len(sampled.order), train=sampled.train_count)


def program_key(experiment: Experiment, cells: Cells, device: str) -> str:
    """Names all that is compiled for a document: equal for documents that share programs. Computed without JAX."""
    parts = (structure_for(experiment), tuple(cells), experiment.task.inputs, device, made_by())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


class Shelf:
    """One empty file for each program that lies whole on the disk: it is several functions (`engine/kept.py`)."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder) / "whole" if folder else None

    def holds(self, key: str) -> bool:
        return self._folder is not None and (self._folder / key).exists()

    def note(self, key: str) -> None:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / key).touch()
