"""The figures of a report as they are printed, by the kind of number, and as values behind a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shp_data.analysis.report.report_value import Change, Line, Report
from shp_data.domain.partnership import partnership
from shp_data.domain.reported import MeasureKind
from shp_view.text import wording
from shp_view.text.wording import Number

THIS, LAST_YEAR, PREVIOUS = "This quarter", "Same quarter last year", "Previous quarter"


@dataclass(frozen=True)
class SentenceValue:
    """A figure behind a sentence: what it is, and its value as printed and unrounded.

    `name`: such as `This quarter` or `Difference`. `subject`: the printed name of the indicator or ward
    that has the value. `area` and `period`: as printed. `value`: unrounded; None if it is not available.
    """

    name: str
    subject: str
    area: str
    period: str
    value: float | str | None


@dataclass(frozen=True)
class Sentence:
    """One or more sentences, and the values behind every number, rank and direction in them."""

    text: str
    values: tuple[SentenceValue, ...] = ()


def format_value(measured: MeasureKind, value: Number) -> str:
    """Format a value by its kind: `1,246`, `13.3` (a rate), `34.6%` (a percentage), or `not available`."""
    if measured == "percent":
        return wording.format_exact_percent(value)
    return wording.format_rate(value) if measured == "rate_per_1000" else wording.format_number(value)


def name_in_sentence(line: Line) -> str:
    """Name a line within a sentence: `police ASB`, but `Refuge referrals` of Refuge unchanged."""
    name = line.short
    return name if name.split()[0] == line.source.split()[0] else wording.lower_initial(name)


def name_incidents(indicator: str) -> str:
    """Name the incidents of an indicator within a sentence: `drug supply offences`."""
    definition = partnership().vocabulary.find_indicator(indicator)
    return wording.name_counted_unit(definition.short, definition.unit)


def make_quarter_value(report: Report, line: Line) -> SentenceValue:
    """Make the value of the quarter."""
    return SentenceValue(THIS, line.label, line.area, report.quarter.label, line.quarter_value)


def list_comparison_values(report: Report, line: Line, name: str) -> tuple[SentenceValue, ...]:
    """List the earlier value that a line is compared with, and both differences.

    `name`: LAST_YEAR or PREVIOUS.
    """
    period = (report.quarter.last_year if name == LAST_YEAR else report.quarter.previous).label
    against = line.last_year if name == LAST_YEAR else line.previous_quarter
    if against is None:
        return (SentenceValue(name, line.label, line.area, period, None),)
    on = f"on {wording.lower_initial(name).removesuffix(' last year')}{' last year' if name == LAST_YEAR else ''}"
    return (
        SentenceValue(name, line.label, line.area, period, against.base),
        SentenceValue(f"Difference {on}", line.label, line.area, report.quarter.label, against.difference),
        SentenceValue(
            f"{_name_pct_difference(line)} {on}", line.label, line.area, report.quarter.label, against.pct_difference
        ),
    )


def list_chance_values(report: Report, line: Line) -> tuple[SentenceValue, ...]:
    """List the verdict on the change on last year, with its p-value and dispersion; empty if not tested."""
    chance = line.chance
    if chance is None:
        return ()
    values: Mapping[str, Any] = {
        "More than chance?": chance.verdict,
        "p-value": chance.p_value,
        "Dispersion": chance.dispersion,
    }
    return tuple(
        SentenceValue(name, line.label, line.area, report.quarter.label, value) for name, value in values.items()
    )


def is_beyond_chance(line: Line) -> bool:
    """Return whether the change on last year is beyond chance and usual variation."""
    return line.chance is not None and line.chance.verdict != "within usual variation"


def format_difference(line: Line, against: Change | None) -> str:
    """Format the difference for a table: `+350`, `+3.7` (a rate).

    Empty for a percentage, whose difference is in points.
    """
    if line.measured == "percent":
        return ""
    return wording.format_signed(against.difference if against else None, 1 if line.measured == "rate_per_1000" else 0)


def format_pct_difference(line: Line, against: Change | None) -> str:
    """Format the % difference for a table: `+39%`; for percentages `+8.1 points`."""
    value = against.pct_difference if against else None
    return wording.format_signed_points(value) if line.measured == "percent" else wording.format_signed_percent(value)


def _name_pct_difference(line: Line) -> str:
    return "Percentage points" if line.measured == "percent" else "% difference"
