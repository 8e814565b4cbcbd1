"""The message of an indicator: one line that a slide or a heading can hold."""

from __future__ import annotations

from shp_data.analysis.report.report_value import Change, Line
from shp_view.text import wording
from shp_view.text.report_cells import format_value, is_beyond_chance

_ON = "on the same quarter last year"


def write_message(line: Line) -> str:
    """Write what happened in one line.

    For example `Police ASB rose by 350 (39%) on the same quarter last year, more than chance`.
    """
    value, before = line.quarter_value, line.last_year
    if value is None:
        return f"{line.short}: {wording.NOT_AVAILABLE if line.not_known else 'not yet in'}"
    if before is None:
        return f"{line.short}: {format_value(line.measured, value)}; no figure for the same quarter last year"
    if value == before.base:
        return f"{line.short}: {format_value(line.measured, value)}, the same as in the same quarter last year"
    if line.measured == "percent":
        side = "higher" if value > before.base else "lower"
        points = wording.format_points(before.pct_difference)
        return f"{line.short}: {format_value(line.measured, value)}, {points} {side} than in the same quarter last year"
    verb = "rose" if value > before.base else "fell"
    return f"{line.short} {verb} by {_format_change(line, before)} {_ON}{_describe_verdict(line)}"


def _format_change(line: Line, before: Change) -> str:
    change = format_value(line.measured, abs(before.difference or 0.0))
    small = before.base < wording.SMALL_BASE or before.pct_difference is None
    return change if small else f"{change} ({wording.format_percent(abs(before.pct_difference or 0.0))})"


def _describe_verdict(line: Line) -> str:
    if line.chance is None:
        return ""
    return ", more than chance" if is_beyond_chance(line) else ", within usual variation"
