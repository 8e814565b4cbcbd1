"""Worked examples of comparing places: the interval of a rate, ranks and the funnel, from the loaded data."""

from __future__ import annotations

from collections.abc import Callable

from shp_data.analysis import comparison
from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.significance import LEVEL, count_interval
from shp_data.domain.figure import Figure
from shp_view.methods.worked_data import InView, NoExampleError, Row, decimals
from shp_view.text import wording
from shp_view.text.comparison_words import with_words


def _rate_interval(data: InView) -> str:
    row = data.counted[0]
    count, people = int(row["count"]), row["population"]
    if wording.is_missing(people):
        raise NoExampleError("No number of residents is known for this area.")
    low, high = count_interval(count)
    rates = [decimals(1000 * end / people, 2) for end in (low, high)]
    return (
        f"{data.named(row)}: the count is {wording.number(count)}, and counts of {decimals(low, 2)} to "
        f"{decimals(high, 2)} on average agree with it. Over {wording.number(people)} residents the rate is "
        f"{decimals(1000 * count / people, 2)}, with an interval of **{rates[0]} to {rates[1]}** per 1,000."
    )


def _ranks(data: InView) -> str:
    row, figure = _areas(data)
    told = [
        f"{one['lpa']} {wording.rate(one['rate_per_1000'])}: {one['rank']}"
        for one in with_words(figure).table.to_dict("records")
    ]
    return f"**{row['name']}, {data.chosen.period.label}**, rates per 1,000 residents. {'; '.join(told)}."


def _funnel(data: InView) -> str:
    row, figure = _areas(data)
    around = standing.funnel(figure.table)
    known = figure.table.dropna(subset=["funnel"])
    if around is None:
        raise NoExampleError("No number of residents is known for the Local Policing Areas.")
    own = known[known["lpa"].isin(data.chosen.areas)]
    place = (known if own.empty else own).iloc[0]
    plain = standing.Funnel(around.rate_per_1000, 1.0).limits(place["population"], LEVEL)
    ends = [decimals(end, 1) for end in plain]
    return (
        f"**{row['name']}, {place['lpa']}, {data.chosen.period.label}**: the rate of all Local Policing Areas together "
        f"is {decimals(around.rate_per_1000, 1)}. With {wording.number(place['population'])} residents chance alone "
        f"leaves {ends[0]} to {ends[1]}. The mean φ is {decimals(around.dispersion, 2)}, which widens the 95% limits "
        f"to {decimals(place['usual_low'], 1)} to {decimals(place['usual_high'], 1)}. The rate is "
        f"{wording.rate(place['rate_per_1000'])}: **{place['funnel']}**."
    )


def _areas(data: InView) -> tuple[Row, Figure]:
    """The indicator with the most incidents, and the Local Policing Areas compared by it."""
    row = data.counted[-1]
    return row, comparison.lpas(data.store, data.only(row), data.viewer)


EXAMPLES: dict[str, Callable[[InView], str]] = {
    "rate_interval": _rate_interval,
    "ranks": _ranks,
    "funnel": _funnel,
}
