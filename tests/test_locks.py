"""What the lock files promise to whoever installs from them."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PYTHON_LOCK = ROOT / "uv.lock"
NODE_LOCK = ROOT / "frontend" / "package-lock.json"


def python_packages() -> list[dict[str, Any]]:
    return tomllib.loads(PYTHON_LOCK.read_text())["package"]


def node_packages() -> dict[str, dict[str, Any]]:
    return {path: entry for path, entry in json.loads(NODE_LOCK.read_text())["packages"].items() if path}


@pytest.mark.parametrize(("name", "floor"), [("starlette", "1.3.1"), ("python-multipart", "0.0.27"), ("h11", "0.16")])
def test_no_python_package_is_older_than_its_security_floor(name: str, floor: str) -> None:
    versions = [Version(package["version"]) for package in python_packages() if package["name"] == name]

    assert all(version >= Version(floor) for version in versions)
    assert versions or name == "python-multipart"  # nothing locked needs that one yet


def test_vite_is_not_older_than_its_security_floor() -> None:
    assert Version(node_packages()["node_modules/vite"]["version"]) >= Version("6.0.9")


def test_the_python_lock_names_the_public_index_alone() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", PYTHON_LOCK.read_text()))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_the_node_lock_names_no_registry() -> None:
    assert [path for path, entry in node_packages().items() if "resolved" in entry] == []


def test_every_locked_python_file_has_a_hash() -> None:
    files = [
        file
        for package in python_packages()
        for file in [*package.get("wheels", []), package.get("sdist")]
        if file is not None
    ]

    assert len(files) > 100
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_every_locked_node_package_has_a_hash() -> None:
    without = [
        path for path, entry in node_packages().items() if "integrity" not in entry and not entry.get("inBundle", False)
    ]

    assert without == []


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies", "engines"])
def test_the_node_lock_was_made_from_what_the_page_declares(kind: str) -> None:
    declared = json.loads((NODE_LOCK.parent / "package.json").read_text())
    locked = json.loads(NODE_LOCK.read_text())["packages"][""]

    assert locked[kind] == declared[kind]


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_s2_every_action_of_hosted_ci_is_named_by_its_commit() -> None:
    used = [name for path in WORKFLOWS for name in re.findall(r"uses:\s*(\S+)", path.read_text())]

    assert len(used) >= 3
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []


@pytest.mark.parametrize(
    "step",
    [
        "uv lock --check",
        "npm --prefix frontend ci",
        "pip-audit==",
        "--require-hashes",
        "npm --prefix frontend audit",
        "--format cyclonedx",
        "--sbom-format cyclonedx",
    ],
)
def test_s2_hosted_ci_looks_at_what_is_locked(step: str) -> None:
    assert any(step in line for path in WORKFLOWS for line in path.read_text().splitlines() if "#" not in line)
