"""The command line, and the wiring of the server."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from netloom import __version__
from netloom.commands import bench, export, train

app = typer.Typer(
    name="netloom",
    help="Build a neural network in the browser, watch it learn, understand why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(train)
app.command()(export)
app.command()(bench)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets a class in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    device: Annotated[str | None, typer.Option(help="Where to train: auto, cpu or gpu.")] = None,
) -> None:
    """Serve the page, and train what it draws."""
    from netloom.api.serve import serve as run_server
    from netloom.errors import StorageUnusable
    from netloom.settings import BadSetting, read_settings

    try:
        settings = read_settings({**os.environ, "NETLOOM_DEVICE": device or ""} if device else os.environ, host, port)
        run_server(settings, say=typer.echo)
    except (BadSetting, StorageUnusable) as error:
        _end(str(error))


@app.command()
def schema(
    what: Annotated[str, typer.Argument(help="experiment, or protocol for all messages.")] = "experiment",
) -> None:
    """Print a JSON schema."""
    import orjson

    from netloom.experiment import Experiment
    from netloom.protocol.openapi import document

    schemas = {"experiment": Experiment.model_json_schema, "protocol": document}
    if what not in schemas:
        _end(f"There is no schema of {what!r}; choose one of: {', '.join(schemas)}.")
    typer.echo(orjson.dumps(schemas[what](), option=orjson.OPT_INDENT_2).decode())


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _end(sentence: str) -> None:
    """Exit status 2 and one sentence: the input cannot be used."""
    typer.echo(sentence, err=True)
    sys.exit(2)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
