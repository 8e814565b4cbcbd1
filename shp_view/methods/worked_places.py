"""Worked examples of comparing areas: the interval of a rate, ranks and the funnel, from the loaded data."""

from __future__ import annotations

from collections.abc import Callable

from shp_data.analysis import comparison
from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.significance import LEVEL, compute_count_interval
from shp_data.domain.figure import Figure
from shp_view.methods.worked_data import ExampleData, IndicatorRow, NoExampleError, format_decimals
from shp_view.text import wording
from shp_view.text.comparison_words import add_range_texts


def _explain_rate_interval(data: ExampleData) -> str:
    row = data.complete_rows[0]
    count, people = int(row["count"]), row["population"]
    if wording.is_missing(people):
        raise NoExampleError("No number of residents is known for this area.")
    low, high = compute_count_interval(count)
    rates = [format_decimals(1000 * end / people, 2) for end in (low, high)]
    return (
        f"{data.describe_row(row)}: the count is {wording.format_number(count)}, and counts of {format_decimals(low, 2)} to "
        f"{format_decimals(high, 2)} on average agree with it. Over {wording.format_number(people)} residents the rate is "
        f"{format_decimals(1000 * count / people, 2)}, with an interval of **{rates[0]} to {rates[1]}** per 1,000."
    )


def _explain_ranks(data: ExampleData) -> str:
    row, figure = _compare_areas(data)
    ranks = [
        f"{area['lpa']} {wording.format_rate(area['rate_per_1000'])}: {area['rank']}"
        for area in add_range_texts(figure).table.to_dict("records")
    ]
    return f"**{row['name']}, {data.selection.period.label}**, rates per 1,000 residents. {'; '.join(ranks)}."


def _explain_funnel(data: ExampleData) -> str:
    row, figure = _compare_areas(data)
    funnel = standing.build_funnel(figure.table)
    areas = figure.table.dropna(subset=["funnel"])
    if funnel is None:
        raise NoExampleError("No number of residents is known for the Local Policing Areas.")
    selected_areas = areas[areas["lpa"].isin(data.selection.areas)]
    area = (areas if selected_areas.empty else selected_areas).iloc[0]
    limits = standing.Funnel(funnel.rate_per_1000, 1.0).find_limits(area["population"], LEVEL)
    ends = [format_decimals(end, 1) for end in limits]
    return (
        f"**{row['name']}, {area['lpa']}, {data.selection.period.label}**: the rate of all Local Policing Areas together "
        f"is {format_decimals(funnel.rate_per_1000, 1)}. With {wording.format_number(area['population'])} residents chance alone "
        f"leaves {ends[0]} to {ends[1]}. The mean φ is {format_decimals(funnel.dispersion, 2)}, which widens the 95% limits "
        f"to {format_decimals(area['usual_low'], 1)} to {format_decimals(area['usual_high'], 1)}. The rate is "
        f"{wording.format_rate(area['rate_per_1000'])}: **{area['funnel']}**."
    )


def _compare_areas(data: ExampleData) -> tuple[IndicatorRow, Figure]:
    """Return the indicator with the most incidents, and the Local Policing Areas compared by it."""
    row = data.complete_rows[-1]
    return row, comparison.compare_lpas(data.reader, data.select_indicator(row))


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {
    "rate_interval": _explain_rate_interval,
    "ranks": _explain_ranks,
    "funnel": _explain_funnel,
}
