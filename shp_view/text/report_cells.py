"""The figures of a report as they are printed, by the kind of number they are, and as cells beside a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shp_data.analysis.report.report_value import Against, Line, Report
from shp_data.domain.partnership import partnership
from shp_data.domain.reported import Measured
from shp_view.text import wording
from shp_view.text.wording import Number

THIS, LAST_YEAR, PREVIOUS = "This quarter", "Same quarter last year", "Previous quarter"


@dataclass(frozen=True)
class Cell:
    """A figure that a sentence was made from: what it is, and its value as printed and as it is.

    `name`: such as `This quarter` or `Difference`. `of`: what it is the value of: an indicator's or ward's printed
    name. `area` and `period`: as printed. `value`: unrounded; None where it is not available.
    """

    name: str
    of: str
    area: str
    period: str
    value: float | str | None


@dataclass(frozen=True)
class Said:
    """One or more sentences, and the cells that every number, rank and direction in them comes from."""

    text: str
    cells: tuple[Cell, ...] = ()


def printed(measured: Measured, value: Number) -> str:
    """A value of its kind: `1,246`, `13.3` (a rate), `34.6%` (a percentage), or `not available`."""
    if measured == "percent":
        return wording.exact_percent(value)
    return wording.rate(value) if measured == "rate_per_1000" else wording.number(value)


def name_within(line: Line) -> str:
    """The short name of a line within a sentence: `police ASB`, but `Refuge referrals` of Refuge as it is."""
    name = line.short
    return name if name.split()[0] == line.source.split()[0] else wording.within(name)


def things_of(indicator: str) -> str:
    """What the incidents of an indicator are called within a sentence: `drug supply offences`."""
    found = partnership().vocabulary.indicator(indicator)
    return wording.things(found.short, found.unit)


def value_cell(report: Report, line: Line) -> Cell:
    """The value of the quarter."""
    return Cell(THIS, line.label, line.area, report.quarter.label, line.quarter_value)


def against_cells(report: Report, line: Line, name: str) -> tuple[Cell, ...]:
    """The earlier value that a line is compared with, and both differences; `name`: LAST_YEAR or PREVIOUS."""
    period = (report.quarter.last_year if name == LAST_YEAR else report.quarter.previous).label
    against = line.last_year if name == LAST_YEAR else line.previous_quarter
    if against is None:
        return (Cell(name, line.label, line.area, period, None),)
    on = f"on {wording.within(name).removesuffix(' last year')}{' last year' if name == LAST_YEAR else ''}"
    return (
        Cell(name, line.label, line.area, period, against.base),
        Cell(f"Difference {on}", line.label, line.area, report.quarter.label, against.difference),
        Cell(f"{_pct_name(line)} {on}", line.label, line.area, report.quarter.label, against.pct_difference),
    )


def chance_cells(report: Report, line: Line) -> tuple[Cell, ...]:
    """The verdict on the change on last year, and what it rests on; none where it is not tested."""
    found = line.chance
    if found is None:
        return ()
    values: Mapping[str, Any] = {
        "More than chance?": found.verdict,
        "p-value": found.p_value,
        "Dispersion": found.dispersion,
    }
    return tuple(Cell(name, line.label, line.area, report.quarter.label, value) for name, value in values.items())


def more_than_chance(line: Line) -> bool:
    """Is the change on last year beyond what chance and usual variation explain?"""
    return line.chance is not None and line.chance.verdict != "within usual variation"


def difference(line: Line, against: Against | None) -> str:
    """The difference for a table: `+350`, `+3.7` (a rate); none of a percentage, whose difference is in points."""
    if line.measured == "percent":
        return ""
    return wording.signed(against.difference if against else None, 1 if line.measured == "rate_per_1000" else 0)


def pct_difference(line: Line, against: Against | None) -> str:
    """The % difference for a table: `+39%`; for percentages `+8.1 points`."""
    value = against.pct_difference if against else None
    return wording.signed_points(value) if line.measured == "percent" else wording.signed_percent(value)


def _pct_name(line: Line) -> str:
    return "Percentage points" if line.measured == "percent" else "% difference"
