"""Everything that a user can choose, type or set is mentioned in the documentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from netloom import app, settings
from netloom.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from netloom.datasets import DATASETS
from netloom.examples import ORDER
from netloom.experiment import Data, Experiment, Seeds, View
from netloom.initializers import INITIALIZERS, Initializer
from netloom.layers import LAYERS
from netloom.losses import LOSSES
from netloom.optimizers import OPTIMIZERS
from netloom.protocol.commands import Command
from netloom.record import Record
from netloom.schedules import SCHEDULES
from netloom.training import Training

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CATALOGUES = [*LAYERS, *DATASETS, *LOSSES, *OPTIMIZERS, *SCHEDULES]


@cache
def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


@cache
def all_pages() -> str:
    return "\n".join(path.read_text() for path in PAGES)


def names(models: tuple[type[Record], ...]) -> list[str]:
    return [model.model_fields["type"].default for model in models]


@pytest.mark.parametrize("item", CATALOGUES, ids=lambda item: item.__name__)
def test_every_item_of_a_catalogue_is_listed_with_its_name_and_title(item: type[Record]) -> None:
    name, title = item.model_fields["type"].default, item.title  # pyright: ignore[reportAttributeAccessIssue]

    assert f"`{name}`, **{title}**" in all_pages()


@pytest.mark.parametrize("item", CATALOGUES, ids=lambda item: item.__name__)
def test_every_field_of_an_item_is_mentioned(item: type[Record]) -> None:
    for field in set(item.model_fields) - {"type", "id"}:
        assert f"`{field}`" in all_pages(), field


@pytest.mark.parametrize("choices", [ACTIVATIONS, INITIALIZERS], ids=["activations", "initializers"])
def test_every_activation_and_initializer_has_its_row(choices: Mapping[str, Activation | Initializer]) -> None:
    for name, choice in choices.items():
        assert f"| `{name}` | {choice.title} |" in page("catalogue-network.md")


def test_every_output_activation_is_named() -> None:
    assert all(f"`{name}`" in page("catalogue-network.md") for name in OUTPUT_ACTIVATIONS)


@pytest.mark.parametrize("section", [Training, Seeds], ids=["training", "seeds"])
def test_every_setting_of_training_is_explained(section: type[Record]) -> None:
    assert all(f"`{field}`" in page("catalogue-training.md") for field in section.model_fields)


@pytest.mark.parametrize("section", [Experiment, Data, View], ids=["experiment", "data", "view"])
def test_every_field_of_the_document_is_mentioned(section: type[Record]) -> None:
    assert all(f"`{field}`" in page("catalogue-commands.md") for field in section.model_fields)


def test_every_command_of_the_command_line_is_listed() -> None:
    commands = [each.name or each.callback.__name__ for each in app.app.registered_commands if each.callback]

    assert commands
    assert all(f"`netloom {command}" in page("catalogue-commands.md") for command in commands)


def test_every_command_of_the_socket_is_listed() -> None:
    commands = names(get_args(get_args(Command)[0]))

    assert all(f"`{command}`" in page("catalogue-commands.md") for command in commands)


def test_every_variable_of_the_environment_is_listed() -> None:
    source = Path(settings.__file__ or "").read_text()

    for variable in set(re.findall(r"NETLOOM_[A-Z_]+[A-Z]", source)):
        assert f"`{variable}`" in page("catalogue-commands.md"), variable


def test_every_view_is_listed() -> None:
    exported = (ROOT / "frontend" / "src" / "views" / "index.ts").read_text()
    views = set(re.findall(r"\b[A-Z]\w+(?:View|Chart|Table|Matrix)\b", exported))

    assert views
    assert all(f"`{view}`" in page("catalogue-views.md") for view in views)


def test_every_probe_is_listed() -> None:
    files = (ROOT / "backend" / "netloom" / "probes").glob("[a-z]*.py")

    assert all(f"`{file.stem}`" in page("catalogue-views.md") for file in files if file.stem != "base")


def test_every_example_is_described() -> None:
    assert all(f"`{slug}.json`" in page("examples.md") for slug in ORDER)


def test_every_decision_is_in_the_index_once() -> None:
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))

    assert re.findall(r"\(([0-9]{4}-[^)]*\.md)\)", page("adr/README.md")) == decisions


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_within_the_documentation_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text()):
        if path.name != "0000-template.md":
            assert (path.parent / target).exists(), target


def test_every_folder_of_the_server_has_its_paragraph() -> None:
    package = ROOT / "backend" / "netloom"
    folders = [path.parent.name for path in package.glob("*/__init__.py")]

    assert all(f"{folder}/`" in page("architecture.md") for folder in folders)
