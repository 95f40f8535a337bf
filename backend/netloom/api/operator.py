"""Who is the operator: the one rule for what is neither a learner's nor a visitor's business."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.types import Scope

from netloom.settings import LOOPBACK, Settings

_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_operator(settings: Settings, scope: Scope, headers: Headers) -> bool:
    """Whoever shows NETLOOM_METRICS_TOKEN. Without one: whoever asks from this machine itself, of a server that nobody
    else can reach, neither directly nor through a proxy. A class key or a cookie makes nobody an operator."""
    if settings.metrics_token is not None:
        shown = headers.get("authorization", "").encode()
        return hmac.compare_digest(shown, f"Bearer {settings.metrics_token}".encode())
    alone = settings.local and settings.secret is None and not settings.origins
    return alone and _from_here(scope) and not any(name in headers for name in _PASSED_ON)


def _from_here(scope: Scope) -> bool:
    client: tuple[str, int] | None = scope.get("client")
    return client is not None and client[0] in LOOPBACK
