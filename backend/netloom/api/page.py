"""The built page and its files. Style nonces are fresh for every answer."""

from __future__ import annotations

import html
import secrets
from collections.abc import Container
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from netloom.api.envelope import CONTENT_SECURITY

STATIC = Path(__file__).parents[1] / "static"
UNCHANGING = "public, max-age=31536000, immutable"
"""Vite puts a hash of the content into the names below `assets/`."""


def install(app: FastAPI, folder: Path = STATIC) -> Container[str]:
    """Returns the addresses of the page's files, without a leading slash."""
    files = _files(folder)

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> Response:
        """A file of the page by its exact name; else the page itself, which reads the address."""
        if found := files.get(path):
            hashed = path.startswith("assets/")
            return FileResponse(found, headers={"cache-control": UNCHANGING if hashed else "no-cache"})
        if path.startswith(("api/", "assets/", "ws")) or "." in path.rpartition("/")[2]:
            raise HTTPException(404)
        return _index(folder)

    return files


def _files(folder: Path) -> dict[str, Path]:
    """Listed once: only what is in the list is ever opened, whatever an address says (I9)."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.name != "index.html"]
    return {path.relative_to(folder).as_posix(): path for path in found}


def _index(folder: Path) -> Response:
    try:
        text = (folder / "index.html").read_text()
    except FileNotFoundError:
        sentence = "The page has not been built; run “make page”, or “npm run dev” in frontend/."
        return Response(sentence, status_code=503, media_type="text/plain; charset=utf-8")
    nonce = secrets.token_urlsafe(16)
    meta = f'<meta name="csp-nonce" content="{html.escape(nonce)}" />'
    policy = CONTENT_SECURITY.format(nonce=f" 'nonce-{nonce}'")
    return Response(
        text.replace("<head>", f"<head>\n    {meta}", 1),
        media_type="text/html; charset=utf-8",
        headers={"cache-control": "no-store", "content-security-policy": policy},
    )
