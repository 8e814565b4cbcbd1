"""The message of an indicator: one line that a slide or a heading can hold."""

from __future__ import annotations

from shp_data.analysis.report.report_value import Against, Line
from shp_view.text import wording
from shp_view.text.report_cells import more_than_chance, printed

_ON = "on the same quarter last year"


def message(line: Line) -> str:
    """What happened, in one line: `Police ASB rose by 350 (39%) on the same quarter last year, more than chance`."""
    value, before = line.quarter_value, line.last_year
    if value is None:
        return f"{line.short}: {wording.NOT_AVAILABLE if line.not_known else 'not yet in'}"
    if before is None:
        return f"{line.short}: {printed(line.measured, value)}; no figure for the same quarter last year"
    if value == before.base:
        return f"{line.short}: {printed(line.measured, value)}, the same as in the same quarter last year"
    if line.measured == "percent":
        side = "higher" if value > before.base else "lower"
        points = wording.points(before.pct_difference)
        return f"{line.short}: {printed(line.measured, value)}, {points} {side} than in the same quarter last year"
    verb = "rose" if value > before.base else "fell"
    return f"{line.short} {verb} by {_size(line, before)} {_ON}{_judged(line)}"


def _size(line: Line, before: Against) -> str:
    change = printed(line.measured, abs(before.difference or 0.0))
    small = before.base < wording.SMALL_BASE or before.pct_difference is None
    return change if small else f"{change} ({wording.percent(abs(before.pct_difference or 0.0))})"


def _judged(line: Line) -> str:
    if line.chance is None:
        return ""
    return ", more than chance" if more_than_chance(line) else ", within usual variation"
