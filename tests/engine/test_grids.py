"""The places that maps look at, which runs share."""

from __future__ import annotations

from netloom.engine.device import find_device
from netloom.engine.moment import MOST_OWN_GRIDS
from netloom.engine.prepared import make_stage
from netloom.experiment import Experiment


def test_equal_inputs_look_at_one_array() -> None:
    one, other = (make_stage(Experiment(), find_device("cpu")).picture for _ in range(2))

    assert one.grid(60) is other.grid(60)
    assert one.grid(60) is not one.grid(20)


def test_however_many_sizes_are_looked_at_a_network_keeps_few() -> None:
    picture = make_stage(Experiment(), find_device("cpu")).picture
    for cells in range(10, 30):
        picture.grid(cells)

    assert len(picture._own_grids) == MOST_OWN_GRIDS
    assert picture.grid(29).shape[0] == 29 * 29
