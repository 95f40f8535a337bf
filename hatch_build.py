"""Packaging hook: the wheel and the sdist carry the built page, the wheel the examples too.

An editable install does not build it: there `make run` does, or `npm run dev` serves it live.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "scripts"))

from build_page import build_page  # hatchling loads this file by its path


class PageHook(BuildHookInterface[Any]):
    """Builds the page before hatchling collects files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_page()
        if self.target_name == "wheel":
            build_data["force_include"]["examples"] = "netloom/example_documents"
