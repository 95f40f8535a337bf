"""Builds `frontend/` into the package's `static/` folder, only when a source of the page has changed.

Standard library alone: the Makefile and the packaging hook run it before anything is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "backend" / "netloom" / "static"
STAMP = STATIC / ".sources.sha256"

_FOREIGN_FOLDERS = {"node_modules", "coverage", "dist", "test-results"}
_NOT_BUILT = (".test.ts", ".test.tsx", ".md", "openapi.json")


class PageNotBuilt(RuntimeError):
    """The page is stale and cannot be built here; the message says what to install."""


def build_page() -> bool:
    """Builds the page if it is stale; says whether it did.

    Raises PageNotBuilt without npm, CalledProcessError when the build itself fails.
    """
    if not FRONTEND.exists():  # installing from an sdist: the page came along
        return False
    digest = source_digest()
    if STAMP.exists() and STAMP.read_text() == digest and (STATIC / "index.html").exists():
        return False
    install_node_modules()
    _npm("run", "build")
    STAMP.write_text(digest)
    return True


def source_digest() -> str:
    """SHA-256 over the path and content of each file that can change the built page."""
    digest = hashlib.sha256()
    for path in sorted(_sources(FRONTEND)):
        digest.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def install_node_modules() -> None:
    """Runs `npm ci` when node_modules is missing or older than the lock."""
    lock, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    _npm("ci")
    os.utime(installed)


def _sources(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in _FOREIGN_FOLDERS:
            yield from _sources(entry)
        elif entry.is_file() and not entry.name.endswith(_NOT_BUILT):
            yield entry


def _npm(*arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PageNotBuilt("The page is built with npm, which was not found: install Node.js 20.19 or newer.")
    # Standard output belongs to whoever asked for the page (a packaging front end reads it).
    subprocess.run([npm, *arguments], cwd=FRONTEND, stdout=sys.stderr, check=True)


if __name__ == "__main__":
    try:
        install_node_modules() if sys.argv[1:] == ["--install"] else build_page()
    except PageNotBuilt as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd))} ended with exit status {error.returncode}; its output is above.")
