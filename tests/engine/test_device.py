"""What XLA is told before it starts."""

import pytest

from netloom.engine.device import TRIED_XLA_FLAGS, XLA_FLAGS, xla_flags


@pytest.mark.parametrize(
    ("jaxlib", "tried"),
    [("0.10.2", True), ("0.11.2", True), ("0.12.0.1", True), ("0.13.0", False), ("1.0.0.dev1", False)],
)
def test_a_release_is_given_only_flags_that_it_knows(jaxlib: str, tried: bool) -> None:
    flags = xla_flags(jaxlib)
    assert set(flags) >= set(XLA_FLAGS)
    assert (set(flags) >= set(TRIED_XLA_FLAGS)) == tried
