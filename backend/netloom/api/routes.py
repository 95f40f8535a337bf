"""The HTTP routes under /api."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import asdict
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ValidationError

from netloom import __version__
from netloom.api.limits import Guesses, check_experiment
from netloom.api.problems import WrongKey
from netloom.api.registry import Loaded, Registry
from netloom.api.visitors import Visitors, random_name
from netloom.catalogue import catalogue, examples
from netloom.experiment import Data, Experiment, read_experiment
from netloom.export.history import history_csv
from netloom.export.numpy_script import numpy_script
from netloom.hosts.base import Host
from netloom.problems import first_problem
from netloom.protocol.commands import Changes, Edit
from netloom.protocol.events import Mark, OlderRows, Row
from netloom.protocol.http import Catalogue, Enter, ErrorAnswer, Example, Health, Opening, RunCreated
from netloom.protocol.older_rows import unpack_rows
from netloom.settings import Settings

RunPath = Annotated[str, Path(pattern=r"^[a-z0-9]{26}$", description="The run's id.")]

router = APIRouter(prefix="/api", responses={422: {"model": ErrorAnswer}, 401: {"model": ErrorAnswer}})
CodeFormat = Literal["numpy", "predict"]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": ErrorAnswer}}


def _registry(request: Request) -> Registry:
    return request.app.state.registry


def _settings(request: Request) -> Settings:
    return request.app.state.settings


def _visitor(request: Request) -> str:
    return request.state.visitor


RegistryOf = Annotated[Registry, Depends(_registry)]
SettingsOf = Annotated[Settings, Depends(_settings)]
Visitor = Annotated[str, Depends(_visitor)]


async def _loaded(run: RunPath, registry: RegistryOf, visitor: Visitor) -> Loaded:
    return await registry.open(run, visitor)


LoadedRun = Annotated[Loaded, Depends(_loaded)]


def _schema_of(model: type[BaseModel]) -> dict[str, object]:
    """The body is read by hand, so that its errors name the field in one sentence; OpenAPI still shows its form."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {"requestBody": {"required": True, "content": content}}


def _json(model: BaseModel, status: int = 200) -> Response:
    return Response(model.model_dump_json(by_alias=True), status_code=status, media_type="application/json")


@router.get("/health", response_model=Health)
async def health(request: Request) -> Response:
    host: Host = request.app.state.host
    found = host.health()
    status = "ok" if found.workers else "starting"
    told = {name: value for name, value in asdict(found).items() if name != "load"}
    return _json(Health(status=status, version=__version__, **told))


@router.post("/enter", status_code=204, openapi_extra=_schema_of(Enter))
async def enter(request: Request, response: Response) -> None:
    """Shows the class address's key; answers with the cookie that opens everything else."""
    visitors: Visitors = request.app.state.visitors
    guesses: Guesses = request.app.state.guesses
    address = request.client.host if request.client else ""
    body = await request.body()
    try:
        shown = Enter.model_validate_json(body)
    except ValidationError as error:
        raise first_problem(error, body) from None
    if secs := guesses.wait_secs(address):
        await asyncio.sleep(secs)
        guesses.wait_secs(address)  # others from there may have guessed meanwhile
    if not visitors.admits(shown.key):
        guesses.wrong(address)
        raise WrongKey("This key does not open this server; ask for the class address again.")
    visitor: str = request.state.visitor or random_name()
    response.headers["set-cookie"] = visitors.write(visitor, secure=request.url.scheme == "https")


@router.get("/catalogue", response_model=Catalogue)
async def get_catalogue(settings: SettingsOf) -> Response:
    return Response(catalogue(settings.caps), media_type="application/json")


@router.get("/examples", response_model=list[Example])
async def get_examples() -> Response:
    return Response(
        orjson.dumps([example.model_dump(mode="json") for example in examples()]), media_type="application/json"
    )


@router.post("/experiments/check", status_code=204, openapi_extra=_schema_of(Experiment))
async def check(request: Request, settings: SettingsOf) -> None:
    """Whether a run could be made of it."""
    check_experiment(read_experiment(await request.body()), settings.caps)


@router.post("/runs", status_code=201, response_model=RunCreated, openapi_extra=_schema_of(Experiment))
async def create_run(request: Request, registry: RegistryOf, settings: SettingsOf, visitor: Visitor) -> Response:
    experiment = read_experiment(await request.body())
    check_experiment(experiment, settings.caps)
    return _json(RunCreated(run=await registry.create(visitor, experiment)), status=201)


@router.get("/runs/opening", response_model=Opening)
async def get_opening(registry: RegistryOf, visitor: Visitor) -> Response:
    """How long it still takes until a run that the visitor has asked for is there."""
    return _json(Opening(ahead=registry.ahead(visitor)))


@router.get("/runs/{run}/experiment", response_model=Experiment, responses=UNKNOWN)
async def get_experiment(loaded: LoadedRun) -> Response:
    return Response(loaded.experiment, media_type="application/json")


@router.put(
    "/runs/{run}/data",
    status_code=204,
    responses=UNKNOWN,
    openapi_extra=_schema_of(Data),
)
async def put_data(request: Request, run: RunPath, loaded: LoadedRun, registry: RegistryOf) -> None:
    """An edit that is too large for the socket; `edited` follows there."""
    body = await request.body()
    try:
        changes = Changes(data=Data.model_validate_json(body))
    except ValidationError as error:
        raise first_problem(error, body) from None
    command = Edit(id=secrets.randbits(53), run=run, changes=changes, label="Points")
    await registry.carry_out(loaded, command)


@router.get("/runs/{run}/code", responses=UNKNOWN)
async def get_code(loaded: LoadedRun, format: CodeFormat = "numpy") -> Response:  # noqa: A002 -- its name outside
    """A NumPy script: `numpy` trains this very network, `predict` uses the trained weights as `/weights` names them."""
    experiment = read_experiment(loaded.experiment)
    file = _file_name(experiment.name, "safetensors")
    script = numpy_script(experiment, weights="initial" if format == "numpy" else "file", file=file)
    return _attachment(script, "text/x-python", experiment.name, "py" if format == "numpy" else "predict.py")


@router.get("/runs/{run}/weights", responses=UNKNOWN)
async def get_weights(run: RunPath, loaded: LoadedRun, registry: RegistryOf) -> Response:
    """safetensors of the network as it is now: `layer.parameter`."""
    name = orjson.loads(loaded.experiment)["name"]
    return _attachment(await registry.weights(run), "application/octet-stream", name, "safetensors")


@router.get("/runs/{run}/history.csv", responses=UNKNOWN)
async def get_history(run: RunPath, loaded: LoadedRun, registry: RegistryOf) -> Response:
    told = await registry.snapshot(run)
    older = [] if told.get("older") is None else unpack_rows(OlderRows.model_validate(told["older"]))
    rows = [*older, *(Row.model_validate(row) for row in told["history"])]
    marks = [Mark.model_validate(mark) for mark in told["marks"]]
    return _attachment(history_csv(rows, marks), "text/csv", orjson.loads(loaded.experiment)["name"], "csv")


def _attachment(content: str | bytes, media_type: str, name: str, suffix: str) -> Response:
    disposition = f'attachment; filename="{_file_name(name, suffix)}"'
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})


def _file_name(name: str, suffix: str) -> str:
    """As the page forms it too: "XOR with two layers" → "xor-with-two-layers.py"."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "netloom"
    return f"{plain}.{suffix}"
