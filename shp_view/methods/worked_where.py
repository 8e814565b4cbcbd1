"""Worked examples of where: repeat locations, how few places hold most, hexagons; and of what was agreed at one."""

from __future__ import annotations

import math
from collections.abc import Callable

import h3

from shp_data.analysis.places import cells, concentration, repeats
from shp_data.analysis.statistics.displacement import Counts, displacement, in_proportion
from shp_data.domain.partnership import partnership
from shp_view.methods.worked_data import InView, NoExampleError, Row, decimals
from shp_view.text import wording

# Wheeler and Ratcliffe 2018: treated, its control, where incidents may have moved to, and the control of that.
PUBLISHED = (Counts(207, 110), Counts(308, 318), Counts(178, 157), Counts(150, 140))


def _repeats(data: InView) -> str:
    row = _mapped(data)
    found = repeats.repeats(data.store, data.only(row), data.viewer).table
    least = f"{repeats.MINIMUM} or more"
    if found.empty:
        raise NoExampleError(f"{data.named(row)}: no place had {least}. Choose a larger area or a longer period.")
    top = found.iloc[0]
    said = (
        f"{data.named(row)}: {wording.counted(len(found), 'places')} had {least}. The busiest, in {top['ward']} ward, "
        f"had {wording.number(top['count'])}, in {wording.number(top['months_present'])} of the period's "
        f"{wording.counted(data.chosen.period.length, 'months')}."
    )
    if found["state"].isna().any():
        return f"{said} The period before is not loaded, so none is called new, continuing or cleared."
    gone = repeats.cleared(data.store, data.only(row), data.viewer).table
    states = found["state"].value_counts()
    before = data.chosen.period.previous.label
    return (
        f"{said} In {before} it had {wording.number(top['last_period'])}: {top['state']}.\n\n"
        f"In all, new: {states.get('new', 0)}; continuing: {states.get('continuing', 0)}; cleared: {len(gone)}."
    )


def _by_chance(data: InView) -> str:
    row = _mapped(data)
    found = concentration.expected_by_chance(data.store, data.only(row), data.viewer)
    ward = found.table.sort_values(["expected", "count"], ascending=False, kind="stable").iloc[0]
    observed, expected = concentration.totals(found)
    incidents, places = wording.number(ward["count"]), wording.number(ward["places"])
    return (
        f"{data.named(row)}: {ward['ward']} has {wording.counted(ward['count'], 'incidents')} and "
        f"{wording.counted(ward['places'], 'known places')}. {places} × the chance of {repeats.MINIMUM} or more of "
        f"Binomial({incidents}, 1 ÷ {places}) = {_small(float(ward['expected']))} by chance; "
        f"there {_are(ward['observed'])}.\n\n"
        f"All wards together: {_small(expected)} by chance; there {_are(observed)}."
    )


def _concentration(data: InView) -> str:
    row = _mapped(data)
    found = concentration.half(concentration.concentration(data.store, data.only(row), data.viewer))
    if found is None:
        raise NoExampleError("There were no incidents in this period: choose a longer one.")
    return (
        f"{data.named(row)}: of {wording.counted(found.of, 'places')} with any, the busiest "
        f"{wording.number(found.places)} hold half of the incidents. {wording.number(found.places)} ÷ "
        f"{wording.number(found.of)} = **{wording.percent(found.share)}**."
    )


def _hexagons(data: InView) -> str:
    row = _mapped(data)
    table = cells.cells(data.store, data.only(row), data.viewer).table
    known = table.dropna(subset=["z"]).sort_values(["p_value", "z", "cell"], ascending=[True, False, True])
    if known.empty:
        raise NoExampleError("Every hexagon has the same number of incidents: choose a longer period.")
    one = known.iloc[0]
    counts = dict(zip(table["cell"], table["count"].astype(int), strict=True))
    around = [counts[cell] for cell in h3.grid_disk(one["cell"], 1) if cell in counts]
    n, size, mean = len(counts), len(around), sum(counts.values()) / len(counts)
    spread = math.sqrt(sum((count - mean) ** 2 for count in counts.values()) / n)
    kinds = table["cluster"].value_counts()
    return (
        f"{data.named(row)}: {wording.number(n)} hexagons, {decimals(mean, 2)} incidents in each on average, with a "
        f"spread of {decimals(spread, 2)}. One in {one['ward']} ward has {wording.number(one['count'])}, "
        f"{wording.number(sum(around))} with those next to it ({size} hexagons). Chance would bring {size} × "
        f"{decimals(mean, 2)} = {decimals(size * mean, 1)}. z = ({wording.number(sum(around))} − "
        f"{decimals(size * mean, 1)}) ÷ ({decimals(spread, 2)} × √({size} × {wording.number(n - size)} ÷ "
        f"{wording.number(n - 1)})) = "
        f"{decimals(one['z'], 1)}; p {_p(float(one['p_value']))}: **{one['cluster']}**.\n\n"
        f"In all, hot: {kinds.get(cells.HOT, 0)}; cold: {kinds.get(cells.COLD, 0)}; not significant: "
        f"{wording.number(kinds.get(cells.NEITHER, 0))}."
    )


def _agreed(_: InView) -> str:
    treated, control, *others = PUBLISHED
    found, alone = displacement(*PUBLISHED), in_proportion(treated, control)
    assert alone is not None  # nosec B101  # the control had incidents before
    changes = [f"({area.after} − {area.before})" for area in (treated, control, *others)]
    variance = sum(area.before + area.after for area in PUBLISHED)
    expected = treated.after - alone.difference
    return (
        f"As published by Wheeler and Ratcliffe, with an area that incidents may have moved to, and its own control: "
        f"{changes[0]} − {changes[1]} + {changes[2]} − {changes[3]} = {decimals(found.difference, 0)}. The standard "
        f"error is √{decimals(variance, 0)} = {decimals(found.standard_error, 1)}; z = {decimals(found.z, 2)}: "
        f"**{found.verdict}**, with an interval of {decimals(found.low, 0)} to {decimals(found.high, 0)}.\n\n"
        f"As here, in proportion, of the first two areas: {treated.before} × {control.after} ÷ {control.before} = "
        f"{decimals(expected, 1)} would be expected after; {treated.after} − {decimals(expected, 1)} = "
        f"{decimals(alone.difference, 1)}, and z = {decimals(alone.z, 2)}: **{alone.verdict}**."
    ).replace("-", "−")


def _mapped(data: InView) -> Row:
    """The indicator with the most incidents of those that may be shown by place."""
    known = partnership().vocabulary
    rows = [row for row in data.counted if known.indicator(row["indicator"]).mappable]
    if not rows:
        raise NoExampleError("Nothing that is loaded may be shown by place.")
    return rows[-1]


def _small(value: float) -> str:
    """A number that is to be expected: `0.08`."""
    return "less than 0.0001" if value < 0.0001 else decimals(value, 4 if value < 0.01 else 2)


def _are(number: int) -> str:
    return f"{'is' if number == 1 else 'are'} **{wording.number(number)}**"


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {decimals(value, 4)}"


EXAMPLES: dict[str, Callable[[InView], str]] = {
    "repeats": _repeats,
    "by_chance": _by_chance,
    "concentration": _concentration,
    "hexagons": _hexagons,
    "agreed": _agreed,
}
