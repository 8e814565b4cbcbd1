"""Worked examples of repeat locations, concentration and hexagons, and of an action at a location."""

from __future__ import annotations

import math
from collections.abc import Callable

import h3

from shp_data.analysis.places import cells, concentration, named_hotspots, repeats
from shp_data.analysis.places.heat import measure_heat, trace_cells
from shp_data.analysis.statistics.displacement import BeforeAfterCounts, compare_in_proportion, estimate_displacement
from shp_data.analysis.statistics.mann_kendall import compute_trend
from shp_data.domain.partnership import partnership
from shp_view.methods.example_data import ExampleData, IndicatorRow, NoExampleError, format_decimals, format_p
from shp_view.text.hotspot_words import LABELS, PATTERNS
from shp_view.text.wording import choose_is, format_count, format_number, format_percent, is_missing

# Wheeler and Ratcliffe 2018: treated, its control, where incidents may have moved to, and the control of that.
PUBLISHED = (
    BeforeAfterCounts(207, 110),
    BeforeAfterCounts(308, 318),
    BeforeAfterCounts(178, 157),
    BeforeAfterCounts(150, 140),
)

_OUTCOMES = {
    "more than expected": "clearly higher",
    "fewer than expected": "clearly lower",
    "within usual variation": "not clearly different",
    "too few to tell": "too few to tell",
}


def _explain_repeats(data: ExampleData) -> str:
    row = _select_mapped_row(data)
    table = repeats.find_repeat_locations(data.reader, data.select_indicator(row)).table
    minimum = f"{repeats.MINIMUM} or more"
    if table.empty:
        raise NoExampleError(
            f"{data.describe_row(row)}: no location had {minimum}. Choose a larger area or a longer period."
        )
    top = table.iloc[0]
    sentence = (
        f"{data.describe_row(row)}: {format_count(len(table), 'locations')} had {minimum}. The busiest, in "
        f"{top['ward']} ward, had {format_number(top['count'])}, in {format_number(top['months_present'])} of the "
        f"period's {format_count(data.selection.period.length, 'months')}."
    )
    if table["state"].isna().any():
        return f"{sentence} The period before is not loaded, so it is not possible to say which are new."
    cleared_table = repeats.find_cleared_locations(data.reader, data.select_indicator(row)).table
    states = table["state"].value_counts()
    before = data.selection.period.previous.label
    return (
        f"{sentence} In {before} it had {format_number(top['last_period'])}: {top['state']}.\n\n"
        f"In total, new: {states.get('new', 0)}; continuing: {states.get('continuing', 0)}; no longer repeat "
        f"locations: {len(cleared_table)}."
    )


def _explain_chance(data: ExampleData) -> str:
    row = _select_mapped_row(data)
    figure = concentration.estimate_by_chance(data.reader, data.select_indicator(row))
    # The ward in which chance alone makes most repeat locations shows the sum best.
    ward = figure.table.sort_values(["expected", "count"], ascending=False, kind="stable").iloc[0]
    observed, expected = concentration.sum_repeat_locations(figure)
    incidents, places = format_number(ward["count"]), format_number(ward["places"])
    return (
        f"{data.describe_row(row)}: {ward['ward']} has {format_count(ward['count'], 'incidents')} and "
        f"{format_count(ward['places'], 'known locations')}. {places} × the probability of {repeats.MINIMUM} or more "
        f"with Binomial({incidents}, 1 ÷ {places}) = {_format_small(float(ward['expected']))} expected by chance. "
        f"There {choose_is(ward['observed'])} **{format_number(ward['observed'])}**.\n\n"
        f"All wards together: {_format_small(expected)} expected by chance. There {choose_is(observed)} "
        f"**{format_number(observed)}**."
    )


def _explain_concentration(data: ExampleData) -> str:
    row = _select_mapped_row(data)
    half = concentration.find_half(concentration.build_curve(data.reader, data.select_indicator(row)))
    if half is None:
        raise NoExampleError("There were no incidents in this period. Choose a longer period.")
    return (
        f"{data.describe_row(row)}: of {format_count(half.all_locations, 'locations')} with any, the busiest "
        f"{format_number(half.locations)} have half of the incidents. {format_number(half.locations)} ÷ "
        f"{format_number(half.all_locations)} = **{format_percent(half.share)}**."
    )


