"""The report as a table (CSV) and as data (JSON): unrounded, and only what is in the report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from shp_data.analysis.report.report_value import Report
from shp_data.domain.spreadsheet import escape_formula

COLUMNS = (
    "quarter", "area", "indicator_id", "label", "unit", "year_to_date", "same_quarter_last_year", "quarter_value",
    "difference", "pct_difference",
)  # fmt: skip
CsvValue = str | float | int | None
_UNITS = {"level": "count"}  # as the published table has it


def to_csv(report: Report) -> str:
    """Write every line of the report as a row of CSV, in COLUMNS. Lines end in a newline.

    `unit` is count, percent or rate_per_1000. Numbers are not rounded; a cell is empty where there is none.
    The change of a percentage is in `pct_difference` alone, in percentage points.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_format_value(value) for value in row] for row in _build_rows(report))
    return out.getvalue()


def to_json(report: Report) -> str:
    """Write the report as JSON: `rows` as in the CSV, then all of it as in `Report.plain`; unknown is null."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _build_rows(report)]
    return json.dumps({"rows": rows} | report.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)


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
