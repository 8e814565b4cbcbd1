"""The log of the hosted server: our own words in full; of a library's sentence and numbers alone."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import streamlit.logger

from shp_view.hosting import server as hosting

SESSION = "0a56a03a-c617-436a-985a-affa5914b2d1"


def event(name: str, message: object, *values: object) -> str:
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, values, None)
    return str(json.loads(hosting.JsonLines().format(record))["event"])


@pytest.mark.parametrize(
    ("message", "values", "logged"),
    [
        ("Session with id %s is already connected!", (SESSION,), "Session with id … is already connected!"),
        ("Rejecting: origin=%s, host=%r", ("https://a.example", "b.example"), "Rejecting: origin=…, host='…'"),
        ("%d bytes received, cap %d bytes, %.1f MB", (70, 50, 0.25), "70 bytes received, cap 50 bytes, 0.2 MB"),
        ("Error during authentication: %s.", ('x"}\n{"event": "forged"}',), "Error during authentication: …."),
        (f"Session {SESSION} ended", (), "Session … ended"),
        ("no end at https://login.example/a?b=c of it", (), "no end at … of it"),
        (f"/media/{'0f' * 28}.csv is not there", (), "/media/….csv is not there"),
        ("Task exception was never retrieved\nfuture: <exception=ValueError('12 Private Street')>", (),
         "Task exception was never retrieved"),
        (ValueError("12 Private Street"), (), "ValueError"),
        ("100 % sure", (), "100 % sure"),
        ("at %d", ("12 Private Street",), "at %d"),
    ],
)  # fmt: skip
def test_a_librarys_line_names_nobody(message: object, values: tuple[object, ...], logged: str) -> None:
    assert event("streamlit.web.server", message, *values) == logged


def test_a_librarys_line_by_names_is_its_sentence() -> None:
    assert event("uvicorn.error", "from %(address)s", {"address": "192.0.2.7"}) == "from %(address)s"


def test_our_own_words_are_logged_in_full() -> None:
    assert event("dashboard", "not ready: %s", "the store is damaged") == "not ready: the store is damaged"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to the standard error once the log is set up; the loggers are as before at the end."""
    loggers = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.handlers[:], one.propagate, one.level) for one in (logging.root, *loggers)]
    of_class, file = logging.getLoggerClass(), io.StringIO()
    monkeypatch.setattr("sys.stderr", file)
    hosting.log_as_json()
    yield file
    logging.setLoggerClass(of_class)
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_a_module_that_streamlit_imports_later_logs_as_json_too(written: io.StringIO) -> None:
    streamlit.logger.get_logger("streamlit.imported.later").warning("Session with id %s", SESSION)
    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["event"] == "Session with id …"
