"""Every refusal over HTTP has one form; no input is sent back, so that a NaN in it cannot break the answer (F5)."""

from __future__ import annotations

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from netloom.api.limits import TooManyGuesses
from netloom.errors import (
    BadCheckpoint,
    EngineLost,
    InvalidExperiment,
    InvalidField,
    InvalidFormula,
    InvalidNetwork,
    NetloomError,
    NotPossible,
    OverLimit,
    ServerFull,
    StorageBusy,
    StorageFull,
    UnknownRun,
)


class WrongKey(NetloomError):
    code = "wrong_key"


_STATUS: list[tuple[type[NetloomError], int]] = [
    (InvalidExperiment, 422),
    (InvalidField, 422),
    (InvalidFormula, 422),
    (InvalidNetwork, 422),
    (WrongKey, 403),
    (OverLimit, 422),
    (TooManyGuesses, 429),
    (NotPossible, 409),
    (UnknownRun, 404),
    (EngineLost, 503),
    (ServerFull, 503),
    (StorageBusy, 503),
    (StorageFull, 503),
    (BadCheckpoint, 410),
]
_STATUS_OF_CODE = {kind.code: status for kind, status in _STATUS}
"""By code and not by type: an engine tells its errors by their codes."""
RETRY_AFTER_SECS = {429: "60", 503: "2"}
_SENTENCES = {404: "There is nothing at this address.", 405: "This address does not take that method."}

_log = structlog.get_logger()


def answer(status: int, code: str, message: str, path: str | None = None, layer: str | None = None) -> Response:
    problem = {"code": code, "message": message, "path": path, "layer": layer}
    return Response(orjson.dumps({"error": problem}), status_code=status, media_type="application/json")


def install(app: FastAPI) -> None:
    app.add_exception_handler(NetloomError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, NetloomError)
    status = _STATUS_OF_CODE.get(error.code, 409)
    response = answer(status, error.code, str(error), error.path, error.layer_id)
    if status in RETRY_AFTER_SECS:
        response.headers["retry-after"] = RETRY_AFTER_SECS[status]
    return response


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    path = ".".join(str(part) for part in problem["loc"][1:]) or None
    return answer(422, "invalid_field", f"{path or 'request'}: {problem['msg']}.", path)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = answer(error.status_code, "http", _SENTENCES.get(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return answer(500, "internal", "Something went wrong on the server; try again.")