def _explain_hexagons(data: ExampleData) -> str:
    row = _select_mapped_row(data)
    table = cells.find_clusters(data.reader, data.select_indicator(row)).table
    # The most significant hexagon; ties by its index, so that the example stays the same.
    tested_cells = table.dropna(subset=["z"]).sort_values(["p_value", "z", "cell"], ascending=[True, False, True])
    if tested_cells.empty:
        raise NoExampleError("Every hexagon has the same number of incidents. Choose a longer period.")
    top_cell = tested_cells.iloc[0]
    counts = dict(zip(table["cell"], table["count"].astype(int), strict=True))
    # Gi* of the most significant hexagon, with the mean and spread over all hexagons of the area.
    around = [counts[cell] for cell in h3.grid_disk(top_cell["cell"], 1) if cell in counts]
    n, size, mean = len(counts), len(around), sum(counts.values()) / len(counts)
    spread = math.sqrt(sum((count - mean) ** 2 for count in counts.values()) / n)
    kinds = table["cluster"].value_counts()
    return (
        f"{data.describe_row(row)}: {format_number(n)} hexagons with {format_decimals(mean, 2)} incidents each on "
        f"average and a spread of {format_decimals(spread, 2)}. One in {top_cell['ward']} ward has "
        f"{format_number(top_cell['count'])}, or {format_number(sum(around))} with those next to it ({size} hexagons). "
        f"The expected number is {size} × {format_decimals(mean, 2)} = {format_decimals(size * mean, 1)}. z = "
        f"({format_number(sum(around))} − {format_decimals(size * mean, 1)}) ÷ ({format_decimals(spread, 2)} × "
        f"√({size} × {format_number(n - size)} ÷ {format_number(n - 1)})) = {format_decimals(top_cell['z'], 1)}; p "
        f"{format_p(float(top_cell['p_value']))}: **{LABELS[top_cell['cluster']]}**.\n\n"
        f"In total, hot: {kinds.get(cells.HOT, 0)}; far fewer than expected: {kinds.get(cells.COLD, 0)}; no "
        f"clear difference: {format_number(kinds.get(cells.NEITHER, 0))}."
    )


def _explain_emerging(data: ExampleData) -> str:
    row = _select_mapped_row(data)
    selection = data.select_indicator(row)
    table = named_hotspots.find_hotspots(data.reader, selection).joined.table
    if table.empty:
        raise NoExampleError("There is no hotspot. Choose another period or a larger area.")
    hotspot = table.iloc[0]
    trace = trace_cells(
        measure_heat(data.reader, selection, cells.FINE), hotspot["cells"].split(), selection.period.last
    )
    if is_missing(hotspot["pattern"]):
        raise NoExampleError(
            f"Only {format_count(len(trace.months), 'months')} are loaded up to the end of the period."
        )
    trend = compute_trend(trace.scores)
    return (
        f"{data.describe_row(row)}: the hotspot {hotspot['hotspot']} was hot in {format_number(sum(trace.hot))} of "
        f"{format_count(len(trace.months), 'months')}, and {'also' if trace.hot[-1] else 'not'} in the last one. Its "
        f"score was {format_decimals(trace.scores[0], 1)} in {trace.months[0].label} and "
        f"{format_decimals(trace.scores[-1], 1)} in {trace.months[-1].label}. Kendall's tau is "
        f"{format_decimals(trend.tau, 2)}; p {format_p(trend.p_value)}: **{PATTERNS[hotspot['pattern']]}**."
    )


def _explain_actions(_: ExampleData) -> str:
    treated, control, *others = PUBLISHED
    result, in_proportion_result = estimate_displacement(*PUBLISHED), compare_in_proportion(treated, control)
    assert in_proportion_result is not None  # nosec B101  # the control had incidents before
    # The published example, first as its authors calculate it, then in proportion as the Ward page does.
    changes = [f"({area.after} − {area.before})" for area in (treated, control, *others)]
    variance = sum(area.before + area.after for area in PUBLISHED)
    expected = treated.after - in_proportion_result.difference
    return (
        "As published by Wheeler and Ratcliffe, with an area that incidents may have moved to and a control for it: "
        f"{changes[0]} − {changes[1]} + {changes[2]} − {changes[3]} = {format_decimals(result.difference, 0)}. The "
        f"standard error is √{format_decimals(variance, 0)} = {format_decimals(result.standard_error, 1)}; z = "
        f"{format_decimals(result.z, 2)}: **{_OUTCOMES[result.verdict]}**, with an interval of "
        f"{format_decimals(result.low, 0)} to {format_decimals(result.high, 0)}.\n\n"
        f"In proportion, as on the Ward page, for the first two areas: {treated.before} × {control.after} ÷ "
        f"{control.before} = {format_decimals(expected, 1)} would be expected after; {treated.after} − "
        f"{format_decimals(expected, 1)} = {format_decimals(in_proportion_result.difference, 1)}, and z = "
        f"{format_decimals(in_proportion_result.z, 2)}: **{_OUTCOMES[in_proportion_result.verdict]}**."
    ).replace("-", "−")


def _select_mapped_row(data: ExampleData) -> IndicatorRow:
    """Select the indicator with the most incidents of those that may be shown by location."""
    vocabulary = partnership().vocabulary
    rows = [row for row in data.complete_rows if vocabulary.find_indicator(row["indicator"]).mappable]
    if not rows:
        raise NoExampleError("No loaded indicator may be shown by location.")
    return rows[-1]


def _format_small(value: float) -> str:
    """Format a number that is expected by chance: `0.08`."""
    return "less than 0.0001" if value < 0.0001 else format_decimals(value, 4 if value < 0.01 else 2)


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {
    "repeats": _explain_repeats,
    "by_chance": _explain_chance,
    "concentration": _explain_concentration,
    "hexagons": _explain_hexagons,
    "emerging": _explain_emerging,
    "agreed": _explain_actions,
}
