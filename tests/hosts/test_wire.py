"""The engine's end of the socket to its host."""

import socket

import pytest

from netloom.hosts.messages import Request, pack_request, unpack_request
from netloom.hosts.wire import Wire


@pytest.mark.parametrize("unread", [b"", b"told and never heard"])
def test_r2_the_end_of_the_host_is_noticed_also_where_it_died_with_something_unread(unread: bytes) -> None:
    """Else a thread ends with an error, and its process trains on for nobody."""
    host, engine = socket.socketpair()
    wire = Wire(engine)
    host.sendall(pack_request(Request(1, "run", "checkpoint")))
    wire.write(unread)
    asked = wire.read()

    host.close()

    assert asked is not None and unpack_request(asked).operation == "checkpoint"
    assert wire.read() is None
    engine.close()
