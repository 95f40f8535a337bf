"""The schema that the page's types are made from: `python -m netloom.protocol.openapi`.

FastAPI leaves a WebSocket's messages out of OpenAPI; `with_messages` puts them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from netloom import __version__
from netloom.protocol import commands, events, frames, http
from netloom.record import Record

_REF = "#/components/schemas/{model}"


def with_messages(openapi: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with the models of every socket message, HTTP body and the unions Command, RunEvent,
    ServerMessage among its components."""
    components = openapi.get("components", {})
    schemas = {**components.get("schemas", {}), **message_schemas()}
    return {**openapi, "components": {**components, "schemas": dict(sorted(schemas.items()))}}


def message_schemas() -> dict[str, Any]:
    """By name. What the server sends has all its fields; of what a client sends, defaults may be left out."""
    sent = _models(commands)
    models = [*sent, *_models(events), *_models(http)]
    _, made = models_json_schema([(model, "serialization") for model in models], ref_template=_REF)
    schemas: dict[str, Any] = made["$defs"]
    for model in _all_records(Record):
        _tighten(schemas.get(model.__name__, {}), model)
    for model in sent:
        _loosen(schemas[model.__name__], model)
    schemas["FrameHeader"] = _frame_header()
    schemas["Command"] = _union(commands.Command)
    schemas["RunEvent"] = _union(events.RunEvent)
    schemas["ServerMessage"] = _union(events.ServerMessage)
    return schemas


def _models(module: Any) -> list[type[BaseModel]]:
    """The models that a module itself declares."""
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    return [model for model in found if model.__module__ == module.__name__]


def _all_records(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [found for model in base.__subclasses__() for found in (model, *_all_records(model))]


def _tighten(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Everything is sent, also what has its default, but for fields that are left out under a condition."""
    for name, field in model.model_fields.items():
        if field.exclude_if is not None:
            schema["properties"][name].pop("default", None)
        elif name in schema.get("properties", {}) and name not in schema.setdefault("required", []):
            schema["required"].append(name)


def _loosen(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Fields with defaults become optional, but for `type`; openapi-typescript calls those with a default required."""
    schema["required"] = [name for name, field in model.model_fields.items() if field.is_required() or name == "type"]
    for field in schema["properties"].values():
        field.pop("default", None)


def _union(annotated: Any) -> dict[str, Any]:
    union = annotated.__origin__
    names = [member.__name__ for member in union.__args__]
    tags = {member.model_fields["type"].default: _REF.format(model=member.__name__) for member in union.__args__}
    return {
        "oneOf": [{"$ref": _REF.format(model=name)} for name in names],
        "discriminator": {"propertyName": "type", "mapping": tags},
    }


def _frame_header() -> dict[str, Any]:
    names = frames.FrameHeader._fields
    kinds: dict[str, Any] = {name: {"type": "integer"} for name in names}
    kinds["run"] = {"type": "string"}
    kinds["learning_rate"] = {"type": ["number", "null"]}
    return {"type": "object", "properties": kinds, "required": list(names)}


def document() -> dict[str, Any]:
    """Of the messages and bodies alone; the server's own document at /api/openapi.json has the routes too."""
    return with_messages({"openapi": "3.1.0", "info": {"title": "Netloom", "version": __version__}, "paths": {}})


def main() -> None:
    print(orjson.dumps(document(), option=orjson.OPT_INDENT_2).decode())  # noqa: T201


if __name__ == "__main__":
    main()
