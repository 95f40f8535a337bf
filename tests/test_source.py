"""What the source never does (S3), and what the built page never asks of others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "backend" / "netloom"
STATIC = PACKAGE / "static"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if STATIC not in path.parents)

UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "pty"}
UNSAFE_NAMES = {"eval", "exec", "compile", "__import__", "execfile"}
UNSAFE_ATTRIBUTES = {"system", "popen", "unsafe_load", "create_subprocess_shell", "getoutput", "getstatusoutput"}
UNSAFE_SWITCHES = {"shell", "allow_pickle"}
KNOWN = {"engine/kept.py": {"pickle"}}
"""Machine code that the server compiled: only from a folder into which nobody else can write (docs/adr/0010)."""


def unsafe(text: str) -> Iterator[str]:
    """What could run words that came from outside, with its line."""
    for node in ast.walk(ast.parse(text)):
        for name in _named(node):
            yield f"line {getattr(node, 'lineno', 0)}: {name}"


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names if each.name.partition(".")[0] in UNSAFE_MODULES)
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in UNSAFE_MODULES:
            yield module
        case ast.Call(func=ast.Name(id=name)) if name in UNSAFE_NAMES:
            yield name
        case ast.Attribute(value=ast.Name(id="os" | "subprocess" | "asyncio"), attr=name) if name in UNSAFE_ATTRIBUTES:
            yield name
        case ast.keyword(arg=str(name), value=ast.Constant(value=True)) if name in UNSAFE_SWITCHES:
            yield name
        case _:
            pass


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_s3_no_source_runs_words_or_unpacks_objects(path: Path) -> None:
    known = KNOWN.get(str(path.relative_to(PACKAGE)), set())
    assert {name.partition(": ")[2] for name in unsafe(path.read_text())} == known


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import yaml",
        "from marshal import loads",
        "eval(text)",
        "exec(text)",
        "__import__(name)",
        "os.system(line)",
        "subprocess.run(line, shell=True)",
        "asyncio.create_subprocess_shell(line)",
        "np.load(path, allow_pickle=True)",
    ],
)
def test_s3_what_would_be_unsafe_is_noticed(line: str) -> None:
    assert len(list(unsafe(line))) == 1


NAMED_IN_WORDS = {"www.w3.org", "react.dev", "reactflow.dev"}
"""XML's names, and where libraries explain their errors: none is ever opened."""


def page_files() -> list[Path]:
    return [path for path in STATIC.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"}]


@pytest.mark.skipif(not (STATIC / "index.html").exists(), reason="the page has not been built: make page")
def test_s3_the_built_page_names_no_host_that_it_could_ask() -> None:
    for path in page_files():
        text = path.read_text()
        assert set(re.findall(r"(?:https?:)?//((?:[a-z0-9-]+\.)+[a-z]{2,})", text)) <= NAMED_IN_WORDS, path.name
        assert not re.findall(r"""(?:src|href|url\(|import\(?|fetch\()\s*=?\s*["'`(]?(?:https?:)?//""", text), path.name
