"""Who is there: a signed cookie holds a random visitor id, which owns its runs."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from base64 import b32encode
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from itsdangerous import BadSignature, Signer

COOKIE_SECS = 365 * 24 * 3600
KEY_BYTES = 32


def random_name() -> str:
    """26 small letters and digits from 128 random bits: ids of runs and visitors."""
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def kept_key(path: Path) -> str:
    """Made on first use, readable by this user alone; the same for servers that start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # An empty one is left by a disk that was full.
        if key := file.read().strip():
            return key
        file.write(key := secrets.token_urlsafe(KEY_BYTES))
    return key


class Visitors:
    """Makes and reads cookies. With a class key only those who show it get one."""

    def __init__(self, signing_key: str, class_key: str | None, port: int) -> None:
        # Changing the class key shows everyone out.
        self._signer = Signer(signing_key, salt=hashlib.sha256((class_key or "").encode()).hexdigest())
        self._class_key = class_key
        # Browsers keep one cookie jar for all ports of a machine.
        self.cookie_name = f"netloom_{port}"

    @property
    def open(self) -> bool:
        return self._class_key is None

    def admits(self, key: str) -> bool:
        return self._class_key is None or hmac.compare_digest(key.encode(), self._class_key.encode())

    def read(self, cookie_header: str) -> str | None:
        """The visitor's id, None without a cookie that we have signed."""
        try:
            morsel = SimpleCookie(cookie_header).get(self.cookie_name)
            return None if morsel is None else self._signer.unsign(morsel.value).decode()
        except (BadSignature, CookieError, UnicodeError):
            return None

    def write(self, visitor: str, *, secure: bool) -> str:
        """A Set-Cookie header."""
        value = self._signer.sign(visitor).decode()
        parts = [f"{self.cookie_name}={value}", "Path=/", f"Max-Age={COOKIE_SECS}", "HttpOnly", "SameSite=Lax"]
        return "; ".join([*parts, "Secure"] if secure else parts)
