"""An action in words: what was agreed, and what happened there beside the rest of the area."""

from __future__ import annotations

import calendar
import datetime as dt

from shp_data.analysis.actions import where
from shp_data.domain.figure import Figure
from shp_data.store.notes.actions import Action
from shp_view.text import wording
from shp_view.text.rows import Row, plain_rows
from shp_view.text.sentences import what_of
from shp_view.text.wording import counted, number

_VERDICTS = {
    "more than expected": "the excess over that is more than chance explains",
    "fewer than expected": "the fall below that is more than chance explains",
    "within usual variation": "the difference is within usual variation",
    "too few to tell": "the numbers are too few to tell",
}


def action_sentences(action: Action, figure: Figure) -> str:
    """What was agreed, when and by whom, and did more change there than chance explains? Two sentences.

    `figure`: the action's own, as `before_after` gives it. What an analyst wrote stands in it as written.
    """
    return f"{agreed_sentence(action)} {_outcome(action, figure)}"


def agreed_sentence(action: Action) -> str:
    """What was agreed, when, for where and by whom? `On 1 October 2020 “Extra patrols” was agreed for ...`"""
    what = " ".join(action.what.split())
    return f"On {_day(action.agreed)} “{what}” was agreed for {where(action)} ({' '.join(action.who.split())})."


def _outcome(action: Action, figure: Figure) -> str:
    """What happened, from the figure's one row; where there is nothing to compare, why."""
    (row,) = plain_rows(figure.table, list(figure.table.columns))
    if row["before"] is None:
        return _not_yet(int(row["months_after"]))
    what = what_of(figure) if action.indicators else figure.unit
    said = (
        f"{wording.capital(counted(row['after'], what))} {'was' if row['after'] == 1 else 'were'} recorded there in "
        f"{row['after_months']} and {number(row['before'])} in {row['before_months']}"
    )
    if row["effect_verdict"] is None:
        return f"{said}; in the rest of {action.lpa} there were none before, so the two cannot be compared."
    return f"{said}; {_expected(action, row)}: {_VERDICTS[row['effect_verdict']]}."


def _expected(action: Action, row: Row) -> str:
    rest = f"{number(row['rest_before'])} to {number(row['rest_after'])}"
    return f"had it changed as the rest of {action.lpa} did ({rest}), {number(row['expected_after'])} would be expected"


def _not_yet(loaded: int) -> str:
    if not loaded:
        return "It is too early to say what changed: no whole month after it is loaded."
    months = "1 month after it is" if loaded == 1 else f"{number(loaded)} months after it are"
    return f"What changed cannot be said: {months} loaded, but no month before to compare with."


def _day(day: dt.date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
