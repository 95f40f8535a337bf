"""How many may come (A6)."""

import pytest

from netloom.api.limits import SocketCount, TooManySockets


def test_a6_a_visitor_who_closes_a_tab_may_open_another() -> None:
    sockets = SocketCount(most_each=2, most=100)
    sockets.enter("ada")
    sockets.enter("ada")

    with pytest.raises(TooManySockets, match="2 tabs"):
        sockets.enter("ada")
    sockets.leave("ada")
    sockets.enter("ada")


def test_a6_a_full_server_lets_nobody_in() -> None:
    sockets = SocketCount(most_each=8, most=2)
    sockets.enter("ada")
    sockets.enter("bob")

    with pytest.raises(TooManySockets, match="full"):
        sockets.enter("eve")
