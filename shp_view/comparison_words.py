"""The Comparison page in words: its views, the columns of each table, ranks, and what each chart says."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.figure import Figure
from shp_view.rows import plain_rows
from shp_view.wording import NOT_AVAILABLE, Number, is_missing, listed, number, rate

Places = Literal["lpas", "wards"]
View = Literal["rates"]
PLACES: dict[Places, str] = {"lpas": "Local Policing Areas", "wards": "Wards of the area"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NAMED = ("lpa", "ward")
_NOTHING = "No figure is available to draw."

COLUMNS: dict[View, tuple[str, ...]] = {
    "rates": (
        *("lpa", "count", "last_year", "difference", "pct_difference", "verdict"),
        *("rate_per_1000", "interval", "rank", "rate_last_year", "population"),
    ),
}


def name_column(figure: Figure) -> str:
    """Which column names the places of a figure: `ward` where it has wards, else `lpa`."""
    return "ward" if "ward" in figure.table else "lpa"


def columns(figure: Figure, view: View) -> tuple[str, ...]:
    """The columns of a view's table on screen, the place's name first."""
    return (name_column(figure), *(name for name in COLUMNS[view] if name not in _NAMED))


def with_words(figure: Figure) -> Figure:
    """The figure with its intervals and ranks as texts, for a table on screen: interval and rank."""
    table = figure.table
    of = int(table["rank_high"].notna().sum())
    texts = {
        "interval": [interval_words(*ends) for ends in _pairs(table, "rate_low", "rate_high")],
        "rank": [rank_words(*ends, of) for ends in _pairs(table, "rank_low", "rank_high")],
    }
    return replace(figure, table=table.assign(**{name: pd.array(said, dtype="str") for name, said in texts.items()}))


def interval_words(low: Number, high: Number) -> str:
    """Both ends of a rate's interval: `12.6 to 14.1`, or `not available`."""
    return NOT_AVAILABLE if is_missing(low) or is_missing(high) else f"{rate(low)} to {rate(high)}"


def rank_words(low: Number, high: Number, of: int) -> str:
    """The ranks that chance leaves open: `second to third of four`, `first of four`, `12th to 30th of 81`."""
    if low is None or high is None or is_missing(low) or is_missing(high):
        return NOT_AVAILABLE
    every = _CARDINALS[of - 1] if of <= len(_CARDINALS) else number(of)
    best, worst = _ordinal(int(low)), _ordinal(int(high))
    return f"{best} of {every}" if low == high else f"{best} to {worst} of {every}"


def _ordinal(rank: int) -> str:
    if rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    teens = 10 < rank % 100 < 20
    return f"{rank}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th')}"


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


def _pairs(table: pd.DataFrame, low: str, high: str) -> list[tuple[Number, Number]]:
    return [(row[low], row[high]) for row in plain_rows(table, [low, high])]
