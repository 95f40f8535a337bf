"""What a person is told of a document that was refused: one field, one sentence."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from netloom.errors import InvalidField

_SENTENCES = {
    "extra_forbidden": "there is no such field",
    "missing": "is missing",
    "finite_number": "must be a finite number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_long": "must be at most {max_length} characters long",
    "too_long": "has {actual_length} entries and may have {max_length}",
    "too_short": "has {actual_length} entries and needs at least {min_length}",
    "union_tag_invalid": "is of no known type; known are {expected_tags}",
    "union_tag_not_found": "has no type",
    "model_type": "must be an object",
    "json_invalid": "is not valid JSON ({error})",
}


def first_problem(error: ValidationError, document: bytes | str | None = None) -> InvalidField:
    """With the `document` that was read, the path leaves out the names by which pydantic tells the members of a
    union apart, and a layer is named by its id."""
    problem = error.errors(include_input=False, include_url=False)[0]
    value = _parsed(document)
    fields = _fields(problem["loc"], value, keep_last=problem["type"] == "missing")
    path = ".".join(map(str, fields)) or "document"
    refused = InvalidField(path=path, problem=_sentence(problem))
    refused.layer_id = _layer_id(fields, value)
    return refused


def _sentence(problem: Any) -> str:
    known = _SENTENCES.get(problem["type"])
    sentence = known.format(**problem.get("ctx", {})) if known else problem["msg"].removeprefix("Value error, ")
    return sentence.rstrip(".") + "."


def _parsed(document: bytes | str | None) -> Any:
    try:
        return json.loads(document) if document is not None else None
    except (ValueError, RecursionError):
        return None


def _fields(location: tuple[int | str, ...], value: Any, *, keep_last: bool) -> list[int | str]:
    if value is None:
        return list(location)
    fields: list[int | str] = []
    for position, part in enumerate(location):
        inside = _inside(value, part)
        if inside is not _ABSENT:
            value = inside
            fields.append(part)
        elif keep_last and position == len(location) - 1:
            fields.append(part)
    return fields


_ABSENT = object()


def _inside(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _ABSENT)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return _ABSENT


def _layer_id(fields: list[int | str], value: Any) -> str | None:
    """The id that the document itself gives to the layer at `…layers.N…`."""
    for position, part in enumerate(fields):
        value = _inside(value, part)
        if position and fields[position - 1] == "layers" and isinstance(value, dict):
            found = value.get("id", value.get("type"))
            return found if isinstance(found, str) else None
    return None
