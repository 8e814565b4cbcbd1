"""Sentences about an action: what it is, and how the ward changed compared with the rest of the area."""

from __future__ import annotations

import calendar
import datetime as dt

from shp_data.analysis.actions import describe_location
from shp_data.domain.figure import Figure
from shp_data.store.notes.actions import Action
from shp_view.text import wording
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.wording import format_count, format_number

_VERDICTS = {
    "more than expected": "the excess over that is more than chance explains",
    "fewer than expected": "the fall below that is more than chance explains",
    "within usual variation": "the difference is within usual variation",
    "too few to tell": "the numbers are too few to tell",
}


def describe_result(action: Action, figure: Figure) -> str:
    """Describe an action and whether its area changed more than chance explains, in two sentences.

    `figure`: the action's own figure, as `before_after` gives it. The analyst's text is used as written.
    """
    return f"{describe_action(action)} {_describe_outcome(action, figure)}"


def describe_action(action: Action) -> str:
    """Describe an action: what it is, its date, its area and who agreed it.

    Such as `On 1 October 2020 “Extra patrols” was agreed for ...`.
    """
    what = " ".join(action.what.split())
    return f"On {_format_day(action.agreed)} “{what}” was agreed for {describe_location(action)} ({' '.join(action.who.split())})."


def _describe_outcome(action: Action, figure: Figure) -> str:
    """Describe the change from the figure's one row, or explain why nothing can be compared."""
    (row,) = make_plain_rows(figure.table, list(figure.table.columns))
    if row["before"] is None:
        return _explain_no_outcome(int(row["months_after"]))
    what = name_subject(figure) if action.indicators else figure.unit
    text = (
        f"{wording.capitalise(format_count(row['after'], what))} {'was' if row['after'] == 1 else 'were'} recorded there in "
        f"{row['after_months']} and {format_number(row['before'])} in {row['before_months']}"
    )
    if row["effect_verdict"] is None:
        return f"{text}; in the rest of {action.lpa} there were none before, so the two cannot be compared."
    return f"{text}; {_describe_expected(action, row)}: {_VERDICTS[row['effect_verdict']]}."


def _describe_expected(action: Action, row: ChartRow) -> str:
    """Describe the count expected had the area changed as the rest of the LPA did."""
    rest = f"{format_number(row['rest_before'])} to {format_number(row['rest_after'])}"
    return f"had it changed as the rest of {action.lpa} did ({rest}), {format_number(row['expected_after'])} would be expected"


def _explain_no_outcome(months_loaded: int) -> str:
    """Explain why nothing can be compared. `months_loaded`: the number of months loaded after the action."""
    if not months_loaded:
        return "It is too early to say what changed: no whole month after it is loaded."
    months = "1 month after it is" if months_loaded == 1 else f"{format_number(months_loaded)} months after it are"
    return f"What changed cannot be said: {months} loaded, but no month before to compare with."


def _format_day(day: dt.date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
