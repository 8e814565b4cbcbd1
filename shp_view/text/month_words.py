"""When, in words: the months of a quarter with the most and the fewest, with and without COVID-related."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.periods import Month
from shp_view.text import wording
from shp_view.text.report_cells import Cell, Said, printed

_ALL, _WITHOUT = "Month", "Month, without COVID-related"


def months(line: Line) -> Said | None:
    """Which months had the most and the fewest? Nothing unless every month is known, and one has any."""
    values = [(month.month, month.value) for month in line.months]
    text = _extremes(line, values)
    return Said(wording.capital(text), _cells(line, values, _ALL)) if text else None


def in_so_far(line: Line) -> Said | None:
    """Which months of a quarter that is not whole are in? Nothing where none is."""
    known = [(month.month, month.value) for month in line.months if month.value is not None]
    if not known:
        return None
    told = [f"{_name(month)} ({printed(line.measured, value)})" for month, value in known]
    return Said(f"In so far: {wording.listed(told)}.", _cells(line, known, _ALL))


def covid(report: Report, line: Line) -> Said | None:
    """How many were COVID-related, how many there were without them, and in which months?"""
    found = line.covid
    if found is None:
        return None
    large = found.count and (line.quarter_value or 0) >= wording.SMALL_BASE
    marked = f"{wording.number(found.count) if found.count else 'none'}{_share(found.share) if large else ''}"
    before = found.excluding_last_year
    against = "" if before is None else f", against {_none(before)} without them in the same quarter last year"
    text = (
        f"Of the {line.unit}, {marked} {_were(found.count)} COVID-related; without them there "
        f"{_were(found.excluding)} {_none(found.excluding)}{against}."
    )
    without = [(month.month, month.excluding_covid) for month in line.months]
    extremes = _extremes(line, without)
    told = f" Without COVID-related {line.unit}, {extremes}" if extremes else ""
    own = {"COVID-related": found.count, "COVID-related, share": found.share, "Without COVID-related": found.excluding}
    quarter = report.quarter
    cells = [Cell(name, line.label, line.area, quarter.label, value) for name, value in own.items()]
    earlier = Cell("Without COVID-related", line.label, line.area, quarter.last_year.label, before)
    return Said(f"{text}{told}", (*cells, earlier, *(_cells(line, without, _WITHOUT) if told else ())))


def _extremes(line: Line, values: Sequence[tuple[str, float | None]]) -> str:
    """`October had the most (518) and December the fewest (302).`; empty unless every month is known."""
    known = [(month, value) for month, value in values if value is not None]
    if len(known) < max(2, len(values)) or not any(value for _, value in known):
        return ""
    most, fewest = ("most", "fewest") if line.measured == "count" else ("highest", "lowest")
    high, low = max(value for _, value in known), min(value for _, value in known)
    if high == low:
        return f"each month had {printed(line.measured, high)}."
    return f"{_with(line, known, high, f' had the {most}')} and {_with(line, known, low, f' the {fewest}')}."


def _with(line: Line, known: Sequence[tuple[str, float]], value: float, words: str) -> str:
    """The months that have a value: `October and November had the most (518 each)`."""
    names = [_name(month) for month, found in known if found == value]
    each = " each" if len(names) > 1 else ""
    shown = "none" if value == 0 and line.measured == "count" else f"{printed(line.measured, value)}{each}"
    return f"{wording.listed(names)}{words} ({shown})"


def _cells(line: Line, values: Sequence[tuple[str, float | None]], name: str) -> tuple[Cell, ...]:
    return tuple(Cell(name, line.label, line.area, wording.month_label(month), value) for month, value in values)


def _name(month: str) -> str:
    return calendar.month_name[Month.parse(month).month]


def _share(share: float) -> str:
    return f" ({wording.percent(share)})"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _none(count: int) -> str:
    return wording.number(count) if count else "none"
