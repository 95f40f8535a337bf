"""Nothing can be uploaded: no file, table, picture or archive; a body is JSON, read only so far (I6, I7)."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from netloom.api.application import create_app
from netloom.api.envelope import DRAINED_BYTES
from netloom.api.visitors import Visitors
from netloom.settings import Settings
from netloom.storage.memory import MemoryStore

MEGABYTE = 1_000_000
KERNEL_BYTES = 16 * MEGABYTE
"""What may be on its way in the buffers of both ends."""


def schema() -> Any:
    host: Any = None
    return create_app(Settings(data=Path("unused")), host, MemoryStore(), Visitors("signing", None, 8000)).openapi()


def test_i6_i7_every_body_is_json_and_no_route_takes_a_file() -> None:
    document = schema()
    operations = [each for path in document["paths"].values() for each in path.values()]
    bodies = [each["requestBody"]["content"] for each in operations if "requestBody" in each]

    assert len(bodies) >= 4
    assert {kind for body in bodies for kind in body} == {"application/json"}
    assert '"format": "binary"' not in json.dumps(bodies) and "UploadFile" not in json.dumps(document)


def archive(kind: str) -> bytes:
    """Of a document that would be taken as it is."""
    if kind == "gzip":
        return gzip.compress(b"{}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../experiment.json", "{}")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (archive("gzip"), {"Content-Encoding": "gzip"}),
        (archive("zip"), {"Content-Type": "application/zip"}),
        (b"x,y,target\n1,2,0\n", {"Content-Type": "text/csv"}),
        (b"\x89PNG\r\n\x1a\n", {"Content-Type": "image/png"}),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1\r\n--b--\r\n',
            {"Content-Type": "multipart/form-data; boundary=b"},
        ),
    ],
    ids=["gzip", "zip", "csv", "png", "multipart"],
)
async def test_i6_i7_what_is_not_json_is_refused_and_never_unpacked(page: Any, body: bytes, headers: Any) -> None:
    for path in ("/api/runs", "/api/experiments/check", "/api/enter"):
        answer = await page.http.post(path, content=body, headers=headers)

        assert answer.status_code == 422, path
        assert answer.json()["error"]["message"]


def resident(server: Any) -> int:
    return psutil.Process(server.process.pid).memory_info().rss


async def pour(server: Any, head: str, total: int) -> tuple[int, bytes]:
    """How many of `total` bytes went out until the server had enough, and what it answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head.encode())
    answering = asyncio.create_task(reader.read(2000))
    piece, poured = b"100000\r\n" + b" " * 0x100000 + b"\r\n", 0
    with suppress(OSError):
        while poured < total and not answering.done():
            writer.write(piece)
            await writer.drain()
            poured += len(piece)
    try:
        return poured, await asyncio.wait_for(answering, 60)
    finally:
        writer.close()


async def test_i6_of_a_gigabyte_that_is_sent_only_the_beginning_is_read_and_none_of_it_kept(page: Any) -> None:
    head = f"POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {page.cookie}\r\nTransfer-Encoding: chunked\r\n\r\n"
    before = resident(page.server)

    poured, answer = await pour(page.server, head, 1000 * MEGABYTE)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert poured < DRAINED_BYTES + KERNEL_BYTES
    assert resident(page.server) - before < 50 * MEGABYTE


async def test_i6_a_gigabyte_that_is_announced_is_refused_before_its_first_byte(page: Any) -> None:
    head = f"PUT /api/runs/{'a' * 26}/data HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {1000 * MEGABYTE}\r\n\r\n"

    poured, answer = await pour(page.server, head, 0)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert poured == 0
