"""The report as a table (CSV) and as data (JSON): nothing rounded, nothing that is not in the report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from shp_data.analysis.report.report_value import Report
from shp_data.domain.spreadsheet import neutral

COLUMNS = (
    "quarter", "area", "indicator_id", "label", "unit", "year_to_date", "same_quarter_last_year", "quarter_value",
    "difference", "pct_difference",
)  # fmt: skip
Value = str | float | int | None
_UNITS = {"level": "count"}  # as the published table has it


def to_csv(report: Report) -> str:
    """Every line of the report as a row of CSV, in COLUMNS; lines end in a newline.

    `unit` is count, percent or rate_per_1000. Numbers are not rounded; a cell is empty where there is none. Of
    percentages there is only `pct_difference`, in percentage points.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_text(value) for value in row] for row in _rows(report))
    return out.getvalue()


def to_json(report: Report) -> str:
    """The report as JSON text: `rows` as in the CSV, then all of it as `Report.plain` names it; unknown is null."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(report)]
    return json.dumps({"rows": rows} | report.plain(), indent=2, ensure_ascii=False, allow_nan=False)


def _rows(report: Report) -> Iterator[tuple[Value, ...]]:
    quarter = report.quarter.name.replace("-Q", " Q")  # as the published table has it
    for line in report.every_line():
        change = line.last_year
        unit = _UNITS.get(line.measured, line.measured)
        numbers = (line.year_to_date, line.same_quarter_last_year, line.quarter_value)
        changes = (change.difference, change.pct_difference) if change else (None, None)
        yield (quarter, line.area, line.indicator, line.label, unit, *map(_whole, (*numbers, *changes)))


def _whole(value: float | None) -> float | int | None:
    """1246 for 1246.0: what is whole is written so."""
    return int(value) if value is not None and float(value).is_integer() else value


def _text(value: Value) -> str:
    if isinstance(value, str):
        return neutral(value)
    return "" if value is None else repr(value)
