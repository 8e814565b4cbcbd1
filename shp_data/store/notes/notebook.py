"""Commentary on a report, and the reports issued: what people add to the figures, saved as JSON with the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from shp_data.domain.errors import UserError
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import read_json, write_json

COMMENTARY = "commentary.json"
ISSUED = "issued.json"
LONGEST = 5000  # characters of a commentary


class Subject(NamedTuple):
    """The subject of a commentary: the name of a quarter, the printed name of an LPA and an indicator's id."""

    quarter: str
    area: str
    indicator: str


class IssuedFigure(NamedTuple):
    """The key of a figure in an issued report: an indicator and an LPA, for a quarter by its name.

    `figure`: `value`, or `year_to_date`.
    """

    indicator: str
    area: str
    quarter: str
    figure: str


@dataclass(frozen=True)
class IssuedReport:
    """A report that was issued: its quarter and LPA, when and by whom, and every figure in it."""

    quarter: str
    area: str
    at: dt.datetime
    by: str
    figures: Mapping[IssuedFigure, float]


def read_commentary(root: Path) -> dict[Subject, str]:
    """Read the commentary by its subjects; empty if there is none. Raises StoreError if the file is damaged."""
    return read_json(
        root / COMMENTARY,
        lambda rows: {Subject(*subject): _check_text(text) for *subject, text in rows},
        dict[Subject, str](),
    )


def save_commentary(root: Path, subject: Subject, text: str) -> None:
    """Save a commentary, replacing an earlier one. An empty text removes it.

    Raises UserError if it is longer than LONGEST characters, and StoreError.
    """
    if len(text) > LONGEST:
        raise UserError(f"the commentary has {len(text):,} characters; shorten it to {LONGEST:,}")
    with open_for_writing(root):
        saved = read_commentary(root) | {subject: text.strip()}
        write_json(root / COMMENTARY, [[*key, comment] for key, comment in saved.items() if comment])


def read_issued(root: Path) -> tuple[IssuedReport, ...]:
    """Read the reports issued, the earliest first; empty if there are none. Raises StoreError if damaged."""
    reports = read_json(
        root / ISSUED, lambda rows: tuple(_parse_issued(row) for row in rows), tuple[IssuedReport, ...]()
    )
    return tuple(sorted(reports, key=lambda report: report.at))


def add_issued_report(root: Path, issued: IssuedReport) -> None:
    """Save the figures of a report as it was issued. Earlier reports stay. Raises StoreError."""
    with open_for_writing(root):
        rows = [*read_issued(root), issued]
        # JSON has no keys of four parts, so the figures are written as rows.
        figures = [[[*key, value] for key, value in report.figures.items()] for report in rows]
        saved = [
            {**vars(report), "figures": report_figures} for report, report_figures in zip(rows, figures, strict=True)
        ]
        write_json(root / ISSUED, saved)


def _parse_issued(row: dict[str, Any]) -> IssuedReport:
    figures = {IssuedFigure(*key): float(value) for *key, value in row.pop("figures")}
    at = dt.datetime.fromisoformat(row.pop("at"))
    if at.tzinfo is None:
        raise ValueError(f"a report was issued at {at}, which has no time zone")
    return IssuedReport(at=at, figures=figures, **row)


def _check_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a commentary is {value!r}, which is not text")
    return value
