"""What is logged, and how: one line an event on standard error, JSON or for reading, of every process alike.

No personal data: fields that name a person or a secret are taken out whatever is logged, addresses and the secrets of
this server wherever they stand; no field is longer than MOST_LETTERS; an exception tells where it was raised and what
it says, but no values of variables.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TextIO

import orjson
import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, Processor

Form = Literal["auto", "json", "text"]
MOST_LETTERS = 200
MOST_FRAMES = 12
MOST_CAUSES = 3
NEVER_LOGGED = frozenset(
    {"address", "authorization", "client", "cookie", "email", "headers", "ip", "key", "name", "owner", "password"}
    | {"secret", "token", "user", "viewer", "visitor"}
)
_PATTERNS = (
    (re.compile(r"(?i)\bbearer\s+\S+"), "Bearer [removed]"),
    (re.compile(r"netloom_\d+=\S+"), "[cookie]"),
    (re.compile(r"#(?:key|x)=\S+"), "#[removed]"),
    (re.compile(r"\b(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b"), "[address]"),
    (re.compile(r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})?"), "[address]"),
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""What would break a line, turn it round or steer a terminal."""
_END = "…"


def configure(form: Form, *, secrets: Iterable[str | None] = (), stream: TextIO | None = None) -> None:
    """For the whole process, what libraries log included. `secrets`: never to be shown, wherever they turn up."""
    out: TextIO = stream or sys.stderr
    as_json = form == "json" or (form == "auto" and not out.isatty())
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _scrubbed(tuple(secret for secret in secrets if secret)),
    ]
    renderer = _json if as_json else _text(out)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=out),
    )
    _take_over_libraries(processors, renderer, out)
    _take_over_the_end()


def form_in(environment: Mapping[str, str]) -> Form:
    """For the children of a server, whose environment is the server's and was read there."""
    match environment.get("NETLOOM_LOG"):
        case "json" | "text" as asked:
            return asked
        case _:
            return "auto"


def _take_over_libraries(processors: list[Processor], renderer: Processor, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    finish: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=processors, processors=finish))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _take_over_the_end() -> None:
    """What nobody caught."""

    def ended(error: BaseException | None) -> None:
        if not isinstance(error, KeyboardInterrupt | SystemExit):
            structlog.get_logger().critical("ended by an error", exc_info=error)

    sys.excepthook = lambda _, error, __: ended(error)
    threading.excepthook = lambda found: ended(found.exc_value)


def _scrubbed(secrets: tuple[str, ...]) -> Processor:
    clean = _cleaner(secrets)

    def scrub(_: object, __: str, event: EventDict) -> EventDict:
        error = _error_in(event.pop("exc_info", None))
        kept = {field: _short(clean(value)) for field, value in event.items() if not field.startswith("_")}
        inner = {field: value for field, value in event.items() if field.startswith("_")}
        for field in NEVER_LOGGED & kept.keys():
            kept[field] = "[removed]"
        if error is not None:
            kept["exception"] = "\n".join(clean(line) for line in told(error))
        return {**kept, **inner}

    return scrub


def _cleaner(secrets: tuple[str, ...]) -> Callable[[Any], Any]:
    def clean(value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = value if isinstance(value, str) else repr(value)
        for secret in secrets:
            text = text.replace(secret, "[secret]")
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return _CONTROLS.sub(" ", text)

    return clean


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        return value[: MOST_LETTERS - len(_END)] + _END
    return value


def _error_in(found: Any) -> BaseException | None:
    if isinstance(found, BaseException):
        return found
    if isinstance(found, tuple):
        return found[1]
    return sys.exc_info()[1] if found else None


def told(error: BaseException) -> list[str]:
    """Where it was raised, outermost call first, and what it says; what it was raised from below."""
    lines: list[str] = []
    seen: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if seen is None:
            break
        lines += ["Traceback:" if not lines else "raised from:", *_frames(seen), _sentence(seen)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [_short(f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}") for frame in frames]


def _place(path: str) -> str:
    """Without the folders of this machine."""
    return "/".join(path.rsplit("/", 3)[-3:])


def _sentence(error: BaseException) -> str:
    """The first line: a database tells its parameters in the next ones. Fields that do not fit are told by what is
    wrong with them, not by what was typed into them."""
    if isinstance(error, ValidationError):
        kinds = sorted({problem["type"] for problem in error.errors(include_url=False, include_input=False)})
        return _short(f"{type(error).__name__}: {error.error_count()} fields of {error.title}: {', '.join(kinds)}")
    said = str(error).partition("\n")[0]
    return _short(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def _json(_: object, __: str, event: EventDict) -> str:
    """The time first, then how bad it is and what happened."""
    first = {field: event[field] for field in ("timestamp", "level", "event") if field in event}
    return orjson.dumps({**first, **event}).decode()


def _text(stream: TextIO) -> Processor:
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)
