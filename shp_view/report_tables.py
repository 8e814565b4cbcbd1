"""The report as a table (CSV) and as data (JSON): nothing rounded, nothing that is not in the report."""

from __future__ import annotations

import csv
import io
import json

from shp_data.analysis.report_value import Line, Report
from shp_data.domain.spreadsheet import neutral

COLUMNS = (
    "quarter", "area", "indicator_id", "label", "unit", "year_to_date", "same_quarter_last_year", "quarter_value",
    "difference", "pct_difference",
)  # fmt: skip
_UNITS = {"level": "count"}  # as the published table has it


def to_csv(report: Report) -> str:
    """Every line of the report as a row of CSV, in COLUMNS; lines end in a newline.

    `unit` is count, percent or rate_per_1000. Numbers are not rounded; a cell is empty where there is none. Of
    percentages there is only `pct_difference`, in percentage points.
    """
    quarter = report.quarter.name.replace("-Q", " Q")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([quarter, *_cells(line)] for line in report.every_line())
    return out.getvalue()


def to_json(report: Report) -> str:
    """The whole report as JSON text, as `Report.plain` names it; what is not known is null."""
    return json.dumps(report.plain(), indent=2, ensure_ascii=False, allow_nan=False)


def _cells(line: Line) -> list[str]:
    change = line.last_year
    changes = (change.difference, change.pct_difference) if change else (None, None)
    texts = (line.area, line.indicator, line.label, _UNITS.get(line.measured, line.measured))
    numbers = (line.year_to_date, line.same_quarter_last_year, line.quarter_value, *changes)
    return [*map(neutral, texts), *map(_number, numbers)]


def _number(value: float | None) -> str:
    """`1246`, `13.303`, or nothing."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
