"""Alternative texts of charts and maps for screen-reader users. Each number is one from the figure."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.statistics.control import XmrSignal
from shp_data.domain.figure import Figure
from shp_view.text import wording
from shp_view.text.map_words import NAME_COLUMNS, Measure, Zone, write_legend_title
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import describe_forecast
from shp_view.text.verdict_words import LABELS
from shp_view.text.wording import NO_FIGURE, format_month, format_number, join_names, shorten_names


def describe_trend(figure: Figure) -> str:
    """Describe a line over months, also the small line of a card.

    Parameters
    ----------
    figure
        Its table has the columns month, count and, if available, last_year. Where there is an expected range it
        also has lower, upper, signal and in_period.

    Returns
    -------
    The alternative text: the highest, lowest and latest months, gaps, months outside the expected range, sustained
    shifts and the forecast.
    """
    columns = [name for name in ("month", "count", "last_year") if name in figure.table]
    # A month that is only forecast is not one without a figure.
    table = figure.table[~figure.table["forecast"]] if "forecast" in figure.table else figure.table
    rows = sorted(make_plain_rows(table, columns), key=lambda row: str(row["month"]))
    available_rows = [row for row in rows if row["count"] is not None]
    if not available_rows:
        return NO_FIGURE
    # Of tied months only the first is named, so that the text stays short.
    high, low = max(available_rows, key=lambda row: row["count"]), min(available_rows, key=lambda row: row["count"])
    span = f"Line of {figure.unit} a month, {_format_point(available_rows[0])} to {_format_point(available_rows[-1])}."
    gaps = len(rows) - len(available_rows)
    missing = f" No figure for {wording.format_count(gaps, 'months')}." if gaps else ""
    ends = f" Highest {_format_point(high)}, lowest {_format_point(low)}."
    forecast = "".join(f" {text}" for text in (describe_forecast(figure),) if text)
    return span + ends + _compare_last_year(available_rows[-1]) + missing + _describe_range(figure) + forecast


def describe_area_trends(figure: Figure) -> str:
    """Describe the lines of the LPAs by their rates in the latest month.

    Parameters
    ----------
    figure
        Its table has the columns month, lpa and rate_per_1000 (per 1,000 residents).

    Returns
    -------
    The alternative text.
    """
    rows = make_plain_rows(figure.table.dropna(subset=["rate_per_1000"]), ["month", "lpa", "rate_per_1000"])
    if not rows:
        return NO_FIGURE
    latest = max(row["month"] for row in rows)
    rates = [f"{row['lpa']} {wording.format_rate(row['rate_per_1000'])}" for row in rows if row["month"] == latest]
    start = f"Lines of {figure.unit} per 1,000 residents a month, one for each area."
    return f"{start} In {format_month(latest)}: {join_names(rates)}."


def describe_ward_map(figure: Figure, measure: Measure, zone: Zone = "ward") -> str:
    """Describe a map of wards or LSOAs by the highest and lowest of them, or by its verdicts.

    Parameters
    ----------
    figure
        Its table has the columns ward (or lsoa_name) and the measure.
    measure
        The column that the map shows.
    zone
        What the map shows.

    Returns
    -------
    The alternative text, with the number of wards that have no value.
    """
    table = figure.table.rename(columns={NAME_COLUMNS[zone]: "ward"})
    available = table.dropna(subset=[measure])
    if available.empty:
        return NO_FIGURE
    parts = _describe_verdicts(available) if measure == "verdict" else _describe_extremes(available, measure)
    missing = len(table) - len(available)
    left = f" Not available for {wording.format_count(missing, f'{zone}s')}." if missing else ""
    # The legend may ask "Clear change?", but in a sentence it ends with a full stop.
    title = write_legend_title(measure, table).rstrip("?")
    return f"Map of {len(table)} {zone}s. {title}. {'. '.join(parts)}.{left}"


def _describe_extremes(wards: pd.DataFrame, measure: Measure) -> list[str]:
    """Name the wards with the highest and the lowest value."""
    format_value = {
        "rate_per_1000": wording.format_rate,
        "count": format_number,
        "share": wording.format_percent,
        "difference": wording.format_signed,
        "imd2025_decile": format_number,
    }[measure]
    values = wards[measure].astype(float)
    return [
        f"{name}: {shorten_names(wards.loc[values == value, 'ward'].tolist())}, {format_value(value)}"
        for name, value in (("Highest", values.max()), ("Lowest", values.min()))
    ]


def _describe_verdicts(wards: pd.DataFrame) -> list[str]:
    """Name the wards of each verdict that any of them has."""
    names = {label: wards.loc[wards["verdict"] == verdict, "ward"].tolist() for verdict, label in LABELS.items()}
    return [f"{label}: {shorten_names(of_label)}" for label, of_label in names.items() if of_label]


def _format_point(row: ChartRow) -> str:
    return f"{format_month(row['month'])} ({format_number(row['count'])})"


def _describe_range(figure: Figure) -> str:
    """Say which months of the period are outside the expected range; empty where no month has a range."""
    if "signal" not in figure.table:
        return ""
    # Only the period is described: the reader can find the other months in the table.
    period_months = figure.table[figure.table["in_period"]].dropna(subset=["upper"])
    columns = ["month", "count", "lower", "upper", "signal", *(["shift"] if "shift" in period_months else [])]
    rows = make_plain_rows(period_months, columns)
    if not rows:
        return ""
    shifts = "".join(f" {_format_point(row)} is {row['shift']}." for row in rows if row.get("shift"))
    outside = [
        f"{_format_point(row)} is {row['signal']}"
        for row in rows
        if row["signal"] in (XmrSignal.ABOVE, XmrSignal.BELOW)
    ]
    text = (
        f"In the period, {join_names(outside)}" if outside else "No month of the period is outside the expected range"
    )
    last = f"which is {wording.format_range(rows[-1]['lower'], rows[-1]['upper'])} in {format_month(rows[-1]['month'])}"
    return f" {text}, {last}.{shifts}"


def _compare_last_year(last: ChartRow) -> str:
    before = last.get("last_year")
    return "" if before is None else f" The latest month compares with {format_number(before)} a year before."
