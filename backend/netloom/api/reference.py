"""The API's reference at /docs: one page of plain HTML from the OpenAPI document, no script and nothing from elsewhere.

Swagger UI comes from a CDN by default, and its packaged copies do not know OpenAPI 3.1.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI, Response

from netloom.api.envelope import CONTENT_SECURITY

Schema = Mapping[str, Any]

_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { margin-top: 2.5rem } h3 { margin: 2rem 0 .3rem; font-size: 1rem }
code, td:first-child { font-family: ui-monospace, monospace; font-size: .9em }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid #8884; padding: .3rem .8rem .3rem 0; vertical-align: top }
"""

_INTRODUCTION = """
<p>The same as <a href="/api/openapi.json">OpenAPI 3.1</a>. The socket is at <code>/ws</code>: what it takes is a
<a href="#Command">Command</a>, what it sends a <a href="#ServerMessage">ServerMessage</a> or a binary frame.</p>
"""


def install(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        nonce = secrets.token_urlsafe(16)
        policy = CONTENT_SECURITY.format(nonce=f" 'nonce-{nonce}'")
        return Response(
            reference(app.openapi(), nonce),
            media_type="text/html; charset=utf-8",
            headers={"content-security-policy": policy},
        )


def reference(document: Schema, nonce: str) -> str:
    schemas: Schema = document["components"]["schemas"]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Netloom API</title>',
            f'<meta name="viewport" content="width=device-width"><style nonce="{nonce}">{_STYLE}</style></head><body>',
            f"<h1>Netloom API {escape(document['info']['version'])}</h1>",
            _INTRODUCTION,
            "<h2>Routes</h2>",
            *_routes(document["paths"]),
            "<h2>Messages and bodies</h2>",
            *(part for name, schema in schemas.items() for part in _model(name, schema)),
            "</body></html>",
        ]
    )


def _routes(paths: Schema) -> Iterator[str]:
    for path, methods in paths.items():
        for method, route in methods.items():
            yield f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
            yield f"<p>{escape(route.get('description') or route['summary'])}</p>"
            yield f"<p>{' · '.join(_parts(route))}</p>"


def _parts(route: Schema) -> Iterator[str]:
    if "requestBody" in route:
        yield f"takes {_content(route['requestBody'])}"
    for status, response in route["responses"].items():
        yield f"{status}: {_content(response) or escape(response.get('description', ''))}"


def _content(body: Schema) -> str:
    return ", ".join(_kind(content.get("schema", {})) for content in body.get("content", {}).values())


def _model(name: str, schema: Schema) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3>'
    yield f"<p>{escape(schema.get('description', ''))}</p>"
    if "oneOf" in schema:
        yield f"<p>one of {_kind(schema)}</p>"
    if fields := schema.get("properties"):
        yield "<table>" + "".join(_field(field, form) for field, form in fields.items()) + "</table>"


def _field(name: str, schema: Schema) -> str:
    return f"<tr><td>{escape(name)}<td>{_kind(schema)}<td>{escape(schema.get('description', ''))}</tr>"


def _kind(schema: Schema) -> str:
    """A type in a few words."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(_kind(member) for member in schema[union])
    if "const" in schema or "enum" in schema:
        return " or ".join(f"<code>{escape(repr(value))}</code>" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {})) or 'values'}"
    return escape(str(schema.get("type", "any")) + _bounds(schema))


def _bounds(schema: Schema) -> str:
    ends = (schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum"))
    if ends == (None, None):
        return ""
    low, high = ("" if end is None else f"{end:g}" for end in ends)
    return f" {low}…{high}"
