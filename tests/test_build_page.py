"""`scripts/build_page.py`, run on a page of two files with an npm that writes down what it is asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "build_page.py"

FAKE_NPM = """#!/bin/sh
echo "$@" >> ../npm-calls
case "$*" in
  ci) mkdir -p node_modules && touch node_modules/.package-lock.json ;;
  "run build") mkdir -p ../backend/netloom/static && cat src/*.ts > ../backend/netloom/static/index.html ;;
esac
"""

Build = Callable[[], list[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("scripts", "frontend/src", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "scripts")
    (tmp_path / "frontend/package-lock.json").write_text("{}")
    (tmp_path / "frontend/src/main.ts").write_text("one")
    (tmp_path / "bin/npm").write_text(FAKE_NPM)
    (tmp_path / "bin/npm").chmod(0o755)
    return tmp_path


@pytest.fixture
def build(project: Path) -> Build:
    def run() -> list[str]:
        (project / "npm-calls").write_text("")
        path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
        subprocess.run([sys.executable, project / "scripts/build_page.py"], env={"PATH": path}, check=True)
        return (project / "npm-calls").read_text().splitlines()

    return run


def test_the_first_build_installs_and_builds(build: Build) -> None:
    assert build() == ["ci", "run build"]


def test_a_fresh_page_is_left_alone(build: Build) -> None:
    build()

    assert build() == []


def test_a_changed_source_is_built_again(project: Path, build: Build) -> None:
    build()
    (project / "frontend/src/main.ts").write_text("two")

    assert build() == ["run build"]
    assert (project / "backend/netloom/static/index.html").read_text() == "two"


def test_a_renamed_source_is_built_again(project: Path, build: Build) -> None:
    build()
    (project / "frontend/src/main.ts").rename(project / "frontend/src/other.ts")

    assert build() == ["run build"]


def test_a_changed_test_builds_nothing(project: Path, build: Build) -> None:
    build()
    (project / "frontend/src/main.test.ts").write_text("expect")

    assert build() == []


def test_a_missing_npm_is_one_sentence(project: Path) -> None:
    command = [sys.executable, str(project / "scripts/build_page.py")]
    done = subprocess.run(command, env={"PATH": "/nowhere"}, check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == "The page is built with npm, which was not found: install Node.js 20.19 or newer.\n"
