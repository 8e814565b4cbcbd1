"""Worked examples of counting, placing, rates and change, from the numbers of the loaded data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from shp_data.analysis import headlines, hotspots, loaded, measures, records
from shp_data.analysis.context import area_of
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.store.reading import summary, vintage_of
from shp_view.maps.map_classes import classes
from shp_view.methods.worked_data import InView, NoExampleError, Row
from shp_view.text import wording


def _counting(data: InView) -> str:
    few, row = data.counted[0], data.counted[-1]
    found = records.behind(data.store, data.only(row), data.viewer).table
    keys = Counter(zip(found["date"].str[:7], found["longitude"], found["latitude"], strict=True))
    alike = sum(times for times in keys.values() if times > 1)
    states = loaded.months(data.store).table["state"].value_counts()
    cells = measures.counts(data.store, data.only(few), ["ward", "month"], data.viewer)["count"]
    return (
        f"{data.named(row)}: the count is {wording.number(row['count'])}, one for each record. "
        f"{wording.number(alike)} of them have the month and the map point of another. With the month alone and no id "
        "they would look the same; each is counted.\n\n"
        f"{data.named(few)}, by ward and month: {wording.number((cells == 0).sum())} of {wording.number(len(cells))} "
        "counts are 0. They are true zeros, since the months are loaded.\n\n"
        f"Months loaded, summed over sources and indicators: {wording.number(states.get(loaded.LOADED, 0))}. "
        f"Gaps between them: {wording.number(states.get(loaded.GAP, 0))}."
    )


def _placing(data: InView) -> str:
    row = data.counted[-1]
    every = replace(data.only(row), areas=())
    by = summary(data.store, every, ["lpa"], data.viewer)
    placed = {str(k): int(n) for k, n in zip(by["lpa"], by["count"], strict=True)}
    names = [*partnership().areas.lpa_names, UNPLACED, OUTSIDE]
    areas = [f"{name} {wording.number(placed.get(name, 0))}" for name in names]
    wards = int(hotspots.wards(data.store, data.only(row), data.viewer).table["count"].sum())
    beyond, last = int(row["count"]) - wards, data.chosen.period.last.last_day
    outside = f", with the {wording.number(beyond)} outside every LPA" if beyond else ""
    return (
        f"**{row['name']}, {data.chosen.period.label}**: {wording.listed(areas)}, together "
        f"{wording.number(sum(placed.values()))}.\n\n"
        f"The period ends on {last.day} {last:%B %Y}. Wards in use: those of {vintage_of(data.chosen)}. The ward "
        f"table of {area_of(data.chosen)} adds up to {wording.number(wards)}; its count as a whole is "
        f"{wording.number(row['count'])}{outside}."
    )


def _rates(data: InView) -> str:
    row = data.counted[-1]
    people = headlines.residents(data.chosen)
    if people is None:
        raise NoExampleError("No number of residents is known for this area.")
    return (
        f"{data.named(row)}: {wording.number(row['count'])} × 1,000 ÷ {wording.number(people.residents)} = "
        f"**{wording.rate(row['rate_per_1000'])}** per 1,000 residents.\n\n"
        f"The residents are those of {people.year} ({people.basis}). The financial year is "
        f"{data.chosen.period.last.financial_year}, so the estimate wanted is that of "
        f"{data.chosen.period.last.year_start.year - 1}."
    )


def _change(data: InView) -> str:
    few, many = data.judged[0], data.judged[-1]
    return "\n\n".join(dict.fromkeys(f"{data.named(row)}: {_change_of(row)}" for row in (many, few)))


def _change_of(row: Row) -> str:
    now, before = wording.number(row["count"]), wording.number(row["last_year"])
    said = f"{now} − {before} = {wording.signed(row['difference'])}."
    if wording.is_missing(row["pct_difference"]):
        return f"{said} A percentage of 0 is not available."
    said += f" ({now} − {before}) ÷ {before} × 100 = {wording.signed_percent(row['pct_difference'])}."
    if row["last_year"] >= wording.SMALL_BASE:
        return said
    return f"{said} {before} is under {wording.SMALL_BASE}, so the percentage is muted."


def _covid(data: InView) -> str:
    marked = [row for row in data.rows if row["indicator"] in data.store.marked]
    if not marked:
        raise NoExampleError("No supplier of the loaded data marks incidents as COVID-related.")
    only = data.only(marked[0])
    every, without, marks = (
        headlines.card(data.store, replace(only, covid=mark), data.viewer).table.iloc[0]
        for mark in ("include", "exclude", "only")
    )
    if wording.is_missing(every["difference"]):
        raise NoExampleError("The period or the one a year before is not loaded whole: choose another period.")
    return (
        f"{data.named(marked[0])}: {wording.number(every['count'])}, of which {wording.number(marks['count'])} are "
        f"marked as COVID-related. A year before there were {wording.number(every['last_year'])}, of which "
        f"{wording.number(marks['last_year'])} are marked. Change with them: {wording.signed(every['difference'])}. "
        f"Without them: {wording.number(without['last_year'])} to {wording.number(without['count'])}, "
        f"{wording.signed(without['difference'])}."
    )


def _classes(data: InView) -> str:
    row = data.counted[-1]
    one = data.only(row)
    figure = hotspots.wards(data.store, one, data.viewer)
    spread = hotspots.spread(data.store, one.indicators, one.areas, one.covid, one.period.length, data.viewer)
    found = classes(spread, "rate_per_1000")
    held = Counter(found.entry(rate).label for rate in figure.table["rate_per_1000"])
    entries = [f"{e.label}: {held[e.label]}" for e in (*found.entries, found.missing) if held[e.label]]
    return f"{data.named(row)}, rate per 1,000, and how many wards are in each class. {'; '.join(entries)}."


def _rounding(data: InView) -> str:
    row = data.counted[-1]
    if wording.is_missing(row["rate_per_1000"]):
        raise NoExampleError("No number of residents is known for this area.")
    exact = f"{float(row['rate_per_1000']):.6f}"
    return f"{data.named(row)}: the rate is kept as {exact}… and printed as {wording.rate(row['rate_per_1000'])}."


EXAMPLES: dict[str, Callable[[InView], str]] = {
    "counting": _counting,
    "placing": _placing,
    "rates": _rates,
    "rounding": _rounding,
    "change": _change,
    "covid": _covid,
    "classes": _classes,
}
