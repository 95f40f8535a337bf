"""What one experiment may ask, and how fast a client may talk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

import orjson

from netloom.cost import check_cost, cost_of
from netloom.errors import NetloomError, OverLimit
from netloom.experiment import Data, Experiment
from netloom.network import Network
from netloom.protocol.commands import Changes
from netloom.settings import Caps

COMMANDS_PER_SECOND, COMMANDS_AT_ONCE = 30, 60
PAINTS_PER_SECOND, PAINTS_AT_ONCE = 2000, 4000
ARRIVALS_SECS = 10.0
GUESS_SECS = 1.0


def check_experiment(experiment: Experiment, caps: Caps) -> None:
    """Raises OverLimit, before anything is allocated."""
    check_data(experiment.data, caps)
    check_layers(experiment.network, caps)
    check_cost(experiment.cost, experiment.network, len(experiment.data.features), caps.bounds)


def check_changes(changes: Changes, document: bytes, caps: Caps) -> None:
    """The same for an edit of `document`. Raises OverLimit or InvalidNetwork."""
    if changes.data is not None:
        check_data(changes.data, caps)
    if changes.network is not None:
        check_layers(changes.network, caps)
    if any((changes.data, changes.network, changes.training)):
        check_whole(changes, orjson.loads(document), caps)


def check_whole(changes: Changes, held: Any, caps: Caps) -> None:
    """Together with the sections that stay as they are. `held`: the document as JSON."""
    network = changes.network or Network.model_validate(held["network"])
    points, features = _size(changes.data, held["data"])
    batch = changes.training.batch_size if changes.training else held["training"]["batch_size"]
    network.check(features)
    cost = cost_of(network, features=features, points=points, batch=batch)
    check_cost(cost, network, features, caps.bounds)


def _size(data: Data | None, held: Any) -> tuple[int, int]:
    """Points and input features."""
    if data is not None:
        return data.size, len(data.features)
    source = held["source"]
    own = source["type"] == "points"
    return len(source["items"]) if own else held["count"], len(held["features"])


def check_data(data: Data, caps: Caps) -> None:
    if data.size > caps.points:
        raise OverLimit(what="Points", value=data.size, limit=caps.points)


def check_layers(network: Network, caps: Caps) -> None:
    if network.hidden_count > caps.layers:
        raise OverLimit(what="Hidden layers", value=network.hidden_count, limit=caps.layers)
    for layer in network.layers:
        units = getattr(layer, "units", 0)
        if units > caps.neurons:
            raise OverLimit(what="Neurons", value=units, limit=caps.neurons, layer_id=layer.id)


class TooManySockets(NetloomError):
    code = "too_many_sockets"


class TooManyGuesses(NetloomError):
    code = "too_many_guesses"


class TokenBucket:
    """`rate` a second, `burst` at once."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._filled = clock()

    def take(self) -> bool:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Window:
    """Whether something happened `most` times within `secs`."""

    def __init__(self, most: int, secs: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._secs = secs
        self._clock = clock
        self._times: deque[float] = deque()

    def __len__(self) -> int:
        """How often it happened within the last `secs`."""
        now = self._clock()
        while self._times and now - self._times[0] > self._secs:
            self._times.popleft()
        return len(self._times)

    @property
    def full(self) -> bool:
        return len(self) >= self._most

    def count(self) -> bool:
        """Counts one more; True when that makes `most`."""
        self._times.append(self._clock())
        return self.full


class Allowance:
    """What all tabs of one visitor share."""

    def __init__(self, most_new: int, clock: Callable[[], float]) -> None:
        self.open = 0
        self.arrivals = Window(most_new, ARRIVALS_SECS, clock)
        self.commands = TokenBucket(COMMANDS_PER_SECOND, COMMANDS_AT_ONCE, clock)
        self.paints = TokenBucket(PAINTS_PER_SECOND, PAINTS_AT_ONCE, clock)

    @property
    def idle(self) -> bool:
        """For so long that a fresh one is the same."""
        return not self.open and not self.arrivals


class Sockets:
    """A6: how many tabs are connected, of each visitor and in all, and how fast they come."""

    def __init__(self, clock: Callable[[], float], *, most_each: int = 8, most: int = 600, most_new: int = 20) -> None:
        self._clock = clock
        self._most_each = most_each
        self._most = most
        self._most_new = most_new
        self._allowances: dict[str, Allowance] = {}

    @property
    def total(self) -> int:
        return sum(each.open for each in self._allowances.values())

    def enter(self, visitor: str) -> Allowance:
        """Raises TooManySockets."""
        self._forget_idle()
        allowance = self._allowances.setdefault(visitor, Allowance(self._most_new, self._clock))
        if allowance.open >= self._most_each:
            raise TooManySockets(f"{self._most_each} tabs of this browser are connected already; close one.")
        if allowance.arrivals.full:
            raise TooManySockets("This browser connects too often; wait ten seconds.")
        if self.total >= self._most:
            raise TooManySockets("This server is full; try again when others have left.")
        allowance.arrivals.count()
        allowance.open += 1
        return allowance

    def leave(self, visitor: str) -> None:
        self._allowances[visitor].open -= 1

    def _forget_idle(self) -> None:
        self._allowances = {name: each for name, each in self._allowances.items() if not each.idle}


class Guesses:
    """A6: wrong class keys, of each network address and in all. A right one counts for nothing."""

    def __init__(self, clock: Callable[[], float], *, most_each: int = 10, most: int = 100, secs: float = 60) -> None:
        self._clock = clock
        self._most_each = most_each
        self._secs = secs
        self._all = Window(most, secs, clock)
        self._each: dict[str, Window] = {}

    def wait_secs(self, address: str) -> float:
        """How long to wait before a key from there is looked at. Raises TooManyGuesses.

        When many guess at once, an address without a wrong key of its own is still heard, a little later.
        """
        own = self._each.get(_network_of(address), ())
        if len(own) >= self._most_each or (own and self._all.full):
            raise TooManyGuesses("Too many wrong keys; wait a minute, then try again.")
        return GUESS_SECS if self._all.full else 0.0

    def wrong(self, address: str) -> None:
        self._each = {network: window for network, window in self._each.items() if window}
        self._each.setdefault(_network_of(address), Window(self._most_each, self._secs, self._clock)).count()
        self._all.count()


def _network_of(address: str) -> str:
    """One house has many numbers of the new kind."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    if isinstance(number, IPv6Address):
        return str(number.ipv4_mapped or IPv6Network((number, 64), strict=False))
    return address
