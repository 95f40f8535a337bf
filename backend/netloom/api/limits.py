"""What one experiment may ask, and how fast a client may talk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

from netloom.errors import NetloomError, OverLimit
from netloom.experiment import Data, Experiment
from netloom.network import Network
from netloom.protocol.commands import Changes
from netloom.settings import Caps


def check_experiment(experiment: Experiment, caps: Caps) -> None:
    """Raises OverLimit, before anything is allocated."""
    check_data(experiment.data, caps)
    check_network(experiment.network, len(experiment.data.features), caps)


def check_changes(changes: Changes, caps: Caps) -> None:
    if changes.data is not None:
        check_data(changes.data, caps)
    if changes.network is not None:
        check_layers(changes.network, caps)


def check_data(data: Data, caps: Caps) -> None:
    count = len(getattr(data.source, "items", ())) or data.count
    if count > caps.points:
        raise OverLimit(what="Points", value=count, limit=caps.points)


def check_network(network: Network, features: int, caps: Caps) -> None:
    check_layers(network, caps)
    parameters = sum(network.parameter_counts(features).values())
    if parameters > caps.parameters:
        raise OverLimit(what="Parameters", value=parameters, limit=caps.parameters)


def check_layers(network: Network, caps: Caps) -> None:
    if len(network.layers) > caps.layers:
        raise OverLimit(what="Layers", value=len(network.layers), limit=caps.layers)
    for layer in network.layers:
        units = getattr(layer, "units", 0)
        if units > caps.neurons:
            raise OverLimit(what="Neurons", value=units, limit=caps.neurons, layer_id=layer.id)


class TooManySockets(NetloomError):
    code = "too_many_sockets"


class SocketCount:
    """A6: how many tabs are connected, of each visitor and in all."""

    def __init__(self, most_each: int = 8, most: int = 600) -> None:
        self._most_each = most_each
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, visitor: str) -> None:
        """Raises TooManySockets."""
        if self._open[visitor] >= self._most_each:
            raise TooManySockets(f"{self._most_each} tabs of this browser are connected already; close one.")
        if self._open.total() >= self._most:
            raise TooManySockets("This server is full; try again when others have left.")
        self._open[visitor] += 1

    def leave(self, visitor: str) -> None:
        self._open[visitor] -= 1
        if not self._open[visitor]:
            del self._open[visitor]


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

    def count(self) -> bool:
        """Counts one more; True when that makes `most`."""
        now = self._clock()
        self._times.append(now)
        while now - self._times[0] > self._secs:
            self._times.popleft()
        return len(self._times) >= self._most
