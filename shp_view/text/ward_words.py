"""The text of the Ward page: rank, boundaries, locations, search results, and the actions with their outcome."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.actions import describe_location
from shp_data.analysis.context import name_location
from shp_data.analysis.places.search import FEWEST, MOST
from shp_data.domain.areas import Ward, WardChange
from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import Action, Actions
from shp_view.text import wording
from shp_view.text.comparison_words import format_interval, format_rank_range
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.verdict_words import GRADES
from shp_view.text.wording import format_count, format_number

INDICATOR_COLUMNS = (
    *("name", "count", "last_year", "difference", "pct_difference", "verdict"),
    *("rate_per_1000", "share", "rank"),
)
LOCATION_COLUMNS = ("location", "count", "last_year", "months_present")
SEARCH_COLUMNS = ("location", "ward", "lpa", "count")
CHOOSE = "Choose a ward"
VISITORS = "Many visitors come to this ward, so its rate per resident looks higher than the risk to any one person."
EXPLAINED = (
    "Share: of all incidents in the area. Rank: by rate among the wards of the area, where first is the highest. "
    f"A range of ranks means ranks that cannot be separated. {GRADES}"
)
RECORDED_HERE = "Recorded on the Ward page"


def describe_rank(lpa_wards: Figure, ward: Ward) -> str:
    """Describe the rank of a ward within its LPA, and its share of the incidents; empty if not available.

    `among`: the wards of the LPA, as `comparison.compare_wards` gives them.
    """
    columns = ["code", "count", "rate_per_1000", "rate_low", "rate_high", "share", "rank_low", "rank_high"]
    rows = make_plain_rows(lpa_wards.table, columns)
    ranked = sum(row["rank_low"] is not None for row in rows)
    ward_row = next((row for row in rows if row["code"] == ward.code), None)
    if ranked == 1 or ward_row is None or ward_row["rank_low"] is None:
        return ""
    total = int(lpa_wards.table["count"].sum())
    of = f"of the {wording.format_number(ranked)} wards of {ward.lpa}"
    if not total:
        return f"No ward of {ward.lpa} had any."
    low, high = int(ward_row["rank_low"]), int(ward_row["rank_high"])
    others = "most other wards" if high - low + 1 < ranked else "the other wards"
    position = _name_ranks(low, high, ranked)
    interval = format_interval(ward_row["rate_low"], ward_row["rate_high"])
    rate = f"Its rate, {wording.format_rate(ward_row['rate_per_1000'])} per 1,000 residents (95% interval {interval}),"
    similar = f"is not clearly different from that of {others} of {ward.lpa}"
    text = f"{rate} is {position} {of}" if position else f"{rate} {similar}"
    return f"{text}. {_describe_share(ward_row, total, ward.lpa)}"


def _name_ranks(low: int, high: int, ranked: int) -> str:
    """Name the ranks; empty if most ranks are possible.

    For example `the highest`, `the second to third highest`, `among the three lowest`.
    """
    # A range of more than half of all ranks says nothing about the ward.
    if high - low + 1 > max(2, ranked / 2):
        return ""
    # Ranks are counted from the nearer end: "second lowest" is clearer than "tenth highest" of 11.
    from_top = low + high <= ranked + 1
    best, worst = (low, high) if from_top else (ranked + 1 - high, ranked + 1 - low)
    name = "highest" if from_top else "lowest"
    first, last = ("" if rank == 1 else f"{wording.format_ordinal(rank)} " for rank in (best, worst))
    if best == worst:
        return f"the {first}{name}"
    return f"among the {wording.format_cardinal(worst)} {name}" if best == 1 else f"the {first}to {last}{name}"


def _describe_share(ward_row: ChartRow, total: int, lpa: str) -> str:
    if ward_row["count"] == 0:
        return f"It had none of the {wording.format_number(total)} in {lpa}."
    part = f"{wording.format_number(ward_row['count'])} of the {wording.format_number(total)} in {lpa}"
    large = total >= wording.SMALL_BASE
    return f"It had {wording.format_percent(ward_row['share'])} ({part})." if large else f"It had {part}."


def list_notes(ward: Ward, ward_year: str) -> tuple[str, ...]:
    """List the notes to read before a ward's figures: that visitors come, that its boundaries changed."""
    visitors = VISITORS if partnership().attracts_visitors(ward) else ""
    return tuple(filter(None, (visitors, explain_boundaries(partnership().areas.find_changes(ward), ward_year))))


def explain_boundaries(changes: Sequence[WardChange], ward_year: str) -> str:
    """Explain that a ward changed at an election, and which boundaries apply here; empty if it never changed."""
    if not changes:
        return ""
    change_text = "; ".join(change.note for change in changes)
    return (
        f"This ward's boundaries changed: {change_text}. All figures on this page, for every year, use the "
        f"ward boundaries of {ward_year}."
    )


def add_ranks(figure: Figure) -> Figure:
    """Add the possible ranks to a profile as a text, `rank`."""
    rows = make_plain_rows(figure.table, ["rank_low", "rank_high", "ranked"])
    texts = [format_rank_range(row["rank_low"], row["rank_high"], int(row["ranked"] or 0)) for row in rows]
    return replace(figure, table=figure.table.assign(rank=pd.array(texts, dtype="str")))


