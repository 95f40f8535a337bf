"""What is logged: a line an event, no personal data, no secret, no value of a variable."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from netloom import logs
from netloom.experiment import Experiment

SECRET = "the-class-key-of-this-server"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Other tests log as they did."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def out() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("json", secrets=(SECRET, None, ""), stream=stream)
    return stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_event_is_one_line_with_its_time_its_level_and_what_happened(out: io.StringIO) -> None:
    structlog.get_logger().warning("engine lost", pid=7, runs=2)
    [line] = lines(out)

    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert (line["level"], line["event"], line["pid"], line["runs"]) == ("warning", "engine lost", 7, 2)


def test_what_libraries_log_and_warn_is_logged_alike(out: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("Exception in %s", "ASGI application")
    logging.getLogger("uvicorn.error").info("not said")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    failed, warned = lines(out)

    assert failed["event"] == "Exception in ASGI application"
    assert "DeprecationWarning: old" in warned["event"]


@pytest.mark.parametrize("field", sorted(logs.NEVER_LOGGED))
def test_a_field_that_names_a_person_or_a_secret_is_taken_out(out: io.StringIO, field: str) -> None:
    structlog.get_logger().info("said", **{field: "Ada Lovelace"})

    assert "Ada" not in out.getvalue()
    assert lines(out)[0][field] == "[removed]"


@pytest.mark.parametrize(
    "text",
    [
        f"key {SECRET} shown",
        "Authorization: Bearer abcdefghijkl",
        "cookie netloom_8000=abcdef.signature; other",
        "http://10.1.2.3:8000/#key=abcdefghijkl",
        "from 192.168.1.77:1234",
        "from fe80:0:0:1:2:3:4:abcd",
    ],
)
def test_secrets_and_addresses_are_taken_out_wherever_they_stand(out: io.StringIO, text: str) -> None:
    structlog.get_logger().info(text, reason=text, nested={"deep": [text]})
    logging.getLogger("library").warning("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("failed")

    for hidden in (SECRET, "abcdef", "192.168", "10.1.2", "fe80"):
        assert hidden not in out.getvalue()
    assert len(lines(out)) == 3


@given(
    value=st.one_of(
        st.text(st.characters(), max_size=2000), st.dictionaries(st.text(), st.text(), max_size=30), st.binary()
    )
)
def test_a8_no_field_is_longer_than_200_letters_and_every_line_can_be_read(value: Any) -> None:
    out = io.StringIO()
    logs.configure("json", stream=out)
    structlog.get_logger().info("said", reason=value)
    [line] = lines(out)

    assert len(line["reason"]) <= 200


def fails(name: str) -> None:
    pupil = name + " Lovelace"
    assert pupil
    raise KeyError("no such thing")


def test_an_exception_tells_where_and_what_but_no_values_of_variables(out: io.StringIO) -> None:
    try:
        try:
            fails("Ada")
        except KeyError as error:
            raise RuntimeError("not carried out\n[parameters: ('Ada',)]") from error
    except RuntimeError:
        structlog.get_logger().exception("command failed", run="r" * 26)
    told = lines(out)[0]["exception"]

    assert told.startswith("Traceback:\n")
    assert "in fails" in told and "KeyError: 'no such thing'" in told
    assert told.index("RuntimeError: not carried out") < told.index("KeyError")
    assert "Ada" not in told
    assert "/" + "/".join(__file__.split("/")[1:3]) not in told


def test_a_document_that_does_not_fit_is_not_told(out: io.StringIO) -> None:
    try:
        Experiment.model_validate({"name": "Ada's own " * 50, "question": 5, "Ada": 1})
    except ValidationError:
        structlog.get_logger().exception("failed")

    assert "Ada" not in out.getvalue()
    assert "3 fields of Experiment: extra_forbidden, string_too_long, string_type" in out.getvalue()


def test_nothing_in_a_text_breaks_its_line_or_steers_a_terminal(out: io.StringIO) -> None:
    structlog.get_logger().info("said\n{}", reason="a\x1b[2J\u2028\u202eb\ud800c\x85")
    [line] = lines(out)

    assert (line["event"], line["reason"]) == ("said {}", "a [2J b c ")


def test_a_deep_recursion_is_told_in_few_lines(out: io.StringIO) -> None:
    def deeper() -> None:
        deeper()

    try:
        deeper()
    except RecursionError:
        structlog.get_logger().exception("failed")

    assert len(lines(out)[0]["exception"]) < 4000


def test_what_nobody_caught_is_a_line_too(out: io.StringIO) -> None:
    thread = threading.Thread(target=fails, args=("Ada",))
    thread.start()
    thread.join()

    assert [line["event"] for line in lines(out)] == ["ended by an error"]
    assert "in fails" in lines(out)[0]["exception"]


def test_on_a_terminal_the_same_is_told_for_reading() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    logs.configure("auto", secrets=(SECRET,), stream=out)
    try:
        fails("Ada")
    except KeyError:
        structlog.get_logger().exception("failed", reason=SECRET)

    assert "failed" in out.getvalue() and "in fails" in out.getvalue() and "Traceback:" in out.getvalue()
    assert SECRET not in out.getvalue() and "Ada" not in out.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(out.getvalue().splitlines()[0])


def test_elsewhere_it_is_json_unless_asked_otherwise() -> None:
    plain, asked = io.StringIO(), io.StringIO()
    logs.configure("auto", stream=plain)
    structlog.get_logger().info("said")
    logs.configure("text", stream=asked)
    structlog.get_logger().info("said")

    assert lines(plain)[0]["event"] == "said"
    assert "\x1b" not in asked.getvalue() and not asked.getvalue().startswith("{")


@pytest.mark.parametrize(("asked", "form"), [("json", "json"), ("text", "text"), ("", "auto"), ("other", "auto")])
def test_children_log_as_their_server_was_asked_to(asked: str, form: str) -> None:
    assert logs.form_in({"NETLOOM_LOG": asked}) == form
