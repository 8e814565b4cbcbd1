"""What a chart or map says, in a few words, for who cannot see it. No number that is not in the figure."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.statistics.control import Signal
from shp_data.domain.figure import Figure
from shp_view.text.map_measures import Measure, legend_title
from shp_view.text.rows import Row, plain_rows
from shp_view.text.wording import (
    VERDICTS,
    capital,
    counted,
    listed,
    month_label,
    number,
    percent,
    range_words,
    rate,
    signed,
    some,
)

_NOTHING = "No figure is available to draw."


def trend(figure: Figure) -> str:
    """What does a line over months say? Also of a card's small line.

    Table: month, count and, if any, last_year; where there is an expected range, also lower, upper, signal
    and in_period.
    """
    columns = [name for name in ("month", "count", "last_year") if name in figure.table]
    rows = sorted(plain_rows(figure.table, columns), key=lambda row: str(row["month"]))
    known = [row for row in rows if row["count"] is not None]
    if not known:
        return _NOTHING
    high, low = max(known, key=lambda row: row["count"]), min(known, key=lambda row: row["count"])
    span = f"Line of {figure.unit} a month, {_point(known[0])} to {_point(known[-1])}."
    gaps = len(rows) - len(known)
    missing = f" No figure for {counted(gaps, 'months')}." if gaps else ""
    ends = f" Highest {_point(high)}, lowest {_point(low)}."
    return span + ends + _beside_last_year(known[-1]) + missing + _in_range(figure)


def trend_by_area(figure: Figure) -> str:
    """What do the LPAs' lines say? Their rates in the latest month. Table: month, lpa, rate_per_1000."""
    rows = plain_rows(figure.table.dropna(subset=["rate_per_1000"]), ["month", "lpa", "rate_per_1000"])
    if not rows:
        return _NOTHING
    latest = max(row["month"] for row in rows)
    rates = [f"{row['lpa']} {rate(row['rate_per_1000'])}" for row in rows if row["month"] == latest]
    start = f"Lines of {figure.unit} per 1,000 residents a month, one for each Local Policing Area."
    return f"{start} In {month_label(latest)}: {listed(rates)}."


def ward_map(figure: Figure, measure: Measure) -> str:
    """What does the ward map say? Its highest and lowest wards. Table: ward and the measure."""
    known = figure.table.dropna(subset=[measure])
    if known.empty:
        return _NOTHING
    told = _verdicts(known) if measure == "verdict" else _extremes(known, measure)
    missing = len(figure.table) - len(known)
    left = f" Not available for {counted(missing, 'wards')}." if missing else ""
    return (
        f"Map of {len(figure.table)} wards. {legend_title(measure, figure.table).rstrip('?')}. {'. '.join(told)}.{left}"
    )


def _extremes(known: pd.DataFrame, measure: Measure) -> list[str]:
    worded = {"rate_per_1000": rate, "count": number, "share": percent, "difference": signed}[measure]
    values = known[measure].astype(float)
    return [
        f"{name}: {some(known.loc[values == value, 'ward'].tolist())}, {worded(value)}"
        for name, value in (("Highest", values.max()), ("Lowest", values.min()))
    ]


def _verdicts(known: pd.DataFrame) -> list[str]:
    told = []
    for verdict in VERDICTS:
        names = known.loc[known["verdict"] == verdict, "ward"].tolist()
        told.append(f"{capital(verdict)}: {some(names) if names else 'none'}")
    return told


def _point(row: Row) -> str:
    return f"{month_label(row['month'])} ({number(row['count'])})"


def _in_range(figure: Figure) -> str:
    """Whether any month of the period lies outside the expected range; nothing where none has a range."""
    if "signal" not in figure.table:
        return ""
    chosen = figure.table[figure.table["in_period"]].dropna(subset=["upper"])
    rows = plain_rows(chosen, ["month", "count", "lower", "upper", "signal"])
    if not rows:
        return ""
    outside = [f"{_point(row)} is {row['signal']}" for row in rows if row["signal"] in (Signal.ABOVE, Signal.BELOW)]
    told = f"Of the period, {listed(outside)}" if outside else "No month of the period is outside the expected range"
    return f" {told}, {range_words(rows[-1]['lower'], rows[-1]['upper'])}."


def _beside_last_year(last: Row) -> str:
    before = last.get("last_year")
    return "" if before is None else f" The latest month compares with {number(before)} a year before."
