"""The text of a paper as a document holds it: without what XML forbids, in sentences, shortened between words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from shp_data.domain.figure import Figure
from shp_view.text.report_cells import Said

T = TypeVar("T")
MOST_OF_A_PROPERTY = 255  # characters that a document property may hold
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # C1 controls as well
_BETWEEN = re.compile(r"(?<=[.!?])(?<!\bSt\.)(?<!\bNo\.)\s+(?=[A-Z0-9£“\"])")


def printable(value: T) -> T:
    """What can be printed of a text, or of a paper and all that it holds: no character that XML forbids.

    Every kind of line break becomes a new line. Figures and specifications of charts stay as they are.
    """
    made: Any = value
    if isinstance(value, str):
        made = _FORBIDDEN.sub("", "\n".join(value.splitlines()))
    elif isinstance(value, tuple):
        made = tuple(printable(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, (type, Figure)):
        made = replace(value, **{field.name: printable(getattr(value, field.name)) for field in fields(value)})
    return made  # type: ignore[no-any-return]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an analyst's words: a line each, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentences(said: Iterable[Said]) -> list[str]:
    """Everything that is said, sentence by sentence."""
    return [part for item in said for part in _BETWEEN.split(" ".join(item.text.split())) if part]


def shortened(text: str, most: int) -> str:
    """The text in so many characters at most, cut between words; a first word that is longer is cut itself."""
    short = textwrap.shorten(text, most, placeholder=" …")
    return f"{text.strip()[: most - 1]}…" if short.strip() == "…" else short


def day(value: date) -> str:
    """A date in words: 9 November 2026."""
    return f"{value.day} {value:%B %Y}"
