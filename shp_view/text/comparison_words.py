"""The Comparison page in words: its views, the columns of each table, ranks, and what each chart says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.analysis.statistics.standing import INSIDE
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_view.text.rows import plain_rows
from shp_view.text.wording import (
    NOT_AVAILABLE,
    Number,
    capital,
    cardinal,
    is_missing,
    listed,
    ordinal,
    rate,
    same_period,
    signed_percent,
    some,
)

Places = Literal["lpas", "wards"]
View = Literal["rates", "funnel", "change"]
VIEWS: dict[View, str] = {"rates": "Rates", "funnel": "Funnel", "change": "Change"}
TABLES: dict[View, str] = {
    "rates": "Counts, change and rates",
    "funnel": "Rates and their limits",
    "change": "Change on last year",
}
PLACES: dict[Places, str] = {"lpas": "Local Policing Areas", "wards": "Wards of the area"}
_TEXTS = ("interval", "rank", "limits", "rate_change", "change_interval")  # what has two ends, in words
_FAR = 1_500  # per cent: 16 times is the end of the chart's scale
_NOTHING = "No figure is available to draw."

COLUMNS: dict[View, tuple[str, ...]] = {
    "rates": (
        *("count", "last_year", "difference", "pct_difference", "verdict"),
        *("rate_per_1000", "interval", "rank", "rate_last_year", "population"),
    ),
    "funnel": ("count", "population", "rate_per_1000", "overall_rate", "limits", "funnel"),
    "change": ("count", "last_year", "difference", "rate_change", "change_interval", "verdict"),
}
EXPLAINED: dict[View, str] = {
    "rates": (
        "The thin line holds the rates that agree with the count (95% interval, by chance alone). The rank is a "
        "range where chance does not tell places apart."
    ),
    "funnel": (
        "Small places vary more by chance, so the limits are wider on the left. A place inside the limits does not "
        "differ from all of them together by more than chance and usual variation. Were these all that "
        "sets places apart, one in twenty would be beyond the 95% limits, and one in 500 beyond the 99.8% limits."
    ),
    "change": (
        "The point is this period over the same period last year; the line holds the changes that agree with both. "
        'Where it crosses "no change", the change is within usual variation.'
    ),
}


def foremost(kind: View, drawn: int, places: int, focus: str | None) -> str:
    """Which of many places are drawn? `focus`: the one that is drawn wherever it stands."""
    which = "whose changes chance would make least often" if kind == "change" else "with the highest rates"
    return f"Drawn are {drawn} of {places:,}: those {which}{f', and {focus}' if focus else ''}."


def changed_title(table: pd.DataFrame, name: str, what: str, period: Period, against: Period | None = None) -> str:
    """Which places rose or fell on last year, or on another period, by more than chance?

    `table`: the places' names in the column `name`, and verdict; `what`: plural, as `wording.things` gives it.
    """
    known = table.dropna(subset=["verdict"])
    if known.empty:
        return f"{capital(what)}: no comparison with {same_period(period, against)}"
    told = []
    for verdict, verb in (("higher than expected", "rose"), ("lower than expected", "fell")):
        places = known.loc[known["verdict"] == verdict, name].tolist()
        if places:
            told.append(f"{verb} by more than chance in {some(places)}")
    kind = "ward" if name == "ward" else "Local Policing Area"
    said = " and ".join(told) or f"changed in no {kind} by more than usual variation"
    return f"{capital(what)} {said}, compared with {same_period(period, against)}"


def name_column(figure: Figure) -> str:
    """Which column names the places of a figure: `ward` where it has wards, else `lpa`."""
    return "ward" if "ward" in figure.table else "lpa"


def columns(figure: Figure, view: View) -> tuple[str, ...]:
    """The columns of a view's table on screen, the place's name first."""
    return (name_column(figure), *COLUMNS[view])


def with_words(figure: Figure) -> Figure:
    """The figure with what has two ends as a text: the columns of _TEXTS.

    One that has them stays as it is: ranks are told among all the places, also where some of these are drawn.
    """
    table = figure.table
    if "rank" in table:
        return figure
    of = int(table["rank_high"].notna().sum())
    texts = {
        "interval": [interval_words(*ends) for ends in _pairs(table, "rate_low", "rate_high")],
        "rank": [rank_words(*ends, of) for ends in _pairs(table, "rank_low", "rank_high")],
        "limits": [interval_words(*ends) for ends in _pairs(table, "usual_low", "usual_high")],
        "rate_change": [
            NOT_AVAILABLE if is_missing(ratio) else signed_percent(100 * (ratio - 1)) for ratio in table["rate_ratio"]
        ],
        "change_interval": [
            NOT_AVAILABLE if is_missing(ratio) else change_words(*ends)
            for ratio, ends in zip(table["rate_ratio"], _pairs(table, "low", "high"), strict=True)
        ],
    }
    return replace(figure, table=table.assign(**{name: pd.array(said, dtype="str") for name, said in texts.items()}))


def without_words(figure: Figure) -> Figure:
    """The figure as it was before `with_words`."""
    return replace(figure, table=figure.table.drop(columns=list(_TEXTS)))


def interval_words(low: Number, high: Number) -> str:
    """Both ends of a rate's interval: `12.6 to 14.1`, or `not available`."""
    return NOT_AVAILABLE if is_missing(low) or is_missing(high) else f"{rate(low)} to {rate(high)}"


