"""Worked examples of counts, rates, changes and earlier years, from the loaded data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from shp_data.analysis import headlines, hotspots, loaded, measures, records, seasons
from shp_data.analysis.context import name_area
from shp_data.domain.partnership import partnership
from shp_data.domain.populations import describe_populations
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.store.reading import count_records
from shp_view.maps.map_classes import build_classes
from shp_view.methods.example_data import ExampleData, IndicatorRow, NoExampleError, format_decimals
from shp_view.text import season_words, wording
from shp_view.text.rows import make_plain_rows
from shp_view.text.wording import format_count, format_month, format_number, format_rate, format_signed, is_missing


def _explain_counting(data: ExampleData) -> str:
    few, row = data.complete_rows[0], data.complete_rows[-1]
    record_table = records.list_incidents(data.reader, data.select_indicator(row)).table
    # Records that only look alike: the same month at the same map point, as data.police.uk gives them.
    keys = Counter(zip(record_table["date"].str[:7], record_table["longitude"], record_table["latitude"], strict=True))
    alike = sum(times for times in keys.values() if times > 1)
    states = loaded.count_by_month(data.reader).table["state"].value_counts()
    counts = measures.count_by_field(data.reader, data.select_indicator(few), ["ward", "month"])["count"]
    return (
        f"{data.describe_row(row)}: the count is {format_number(row['count'])}, one for each record. "
        f"{format_number(alike)} of them have the same month and map point as another record. Without an id they would "
        "look the same. Each is counted.\n\n"
        f"{data.describe_row(few)}, by ward and month: {format_number((counts == 0).sum())} of "
        f"{format_number(len(counts))} counts are 0. They are true zeros, because the months are loaded.\n\n"
        f"Months loaded, added up over suppliers and indicators: {format_number(states.get(loaded.LOADED, 0))}. Gaps "
        f"between them: {format_number(states.get(loaded.GAP, 0))}."
    )


def _explain_placing(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    selection = replace(data.select_indicator(row), areas=())
    area_table = count_records(data.reader, selection, ["lpa"])
    placed = {str(area): int(count) for area, count in zip(area_table["lpa"], area_table["count"], strict=True)}
    names = [*partnership().areas.lpa_names, UNPLACED, OUTSIDE]
    areas = [f"{name} {format_number(placed.get(name, 0))}" for name in names]
    wards = int(hotspots.compare_wards(data.reader, data.select_indicator(row)).table["count"].sum())
    # Records outside every LPA are in the total of the whole area and in no ward.
    outside_count, last = int(row["count"]) - wards, data.selection.period.last.last_day
    outside = f", including {format_number(outside_count)} outside every LPA" if outside_count else ""
    return (
        f"**{row['name']}, {data.selection.period.label}**: {wording.join_names(areas)}, together "
        f"{format_number(sum(placed.values()))}.\n\n"
        f"The period ends on {last.day} {last:%B %Y}, so the ward boundaries of {data.selection.ward_year} are used. "
        f"The ward table of {name_area(data.selection)} adds up to {format_number(wards)}. The count of the whole area "
        f"is {format_number(row['count'])}{outside}."
    )


def _explain_rates(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    people = headlines.count_residents(data.selection)
    if people is None:
        raise NoExampleError("There is no number of residents for this area.")
    return (
        f"{data.describe_row(row)}: {format_number(row['count'])} × 1,000 ÷ {format_number(people.residents)} = "
        f"**{format_rate(row['rate_per_1000'])}** per 1,000 residents.\n\n"
        f"The residents are the {describe_populations([people])}. The financial year is "
        f"{data.selection.period.last.financial_year}, so the preferred estimate is "
        f"mid-{data.selection.period.last.year_start.year - 1}."
    )


def _explain_change(data: ExampleData) -> str:
    # A small and a large base, because only the large one has its percentage stressed.
    few, many = data.nonzero_rows[0], data.nonzero_rows[-1]
    return "\n\n".join(dict.fromkeys(f"{data.describe_row(row)}: {_describe_change(row)}" for row in (many, few)))


def _describe_change(row: IndicatorRow) -> str:
    now, before = format_number(row["count"]), format_number(row["last_year"])
    sentence = f"{now} − {before} = {format_signed(row['difference'])}."
    if is_missing(row["pct_difference"]):
        return f"{sentence} There is no percentage of 0."
    sentence += f" ({now} − {before}) ÷ {before} × 100 = {wording.format_signed_percent(row['pct_difference'])}."
    if row["last_year"] >= wording.SMALL_BASE:
        return sentence
    return f"{sentence} {before} is under {wording.SMALL_BASE}, so the percentage is grey."


def _explain_covid(data: ExampleData) -> str:
    marked = [row for row in data.rows if row["indicator"] in data.reader.store.covid_indicators]
    if not marked:
        raise NoExampleError("No supplier of the loaded data marks incidents as COVID-related.")
    selection = data.select_indicator(marked[0])
    # The same card with all incidents, without the marked ones, and with these alone.
    every, without, marks = (
        headlines.build_card(data.reader, replace(selection, covid=mark)).table.iloc[0]
        for mark in ("include", "exclude", "only")
    )
    if is_missing(every["difference"]):
        raise NoExampleError(
            "Some months of the period or of the same period last year are not loaded. Choose another period."
        )
    return (
        f"{data.describe_row(marked[0])}: {format_number(every['count'])}, of which {format_number(marks['count'])} "
        f"are marked as COVID-related. A year before there were {format_number(every['last_year'])}, of which "
        f"{format_number(marks['last_year'])} are marked. Change with them: {format_signed(every['difference'])}. "
        f"Without them: {format_number(without['last_year'])} to {format_number(without['count'])}, "
        f"{format_signed(without['difference'])}."
    )


def _explain_classes(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    selection = data.select_indicator(row)
    figure = hotspots.compare_wards(data.reader, selection)
    spread = hotspots.list_ward_figures(
        data.reader, selection.indicators, selection.areas, selection.covid, selection.period.length
    )
    colour_classes = build_classes(spread, "rate_per_1000")
    wards_by_class = Counter(colour_classes.find_entry(rate).label for rate in figure.table["rate_per_1000"])
    entries = [
        f"{entry.label}: {wards_by_class[entry.label]}"
        for entry in (*colour_classes.entries, colour_classes.missing)
        if wards_by_class[entry.label]
    ]
    return f"{data.describe_row(row)}, rate per 1,000, with the number of wards in each class. {'; '.join(entries)}."


def _explain_rounding(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    if is_missing(row["rate_per_1000"]):
        raise NoExampleError("There is no number of residents for this area.")
    exact = f"{float(row['rate_per_1000']):.6f}"
    printed = format_rate(row["rate_per_1000"])
    return f"{data.describe_row(row)}: the rate is stored as {exact}… and printed as {printed}."


def _explain_season(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    figure = seasons.compare_with_earlier_years(data.reader, data.select_indicator(row))
    columns = ["month", "count", "lowest", "highest", "average", "years_before"]
    rows = make_plain_rows(figure.table[figure.table["in_period"]], columns)
    months = [month for month in rows if month["years_before"]]
    if not months:
        raise NoExampleError("No earlier year is loaded for these months. Choose a later period.")
    last = months[-1]
    years = format_count(last["years_before"], "earlier years")
    return (
        f"{data.describe_row(row)}: {format_month(last['month'])} has {format_number(last['count'])}. The same month "
        f"in {years} has {format_number(last['lowest'])} to {format_number(last['highest'])}, and "
        f"{format_decimals(last['average'], 1)} on average. {season_words.describe_season(figure)}"
    )


def _explain_rolling_sum(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    figure = seasons.sum_rolling_year(data.reader, data.select_indicator(row))
    rows = make_plain_rows(figure.table, ["month", "count", "rolling_12", "in_period"])
    # The last month of the period that has 12 months loaded before it.
    ends = [position for position, month in enumerate(rows) if month["in_period"] and month["rolling_12"] is not None]
    if not ends or len(rows[: ends[-1]]) < seasons.YEAR or rows[ends[-1] - 1]["rolling_12"] is None:
        raise NoExampleError("Too few months before this period are loaded. Choose a later period.")
    last, before = rows[ends[-1]], rows[ends[-1] - 1]
    dropped = rows[ends[-1] - seasons.YEAR]
    return (
        f"{data.describe_row(row)}: the 12 months to {format_month(before['month'])} have "
        f"{format_number(before['rolling_12'])}. {format_month(last['month'])} is added and "
        f"{format_month(dropped['month'])} drops out: {format_number(before['rolling_12'])} + "
        f"{format_number(last['count'])} − {format_number(dropped['count'])} = {format_number(last['rolling_12'])}. "
        f"{season_words.describe_rolling_sum(figure)}"
    )


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {
    "counting": _explain_counting,
    "placing": _explain_placing,
    "rates": _explain_rates,
    "rounding": _explain_rounding,
    "change": _explain_change,
    "covid": _explain_covid,
    "classes": _explain_classes,
    "season": _explain_season,
    "rolling": _explain_rolling_sum,
}
