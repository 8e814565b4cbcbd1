"""The text of a paper for a document: without characters that XML forbids, in sentences, shortened."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from shp_data.domain.figure import Figure
from shp_view.text.report_sentences import Sentence

T = TypeVar("T")
MOST_OF_A_PROPERTY = 255  # characters that a document property may hold
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # C1 controls as well
_BETWEEN = re.compile(r"(?<=[.!?])(?<!\bSt\.)(?<!\bNo\.)\s+(?=[A-Z0-9£“\"])")


def make_printable(value: T) -> T:
    """Return a text, or a paper with all its texts, without the characters that XML forbids.

    Every kind of line break becomes a new line. Figures and chart specifications stay as they are.
    """
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = _FORBIDDEN.sub("", "\n".join(value.splitlines()))
    elif isinstance(value, tuple):
        cleaned = tuple(make_printable(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, (type, Figure)):
        cleaned = replace(value, **{field.name: make_printable(getattr(value, field.name)) for field in fields(value)})
    return cleaned  # type: ignore[no-any-return]


def split_paragraphs(text: str) -> list[str]:
    """Split an analyst's words into paragraphs: one a line, without empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def split_sentences(texts: Iterable[Sentence]) -> list[str]:
    """Split all texts into single sentences."""
    return [part for sentence_group in texts for part in _BETWEEN.split(" ".join(sentence_group.text.split())) if part]


def shorten_text(text: str, most: int) -> str:
    """Shorten a text to `most` characters, cut between words; a longer first word is cut itself."""
    short = textwrap.shorten(text, most, placeholder=" …")
    return f"{text.strip()[: most - 1]}…" if short.strip() == "…" else short


def format_day(value: date) -> str:
    """Format a date in words: 9 November 2026."""
    return f"{value.day} {value:%B %Y}"
