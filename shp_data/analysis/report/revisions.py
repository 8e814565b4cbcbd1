"""Revisions: figures that changed since a report was issued ("Reported as 412, now 431")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.periods import Period, parse_quarter
from shp_data.store.notes.notebook import IssuedFigure, IssuedReport

VALUE, TO_DATE = "value", "year_to_date"


@dataclass(frozen=True)
class Revision:
    """A figure that differs from the one in an issued report, with both values.

    `issued_at`: when that report was issued. `figure`: `value` of the quarter, or `year_to_date` to its end.
    """

    indicator: str
    area: str
    quarter: Period
    figure: str
    reported: float
    now: float
    issued_at: dt.datetime


def list_figures(report: Report) -> dict[IssuedFigure, float]:
    """List every figure of a report, as saved when the report is issued.

    Figures that are not known are left out.
    """
    by_line = [_list_line_figures(report.quarter, line) for line in report.list_all_lines()]
    return {key: value for figures in by_line for key, value in figures.items() if value is not None}


def find_revisions(report: Report, issued: Iterable[IssuedReport]) -> tuple[Revision, ...]:
    """Find the figures of a report that differ from those last issued, in any report. In the report's order.

    `issued`: the reports issued, the earliest first. A figure that no report has given is no revision.
    """
    last: dict[IssuedFigure, tuple[float, dt.datetime]] = {}
    for issued_report in issued:
        # The last report that gave a figure is the one that a reader remembers.
        last |= {key: (value, issued_report.at) for key, value in issued_report.figures.items()}
    revised = []
    for stated, now in list_figures(report).items():
        # A figure that was never issued is compared with itself, so it is no revision.
        reported, at = last.get(stated, (now, dt.datetime.min))
        if reported != now:
            quarter = parse_quarter(stated.quarter)
            revised.append(Revision(stated.indicator, stated.area, quarter, stated.figure, reported, now, at))
    return tuple(revised)


def _list_line_figures(quarter: Period, line: Line) -> Mapping[IssuedFigure, float | None]:
    """List the figures of a line by indicator, area, quarter and kind."""
    of = (line.indicator, line.area)
    earlier = {quarter.last_year: line.last_year, quarter.previous: line.previous_quarter}
    return {
        IssuedFigure(*of, quarter.name, VALUE): line.quarter_value,
        IssuedFigure(*of, quarter.name, TO_DATE): line.year_to_date,
    } | {
        IssuedFigure(*of, period.name, VALUE): against.base if against else None for period, against in earlier.items()
    }