def describe_locations(figure: Figure, count: wording.Number) -> str:
    """Describe how many of a ward's incidents were at its busiest locations. `count`: of the whole ward."""
    if figure.table.empty:
        return f"No {name_subject(figure)} with coordinates were recorded in this period."
    listed, number = int(figure.table["count"].sum()), len(figure.table)
    first = figure.table.iloc[0]
    busiest = wording.format_count(first["count"], name_subject(figure))
    start = f"The busiest location had {busiest}: {name_location(first['location'])}"
    if count is None or wording.is_missing(count) or not count or number == 1:
        return f"{start}."
    share_text = f"The {wording.format_cardinal(number)} locations below had {wording.format_number(listed)}"
    return f"{start}. {share_text} of the ward's {wording.format_number(count)}."


def name_locations(figure: Figure) -> Figure:
    """Return a table of locations with a description of those without a name."""
    names = [name_location(name) for name in figure.table["location"]]
    return replace(figure, table=figure.table.assign(location=pd.array(names, dtype="str")))


def add_actions(months: Figure, actions: Actions) -> Figure:
    """Add the months with actions to the events of a trend, numbered after its own events."""
    chart_months = set(months.table["month"])
    # Actions of one month share a number, because the chart has one place for both.
    action_months = [Month(action.agreed.year, action.agreed.month) for action in actions]
    counts = {month: action_months.count(month) for month in sorted(set(action_months)) if str(month) in chart_months}
    events = tuple(
        DatedEvent(wording.format_count(count, "actions"), month, month, RECORDED_HERE)
        for month, count in counts.items()
    )
    if not events:
        return months
    # Actions are numbered after the events, so that no number has two meanings.
    start = len(months.events) + 1
    text = "; ".join(f"{number} {event.period.span}: {event.label}" for number, event in enumerate(events, start))
    return replace(months, events=(*months.events, *events), caveats=(*months.caveats, f"{text}."))


def explain_other_boundaries(action: Action, ward: Ward) -> str:
    """Explain that an action uses other boundaries of the ward than the page; empty if it does not."""
    # A location does not change with the ward boundaries.
    if action.place is not None or action.ward_code == ward.code:
        return ""
    return f"This action was agreed for the ward boundaries of {action.vintage}. Its result uses those boundaries."


def describe_search(figure: Figure, text: str) -> str:
    """Describe the number of matches of a search, or what to do if there is none."""
    number = len(figure.table)
    if len(text.strip()) < FEWEST:
        return f"Enter at least {wording.format_cardinal(FEWEST)} letters of a ward or street name."
    if not number:
        return (
            f"No ward and no street with a loaded incident matches “{text[:60]}”. Try part of the name, such as “york”."
        )
    if number == MOST:
        return f"Showing the {MOST} best matches for “{text[:60]}”. Enter more of the name to narrow the list."
    return f"{'1 match' if number == 1 else f'{number} matches'} for “{text[:60]}”."


def prompt_for_ward(selection: Selection, number: int) -> str:
    """Return the prompt to choose a ward."""
    return (
        f"Choose one of the {wording.format_number(number)} wards below or in the side bar, or search for a street. "
        f"The figures are for {selection.period.label}."
    )


_OUTCOMES = {
    "more than expected": "The number recorded is clearly higher",
    "fewer than expected": "The number recorded is clearly lower",
    "within usual variation": "The number recorded is not clearly different",
    "too few to tell": "The numbers are too small to say whether they differ",
}


def describe_result(action: Action, figure: Figure) -> str:
    """Describe an action, and whether its area clearly changed compared with the rest of the LPA.

    `figure`: the action's own figure, as `before_after` gives it. The analyst's text is used as written.
    """
    return f"{describe_action(action)} {_describe_outcome(action, figure)}"


def describe_action(action: Action) -> str:
    """Describe an action: what it is, its date, its area and who agreed it.

    Such as `On 1 October 2020 “Extra patrols” was agreed for ...`.
    """
    what = " ".join(action.what.split())
    who = " ".join(action.who.split())
    return f"On {_format_day(action.agreed)} “{what}” was agreed for {describe_location(action)} ({who})."


def _describe_outcome(action: Action, figure: Figure) -> str:
    """Describe the change from the figure's one row, or explain why nothing can be compared."""
    (row,) = make_plain_rows(figure.table, list(figure.table.columns))
    if row["before"] is None:
        return _explain_no_outcome(int(row["months_after"]))
    what = name_subject(figure) if action.indicators else figure.unit
    text = (
        f"{wording.capitalise(format_count(row['after'], what))} {wording.choose_was(row['after'])} recorded there in "
        f"{row['after_months']} and {format_number(row['before'])} in {row['before_months']}."
    )
    if row["effect_verdict"] is None:
        return f"{text} There were none in the rest of {action.lpa} before, so the two cannot be compared."
    return f"{text} {_describe_expected(action, row)} {_OUTCOMES[row['effect_verdict']]}."


def _describe_expected(action: Action, row: ChartRow) -> str:
    """Describe the count expected had the area changed as the rest of the LPA did."""
    rest = f"{format_number(row['rest_before'])} to {format_number(row['rest_after'])}"
    expected = format_number(row["expected_after"])
    return f"The rest of {action.lpa} changed from {rest}. The same change here would give {expected}."


def _explain_no_outcome(months_loaded: int) -> str:
    """Explain why nothing can be compared. `months_loaded`: the number of months loaded after the action."""
    if not months_loaded:
        return "It is too early to measure a change: no complete month after the action is loaded."
    months = "1 month after the action is" if months_loaded == 1 else f"{months_loaded} months after the action are"
    return f"The change cannot be measured: {months} loaded, but no month before to compare with."


def _format_day(day: dt.date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
