"""What one experiment may ask, and how fast a client may talk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import orjson

from netloom.cost import check_cost, cost_of
from netloom.errors import NetloomError, OverLimit
from netloom.experiment import Data, Experiment
from netloom.network import Network
from netloom.protocol.commands import Changes
from netloom.settings import Caps


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


class SocketCount:
    """A6: how many tabs are connected, of each visitor and in all."""

    def __init__(self, most_each: int = 8, most: int = 600) -> None:
        self._most_each = most_each
        self._most = most
        self._open: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return self._open.total()

    def enter(self, visitor: str) -> None:
        """Raises TooManySockets."""
        if self._open[visitor] >= self._most_each:
            raise TooManySockets(f"{self._most_each} tabs of this browser are connected already; close one.")
        if self.total >= self._most:
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
