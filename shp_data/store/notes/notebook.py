"""What people add to the figures, kept with the store as JSON: commentary on a report, and the reports issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from shp_data.domain.errors import UserError
from shp_data.store.files.writing import writing
from shp_data.store.notes.kept_json import read_json, write_json

COMMENTARY = "commentary.json"
ISSUED = "issued.json"
LONGEST = 5000  # characters of a commentary


class Subject(NamedTuple):
    """What a commentary is on: a quarter by its name, the printed name of an LPA, an indicator's id."""

    quarter: str
    area: str
    indicator: str


class Told(NamedTuple):
    """Which figure a report told: of an indicator and an LPA, for a quarter by its name.

    `figure`: `value`, or `year_to_date`.
    """

    indicator: str
    area: str
    quarter: str
    figure: str


@dataclass(frozen=True)
class Issued:
    """A report that was issued: of which quarter and LPA, when and by whom, and every figure that it told."""

    quarter: str
    area: str
    at: dt.datetime
    by: str
    figures: Mapping[Told, float]


def read_commentary(root: Path) -> dict[Subject, str]:
    """The analyst's words by what they are on; empty where there are none. Raises StoreError where damaged."""
    return read_json(
        root / COMMENTARY,
        lambda rows: {Subject(*subject): _text(text) for *subject, text in rows},
        dict[Subject, str](),
    )


def keep_commentary(root: Path, subject: Subject, text: str) -> None:
    """Keep a commentary in place of an earlier one; an empty one removes it.

    Raises UserError where it is longer than LONGEST characters, and StoreError.
    """
    if len(text) > LONGEST:
        raise UserError(f"the commentary has {len(text):,} characters; shorten it to {LONGEST:,}")
    with writing(root):
        kept = read_commentary(root) | {subject: text.strip()}
        write_json(root / COMMENTARY, [[*on, words] for on, words in kept.items() if words])


def read_issued(root: Path) -> tuple[Issued, ...]:
    """The reports issued, the earliest first; none where none was. Raises StoreError where damaged."""
    found = read_json(root / ISSUED, lambda rows: tuple(_issued(row) for row in rows), tuple[Issued, ...]())
    return tuple(sorted(found, key=lambda issued: issued.at))


def issue(root: Path, issued: Issued) -> None:
    """Keep the figures of a report as it was issued, beside those of earlier ones. Raises StoreError."""
    with writing(root):
        rows = [*read_issued(root), issued]
        figures = [[[*told, value] for told, value in one.figures.items()] for one in rows]
        kept = [{**vars(one), "figures": own} for one, own in zip(rows, figures, strict=True)]
        write_json(root / ISSUED, kept)


def _issued(row: dict[str, Any]) -> Issued:
    figures = {Told(*told): float(value) for *told, value in row.pop("figures")}
    at = dt.datetime.fromisoformat(row.pop("at"))
    if at.tzinfo is None:
        raise ValueError(f"a report was issued at {at}, which names no time zone")
    return Issued(at=at, figures=figures, **row)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a commentary is {value!r}, which is no text")
    return value
