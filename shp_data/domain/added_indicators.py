"""Indicators that analysts add to those of partnership.toml: what they may be called, and how they join the others.

They are saved with the store. An added indicator may be counted from records, or come as numbers.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shp_data.domain.errors import StoreError, UserError, describe_unknown
from shp_data.domain.vocabulary import NO_PRIORITY, Indicator, Polarity, Vocabulary, normalise_name

FILE = "indicators.json"
UNITS = ("incidents", "cases", "complaints", "reports", "referrals", "offences", "fires")  # what a record may be
LONGEST_NAME = 60  # characters; a chart's title has room for no more
MOST = 100  # added indicators
_LONGEST_TEXT = 200
_MARKS = " '’-–,.&()/"  # that a name may have beside letters and digits: none of them is markup
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class AddedIndicator:
    """An indicator that an analyst added: its printed name, its supplier, who added it and when."""

    id: str
    label: str
    theme: str
    unit: str
    source: str
    by: str
    at: dt.datetime


def clean_name(name: str) -> str:
    """Return a name in composed characters, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def check_name(name: str, vocabulary: Vocabulary) -> None:
    """Check that a cleaned name can be that of a new indicator. Raises UserError."""
    if not any(map(str.isalpha, name)) or len(name) > LONGEST_NAME:
        raise UserError(
            f"The name of an indicator has 1 to {LONGEST_NAME} characters, with a letter among them; "
            f"{name[:LONGEST_NAME]!r} has {len(name):,}."
        )
    wrong = [c for c in name if not (c.isalnum() or unicodedata.category(c).startswith("M") or c in _MARKS)]
    if wrong or not name[0].isalnum():
        raise UserError(
            f"The name {name!r} has {(wrong or name)[0]!r} where it cannot be used. Begin with a letter or digit, and "
            "use letters, digits, spaces and the marks ' - , . & ( ) /."
        )
    taken = {
        normalise_name(text): text
        for i in vocabulary.indicators.values()
        for text in (i.id, i.short, i.label)
    } | {normalise_name(label): label for label in vocabulary.themes.values()}  # fmt: skip
    if normalise_name(name) in taken:
        raise UserError(
            f"{taken[normalise_name(name)]} is the name of an indicator or theme already. Choose that indicator in "
            "the list, or give another name."
        )


def make_id(name: str, vocabulary: Vocabulary) -> str:
    """Make an id of a name that no indicator has: `council_asb`."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", letters).strip("_") or "indicator"
    taken = {id_.lower() for id_ in vocabulary.indicators}
    return next(id_ for id_ in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))) if id_ not in taken)


def extend_vocabulary(vocabulary: Vocabulary, added: Iterable[AddedIndicator]) -> Vocabulary:
    """Return a vocabulary with the added indicators too, each after the others of its theme.

    An id that the vocabulary has already keeps its meaning. Raises UserError for an unknown theme or unit.
    """
    shipped = vocabulary.indicators
    new = [_make_indicator(indicator, vocabulary) for indicator in added if indicator.id not in shipped]
    last = {indicator.theme: indicator.id for indicator in shipped.values() if indicator.kind != "derived"}
    ordered = [item for i in shipped.values() for item in (i, *(n for n in new if last.get(n.theme) == i.id))]
    indicators = {indicator.id: indicator for indicator in (*ordered, *new)}
    return replace(vocabulary, indicators=MappingProxyType(indicators))


def _make_indicator(added: AddedIndicator, vocabulary: Vocabulary) -> Indicator:
    """Make an indicator of an added one. What nobody is asked follows from the others of its theme."""
    for kind, value, valid in (("theme", added.theme, vocabulary.themes), ("unit", added.unit, UNITS)):
        if value not in valid:
            raise UserError(f"the indicator {added.label!r}: {describe_unknown(kind, value, valid)}")
    of_theme = [i for i in vocabulary.indicators.values() if i.theme == added.theme and i.kind != "derived"]
    polarities: set[Polarity] = {i.polarity for i in of_theme}
    return Indicator(
        id=added.id,
        label=added.label,
        short=added.label,
        unit=added.unit,
        priority=next((i.priority for i in of_theme if i.priority != NO_PRIORITY), NO_PRIORITY),
        theme=added.theme,
        kind="reported",
        polarity=polarities.pop() if len(polarities) == 1 else "neither",
        # A theme of which nothing may be mapped, such as domestic abuse, stays so.
        mappable=any(i.mappable for i in of_theme),
        source=added.source,
        records=True,
    )


def read_added(path: Path) -> tuple[AddedIndicator, ...]:
    """Read the added indicators of a store, in the order of adding; none if it has no such file.

    Raises StoreError if the file is damaged.
    """
    name = f"{path.name} of the store {path.parent.name}"
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise StoreError(f"{name} is larger than any file that this program writes: move it away")
        return tuple(_parse_added(row) for row in json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError(f"{name} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StoreError(
            f"{name} is damaged: {str(error)[:200]}. Correct the file, or move it away and add its indicators again"
        ) from error


def _parse_added(row: Mapping[str, Any]) -> AddedIndicator:
    texts = {key: row[key] for key in ("id", "label", "theme", "unit", "source", "by")}
    at = dt.datetime.fromisoformat(row["at"])
    is_text = all(isinstance(text, str) and 0 < len(text) <= _LONGEST_TEXT for text in texts.values())
    if not is_text or not re.fullmatch("[a-z0-9_]+", texts["id"]) or at.tzinfo is None:
        raise ValueError(f"{str(texts['label'])[:80]!r} is no indicator that this program writes")
    return AddedIndicator(**texts, at=at)
