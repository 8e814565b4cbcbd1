"""The report as a file, in each format.

CSV and JSON hold the table and the data of the report, unrounded.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator

from shp_data.analysis.report.report_figures import ReportFigures, build_report_figures
from shp_data.analysis.report.report_value import Report
from shp_data.analysis.report.revisions import Revision, find_revisions
from shp_data.domain.figure import Coverage
from shp_data.domain.spreadsheet import escape_formula
from shp_data.store.notes.notebook import read_commentary, read_issued
from shp_data.store.reading import Reader
from shp_view.documents import powerpoint, word
from shp_view.documents.paper import Paper
from shp_view.report.report_paper import build_paper
from shp_view.report.report_workbook import to_xlsx
from shp_view.text.coverage_words import explain_coverage

FORMATS = ("docx", "xlsx", "pptx", "csv", "json")
COLUMNS = (
    "quarter", "area", "indicator_id", "label", "unit", "year_to_date", "same_quarter_last_year", "quarter_value",
    "difference", "pct_difference",
)  # fmt: skip
CsvValue = str | float | int | None
_UNITS = {"level": "count"}  # as the published table has it


def build_file(
    format_: str, reader: Reader, report: Report, day: dt.date, link: str = "", figures: ReportFigures | None = None
) -> bytes:
    """Build a report as a file in one of FORMATS, dated `day`. Raises NotAllowedError.

    `figures`: those of its charts, where they are already built.
    """
    writers: dict[str, Callable[[], str | bytes]] = {
        "csv": lambda: to_csv(report),
        "json": lambda: to_json(report),
        "xlsx": lambda: to_xlsx(report, select_commentary(reader, report), link),
        "docx": lambda: word.to_docx(assemble_paper(reader, report, link, figures), day),
        "pptx": lambda: powerpoint.to_pptx(assemble_paper(reader, report, link, figures), day),
    }
    content = writers[format_]()
    return content.encode() if isinstance(content, str) else content


def select_commentary(reader: Reader, report: Report) -> dict[str, str]:
    """Select the analyst's commentary on a report, by indicator."""
    return {
        subject.indicator: text
        for subject, text in read_commentary(reader.store.layout.root).items()
        if (subject.quarter, subject.area) == (report.quarter.name, report.area)
    }


def assemble_paper(reader: Reader, report: Report, link: str = "", figures: ReportFigures | None = None) -> Paper:
    """Assemble the paper of a report, with the commentary and revisions in the store. Raises NotAllowedError.

    `figures`: those of its charts, where they are already built.
    """
    figures = figures or build_report_figures(reader, report)
    return build_paper(report, figures, select_commentary(reader, report), find_issued_revisions(reader, report), link)


def find_issued_revisions(reader: Reader, report: Report) -> tuple[Revision, ...]:
    """Find the figures that differ from any issued report."""
    return find_revisions(report, read_issued(reader.store.layout.root))


def name_file(report: Report, format_: str) -> str:
    """Name the file of a report: `performance-report-anytown-2020-21-q3.docx`"""
    area = "".join(letter if letter.isalnum() else "-" for letter in report.area.lower())
    return f"performance-report-{area}-{report.quarter.name.lower()}.{format_}"


def to_csv(report: Report) -> str:
    """Write every line of the report as a row of CSV, in COLUMNS. Lines end in a newline.

    `unit` is count, percent or rate_per_1000. Numbers are not rounded; a cell is empty where there is none.
    The change of a percentage is in `pct_difference` alone, in percentage points.
    """
    out = io.StringIO()
    # Machines read this file: plain line ends, no byte order mark, full precision.
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_format_value(value) for value in row] for row in _build_rows(report))
    return out.getvalue()


def to_json(report: Report) -> str:
    """Write the report as JSON: `rows` as in the CSV, then all of it; unknown is null."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _build_rows(report)]
    content = {"rows": rows} | vars(report) | {"quarter": report.quarter.name, "months": list(map(str, report.quarter))}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False, default=_to_plain)


def _to_plain(value: object) -> str | dict[str, object]:
    """Return a value of the report for JSON: what is not covered as its sentence, under `not_known` in a line."""
    if isinstance(value, Coverage):
        return explain_coverage(value)
    return {"not_known" if name == "coverage" else name: content for name, content in vars(value).items()}


def _build_rows(report: Report) -> Iterator[tuple[CsvValue, ...]]:
    quarter = report.quarter.name.replace("-Q", " Q")  # as the published table has it
    for line in report.list_all_lines():
        change = line.last_year
        unit = _UNITS.get(line.measured, line.measured)
        numbers = (line.year_to_date, line.same_quarter_last_year, line.quarter_value)
        changes = (change.difference, change.pct_difference) if change else (None, None)
        yield (quarter, line.area, line.indicator, line.label, unit, *map(_shorten_whole, (*numbers, *changes)))


def _shorten_whole(value: float | None) -> float | int | None:
    """Return a whole number without decimals: 1246 for 1246.0."""
    return int(value) if value is not None and float(value).is_integer() else value


def _format_value(value: CsvValue) -> str:
    if isinstance(value, str):
        return escape_formula(value)
    return "" if value is None else repr(value)