def change_words(low: Number, high: Number) -> str:
    """Both ends of the interval of a change: `+17% to +64%`; `no limit` where nothing bounds it."""
    ends = [None if end is None or is_missing(end) else 100 * (end - 1) for end in (low, high)]
    first, last = ("no limit" if end is None else signed_percent(min(end, _FAR)) for end in ends)
    return f"{first} to {'over ' if ends[1] and ends[1] > _FAR else ''}{last}"


def rank_words(low: Number, high: Number, of: int) -> str:
    """The ranks that chance leaves open: `second to third of four`, `first of four`, `12th to 30th of 81`."""
    if low is None or high is None or is_missing(low) or is_missing(high):
        return NOT_AVAILABLE
    if of == 1:
        return "only one"
    every, best, worst = cardinal(of), ordinal(int(low)), ordinal(int(high))
    return f"{best} of {every}" if low == high else f"{best} to {worst} of {every}"


def rates_alt(figure: Figure) -> str:
    """What do the bars of the rates say? Each place's rate, its interval and, if known, last year's rate."""
    name = name_column(figure)
    shown = plain_rows(with_words(figure).table, [name, "rate_per_1000", "interval", "rank"])
    before = figure.table["rate_last_year"] if "rate_last_year" in figure.table else [None] * len(shown)
    told = []
    for row, last in zip(shown, before, strict=True):
        facts = [] if row["rate_per_1000"] is None else [row["interval"], row["rank"]]
        facts += [] if "rate_last_year" not in figure.table else [f"last year {rate(last)}"]
        beside = f" ({', '.join(facts)})" if facts else ""
        told.append(f"{row[name]} {rate(row['rate_per_1000'])}{beside}")
    if not told:
        return _NOTHING
    return f"Bars of {figure.unit} per 1,000 residents, with 95% intervals and ranks: {listed(told)}."


def funnel_alt(figure: Figure) -> str:
    """What do the points of the funnel say? The overall rate, and who is beyond which limit."""
    table = figure.table.dropna(subset=["funnel"])
    if table.empty:
        return _NOTHING
    name = name_column(figure)
    told = []
    for place in dict.fromkeys(table["funnel"]):
        names = table.loc[table["funnel"] == place, name].tolist()
        told.append(f"{capital(place)}{'' if place == INSIDE else ' limits'}: {some(names)}.")
    return (
        f"Points of {figure.unit} per 1,000 residents against residents, {len(table)} places. "
        f"All together {rate(table['overall_rate'].iloc[0])}. {' '.join(told)}"
    )


def change_alt(figure: Figure) -> str:
    """What do the points of the change say? Each place's change, its interval and its verdict."""
    known = with_words(figure).table.dropna(subset=["rate_ratio"])
    if known.empty:
        return _NOTHING
    told = [
        f"{row[name_column(figure)]} {signed_percent(100 * (row['rate_ratio'] - 1))} ({row['change_interval']}, "
        f"{row['verdict']})"
        for row in known.to_dict("records")
    ]
    return f"Change on the same period last year, with intervals: {listed(told)}."


def _pairs(table: pd.DataFrame, low: str, high: str) -> list[tuple[Number, Number]]:
    return [(row[low], row[high]) for row in plain_rows(table, [low, high])]


ALT: dict[View, Callable[[Figure], str]] = {"rates": rates_alt, "funnel": funnel_alt, "change": change_alt}
