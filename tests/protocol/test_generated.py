"""The page's types are made from the Python models, and committed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netloom.protocol.openapi import message_schemas

FRONTEND = Path(__file__).parents[2] / "frontend"
GENERATOR = FRONTEND / "node_modules" / ".bin" / "openapi-typescript"


@pytest.mark.skipif(not GENERATOR.exists() or not shutil.which("node"), reason="needs the page's Node packages")
def test_the_committed_typescript_is_what_the_models_give_today(tmp_path: Path) -> None:
    schema = subprocess.run(
        [sys.executable, "-m", "netloom.protocol.openapi"], capture_output=True, check=True, text=True
    ).stdout
    (tmp_path / "openapi.json").write_text(schema)
    subprocess.run(
        [str(GENERATOR), str(tmp_path / "openapi.json"), "--output", str(tmp_path / "generated.ts")],
        check=True,
        capture_output=True,
        cwd=FRONTEND,
    )

    assert (tmp_path / "generated.ts").read_text() == (FRONTEND / "src/protocol/generated.ts").read_text()


def test_what_a_client_may_leave_out_is_optional_and_what_the_server_sends_is_not() -> None:
    schemas = message_schemas()

    assert schemas["Attach"]["required"] == ["id", "run", "type"]
    assert set(schemas["Status"]["required"]) == set(schemas["Status"]["properties"])
    assert json.dumps(schemas).count('"$ref": "#/components/schemas/Experiment"') >= 3
