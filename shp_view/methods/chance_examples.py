"""Worked examples of tests against chance: changes, expected ranges, ranks and the funnel."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import pandas as pd
from scipy import special

from shp_data.analysis import comparison, trends
from shp_data.analysis.context import name_area
from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.discovery import find_discovery_level
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON
from shp_data.analysis.statistics.significance import LEVEL, compare, compute_count_interval, compute_p_value
from shp_data.analysis.verdicts import list_area_p_values
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.store.reading import find_covered_months
from shp_view.methods.example_data import ExampleData, IndicatorRow, NoExampleError, format_decimals, format_p
from shp_view.text import sentences, verdict_words
from shp_view.text.comparison_words import add_range_texts
from shp_view.text.wording import (
    choose_is,
    format_count,
    format_month,
    format_number,
    format_range,
    format_rate,
    is_missing,
    join_names,
)

WIDTH = 2.66  # moving ranges to either side of the average month
TERMS = 6  # of the fit of season and trend: level, trend, and two yearly waves of two terms each


def _explain_chance(data: ExampleData) -> str:
    row = data.nonzero_rows[0]
    now, before, p = int(row["count"]), int(row["last_year"]), float(row["p_value"])
    spread = 1.0 if is_missing(row["dispersion"]) else float(row["dispersion"])
    z = abs(now - before) / math.sqrt(now + before)
    # The E-test without the dispersion first, then the p-value of the table, which allows for it.
    widened = ""
    if spread > 1:
        widened = f" These months vary {format_decimals(spread, 1)} times as much as by chance alone: p {format_p(p)}."
    return (
        f"{data.describe_row(row)}: {verdict_words.explain_change(now, before, p, data.selection.period, spread)}\n\n"
        f"z = {abs(now - before)} ÷ √{now + before} = {format_decimals(z, 2)}. The exact probability of a z this "
        f"large: p {format_p(compute_p_value(now, before))}.{widened} That is {'above' if p > LEVEL else 'not above'} "
        f"{LEVEL:g}. The verdict: **{verdict_words.LABELS[row['verdict']]}**."
    )


def _explain_variation(data: ExampleData) -> str:
    rows_with_dispersion = [row for row in data.nonzero_rows if not is_missing(row["dispersion"])]
    if not rows_with_dispersion:
        raise NoExampleError("Too few months are loaded to measure how much they vary, so φ = 1 is used.")
    row = max(rows_with_dispersion, key=lambda row: float(row["dispersion"]))
    now, before, phi = int(row["count"]), int(row["last_year"]), float(row["dispersion"])
    months = set(find_covered_months(data.reader, data.select_indicator(row)))
    used = months - partnership().exceptional_months - set(data.selection.period)
    start = (
        f"{data.describe_row(row)}: {format_number(before)} to {format_number(now)}. "
        f"{len(months)} months are loaded, of which {len(months) - len(used)} are exceptional or under test. The other "
        f"{len(used)} give φ = {format_decimals(phi, 2)}."
    )
    if phi == 1:
        return f"{start} They do not vary more than by chance, so the test is unchanged."
    # The p-value by chance alone gives back its z, which is then divided by the square root of φ.
    alone = compute_p_value(now, before)
    z = -float(special.ndtri(max(alone, sys.float_info.min) / 2))
    return (
        f"{start}\n\nBy chance alone, p {format_p(alone)} and z = {format_decimals(z, 2)}. Divided by "
        f"√{format_decimals(phi, 2)} = {format_decimals(math.sqrt(phi), 2)}, z′ = "
        f"{format_decimals(z / math.sqrt(phi), 2)}. With {len(used) - TERMS} degrees of freedom "
        f"p {format_p(float(row['p_value']))}: **{verdict_words.LABELS[row['verdict']]}**."
    )


def _explain_interval(data: ExampleData) -> str:
    row = data.nonzero_rows[0]
    now, before = int(row["count"]), int(row["last_year"])
    # The interval by chance alone, next to the one that allows for φ.
    alone = compare(now, before)
    low = 0.0 if is_missing(row["low"]) else float(row["low"])
    high = math.inf if is_missing(row["high"]) else float(row["high"])
    ratio = f"{now} ÷ {before} = {_format_ratio(float(row['rate_ratio']))}" if before else "there is no ratio to 0"
    return (
        f"{data.describe_row(row)}: {ratio}. By chance alone, the {100 * (1 - LEVEL):g}% interval is "
        f"{_format_ratio(alone.low)} to {_format_ratio(alone.high)}.\n\n"
        f"With how much these months vary, it is {_format_ratio(low)} to {_format_ratio(high)}. It "
        f"{'contains' if low <= 1 <= high else 'does not contain'} 1: "
        f"{verdict_words.LABELS[row['verdict']].lower()}."
    )


def _explain_many_tests(data: ExampleData) -> str:
    period = data.selection.period
    p_values = sorted(list_area_p_values(data.reader, period, period.last_year))
    cut_off = find_discovery_level(p_values)
    clear = sum(p_value <= cut_off for p_value in p_values)
    below = sum(p_value <= LEVEL for p_value in p_values)
    tested = sorted(data.tested_rows, key=lambda row: float(row["p_value"]))
    lines = [
        f"| {row['name']} | {format_p(float(row['p_value'])).removeprefix('= ')} "
        f"| {verdict_words.LABELS[row['verdict']]} |"
        for row in tested
    ]
    return (
        f"**{period.label}**: {format_count(len(p_values), 'changes')} are tested, each loaded indicator in each area. "
        f"{format_number(below)} have a p-value of {LEVEL:g} or less. If nothing had changed, about "
        f"{format_decimals(LEVEL * len(p_values), 1)} would have one by chance. Number {max(clear, 1)} of "
        f"{len(p_values)} has the limit {LEVEL:g} × {max(clear, 1)} ÷ {len(p_values)} = "
        f"{format_decimals(cut_off, 4)}: {format_count(clear, 'changes')} {choose_is(clear)} clear.\n\n"
        f"In {name_area(data.selection)}:\n\n| indicator | p-value | verdict |\n|---|---|---|\n" + "\n".join(lines)
    )


def _explain_expected_range(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    series = trends.count_by_month(data.reader, data.select_indicator(row))
    months = series.table[series.table["in_period"]].dropna(subset=["expected_count", "count"])
    if months.empty:
        raise NoExampleError("Too few months are loaded to say what was expected.")
    last = months.iloc[-1]
    before = series.table[series.table["month"] < last["month"]].dropna(subset=["count"])
    exceptional = before["month"].isin([str(month) for month in partnership().exceptional_months])
    used = len(before) - int(exceptional.sum())
    basis = "level and season" if used >= FEWEST_FOR_SEASON else "level"
    is_within = is_missing(last["signal"])
    messages = (
        sentences.describe_signals(series) or "No month of the period is unusual.",
        sentences.describe_forecast(series),
    )
    return (
        f"{data.describe_row(row)}: {len(before)} months are loaded before {format_month(last['month'])}, and {used} "
        f"of them are not exceptional. By their {basis}, {format_decimals(float(last['expected_count']), 1)} were "
        "expected. 80 of 100 such months have "
        f"{format_range(last['lower_80'], last['upper_80'])}, and 95 of 100 have "
        f"{format_range(last['lower'], last['upper'])}. The month had {format_number(last['count'])}, which is "
        f"{'within the expected range' if is_within else last['signal']}.\n\n"
        f"The months of the period: {_list_counts(months)}. {' '.join(filter(None, messages))}"
    )


def _explain_control_limits(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    series = trends.chart_control_limits(data.reader, data.select_indicator(row))
    months = series.table[series.table["in_period"]].dropna(subset=["mean"])
    if months.empty:
        raise NoExampleError("Too few months in a row are loaded, or they have too few incidents, for a range.")
    last = months.iloc[-1]
    mean, upper = float(last["mean"]), float(last["upper"])
    moving_range = format_decimals((upper - mean) / WIDTH, 1)  # the limit is WIDTH of these from the mean
    return (
        f"{data.describe_row(row)}: the average month has {format_decimals(mean, 1)}, and the average change from one "
        f"month to the next is {moving_range}. {format_decimals(mean, 1)} ± {WIDTH:g} × {moving_range} is "
        f"{format_decimals(float(last['lower']), 1)} to "
        f"{format_decimals(upper, 1)}{', because no count is under 0' if not last['lower'] else ''}.\n\n"
        f"The months of the period: {_list_counts(months)}. "
        f"{sentences.describe_signals(series) or 'No month of the period is unusual.'}"
    )


def _list_counts(months: pd.DataFrame) -> str:
    """List the counts of some months: `Jan 2021 363, Feb 2021 311 and Mar 2021 391`."""
    pairs = zip(months["month"], months["count"], strict=True)
    return join_names([f"{format_month(month)} {format_number(count)}" for month, count in pairs])


def _format_ratio(value: float) -> str:
    return "without a limit" if math.isinf(value) else format_decimals(value, 2)


def _explain_rate_interval(data: ExampleData) -> str:
    row = data.complete_rows[0]
    count, people = int(row["count"]), row["population"]
    if is_missing(people):
        raise NoExampleError("There is no number of residents for this area.")
    low, high = compute_count_interval(count)
    rates = [format_decimals(1000 * end / people, 2) for end in (low, high)]
    return (
        f"{data.describe_row(row)}: the count is {format_number(count)}, which fits average counts of "
        f"{format_decimals(low, 2)} to {format_decimals(high, 2)}. With {format_number(people)} residents the rate is "
        f"{format_decimals(1000 * count / people, 2)}, with an interval by chance alone of **{rates[0]} to "
        f"{rates[1]}** per 1,000."
    )


def _explain_ranks(data: ExampleData) -> str:
    row, figure = _compare_areas(data)
    ranks = [
        f"{area['lpa']} {format_rate(area['rate_per_1000'])}: {area['rank']}"
        for area in add_range_texts(figure).table.to_dict("records")
    ]
    return f"**{row['name']}, {data.selection.period.label}**, rates per 1,000 residents. {'; '.join(ranks)}."


def _explain_funnel(data: ExampleData) -> str:
    row, figure = _compare_areas(data)
    funnel = standing.build_funnel(figure.table)
    areas = figure.table.dropna(subset=["funnel"])
    if funnel is None:
        raise NoExampleError("There is no number of residents for the areas.")
    # The area in view makes the example, or the first where all are in view.
    selected_areas = areas[areas["lpa"].isin(data.selection.areas)]
    area = (areas if selected_areas.empty else selected_areas).iloc[0]
    # The limits by chance alone (φ = 1) first, then those of the table, which the mean φ widens.
    limits = standing.Funnel(funnel.rate_per_1000, 1.0).find_limits(area["population"], LEVEL)
    ends = [format_decimals(end, 1) for end in limits]
    return (
        f"**{row['name']}, {area['lpa']}, {data.selection.period.label}**: the average of all areas is "
        f"{format_decimals(funnel.rate_per_1000, 1)}. With {format_number(area['population'])} residents, the 95% "
        f"limits by chance alone are {ends[0]} to {ends[1]}. The mean φ is {format_decimals(funnel.dispersion, 2)}, "
        f"which widens them to {format_decimals(area['usual_low'], 1)} to {format_decimals(area['usual_high'], 1)}. "
        f"The rate is {format_rate(area['rate_per_1000'])}: **{area['funnel']}**."
    )


def _compare_areas(data: ExampleData) -> tuple[IndicatorRow, Figure]:
    """Return the indicator with the most incidents, and the Local Policing Areas compared by it."""
    row = data.complete_rows[-1]
    return row, comparison.compare_lpas(data.reader, data.select_indicator(row))


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {
    "chance": _explain_chance,
    "variation": _explain_variation,
    "interval": _explain_interval,
    "many": _explain_many_tests,
    "expected": _explain_expected_range,
    "xmr": _explain_control_limits,
    "rate_interval": _explain_rate_interval,
    "ranks": _explain_ranks,
    "funnel": _explain_funnel,
}
