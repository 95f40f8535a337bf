"""By which addresses learners reach this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

from netloom.settings import Settings

EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (compared with, never bound)
"""What one listens on to be reached by every address of the machine."""
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_FAR_AWAY = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Reserved for documentation: nothing is sent there, only the way to it is looked up."""


def invitations(settings: Settings, secret: str | None, *, contained: bool) -> list[str]:
    """What to open in a browser, the likeliest first. The key is in the fragment, which browsers send to nobody.
    `contained`: the machine's own addresses cannot be seen from here."""
    key = f"#key={secret}" if secret else ""
    if settings.origins and not settings.local:
        return [f"{origin}/{key}" for origin in settings.origins]
    if settings.host in EVERYWHERE and contained:
        return [f"http://ADDRESS:{settings.port}/{key}"]
    return [f"http://{_bracketed(name)}:{settings.port}/{key}" for name in _names(settings.host)]


def in_container() -> bool:
    """Whether this machine is one within another."""
    return any(mark.exists() for mark in CONTAINER_MARKS)


def is_number(name: str) -> bool:
    """Whether a host is an address and not a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _names(host: str) -> list[str]:
    if host not in EVERYWHERE:
        return [host]
    families = (socket.AF_INET,) if host != "::" else (socket.AF_INET, socket.AF_INET6)
    found = dict.fromkeys(name for family in families for name in _own_addresses(family))
    return list(found) or ["127.0.0.1" if host != "::" else "::1"]


def _own_addresses(family: socket.AddressFamily) -> Iterator[str]:
    """The one that leads away from here first, then those that this machine's name stands for."""
    candidates = [*_outward(family), *_named(family)]
    yield from (name for name in candidates if not ipaddress.ip_address(name).is_loopback)


def _outward(family: socket.AddressFamily) -> Iterator[str]:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((_FAR_AWAY[family], 9))
            yield probe.getsockname()[0]
    except OSError:
        return


def _named(family: socket.AddressFamily) -> Iterator[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, family, socket.SOCK_STREAM)
    except OSError:
        return
    # A link-local address would need the name of a card, which a browser does not take.
    yield from (str(place[0]) for *_, place in found if "%" not in str(place[0]))


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
