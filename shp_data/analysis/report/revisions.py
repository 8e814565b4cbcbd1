"""Which figures of a report have changed since one was issued? "Reported as 412, now 431"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.periods import Period, parse_quarter
from shp_data.store.notes.notebook import Issued, Told

VALUE, TO_DATE = "value", "year_to_date"


@dataclass(frozen=True)
class Revision:
    """A figure that a report told otherwise: of which indicator, LPA and quarter, then and now, and when it was issued.

    `figure`: `value` of the quarter, or `year_to_date` to its end.
    """

    indicator: str
    area: str
    quarter: Period
    figure: str
    reported: float
    now: float
    issued_at: dt.datetime


def figures(report: Report) -> dict[Told, float]:
    """Every figure that a report tells, as it is kept when the report is issued; not those that are not known."""
    told = {key: value for line in report.every_line() for key, value in _told(report.quarter, line).items()}
    return {key: value for key, value in told.items() if value is not None}


def revisions(report: Report, issued: Iterable[Issued]) -> tuple[Revision, ...]:
    """Which figures of a report differ from what was told last, in any report issued? In the report's order.

    `issued`: the reports issued, the earliest first. A figure that no report told is no revision.
    """
    last: dict[Told, tuple[float, dt.datetime]] = {}
    for one in issued:
        last |= {key: (value, one.at) for key, value in one.figures.items()}
    found = []
    for told, now in figures(report).items():
        reported, at = last.get(told, (now, dt.datetime.min))
        if reported != now:
            quarter = parse_quarter(told.quarter)
            found.append(Revision(told.indicator, told.area, quarter, told.figure, reported, now, at))
    return tuple(found)


def _told(quarter: Period, line: Line) -> Mapping[Told, float | None]:
    """The figures of a line, by what they are of."""
    of = (line.indicator, line.area)
    earlier = {quarter.last_year: line.last_year, quarter.previous: line.previous_quarter}
    return {
        Told(*of, quarter.name, VALUE): line.quarter_value,
        Told(*of, quarter.name, TO_DATE): line.year_to_date,
    } | {Told(*of, period.name, VALUE): against.base if against else None for period, against in earlier.items()}
