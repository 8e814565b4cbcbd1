"""Sentences that compare the areas: each rate with its rank, the range of ranks, and each area's change."""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import AreaComparison, AreaStanding, Line, Report
from shp_view.text import wording
from shp_view.text.report_cells import (
    LAST_YEAR,
    THIS,
    Sentence,
    SentenceValue,
    is_beyond_chance,
    list_chance_values,
    list_comparison_values,
    make_quarter_value,
    name_incidents,
)
from shp_view.text.wording import format_cardinal, format_number, format_ordinal, format_rate, join_names


def describe_comparison(report: Report, compared: AreaComparison) -> tuple[Sentence, ...]:
    """Describe the rate and rank of the report's area and of the others, and each area's count and change.

    The last sentence names the areas whose change is more than chance explains.
    """
    ranked_areas = list_ranked_areas(compared)
    others = sorted((item for item in ranked_areas if item.area != report.area), key=lambda item: item.rank or 0)
    sentences = [
        describe_rank(report, compared),
        _describe_other_areas(report, ranked_areas, others),
        _describe_changes(report, compared),
    ]
    return tuple(item for item in (*sentences, _describe_verdicts(report, compared)) if item)


def describe_rank(report: Report, compared: AreaComparison) -> Sentence | None:
    """Describe the rate of the report's area, its rank and the range of ranks; None where it has no rank."""
    ranked_areas, what = list_ranked_areas(compared), name_incidents(compared.indicator)
    report_area = next((area for area in ranked_areas if area.area == report.area), None)
    if report_area is None:
        return None
    rate_text = f"{format_rate(_get_rate(report_area))} per 1,000 residents"
    areas = f"{format_cardinal(len(ranked_areas))} areas{'' if len(ranked_areas) == len(compared.areas) else ' whose rate is known'}"
    if len(compared.areas) == 1:
        text = f"The rate of {what} in {report_area.area} is {rate_text}"
    elif len(ranked_areas) == 1:
        text = f"{report_area.area} is the only area whose rate of {what} is known, {rate_text}"
    elif _have_same_rank(ranked_areas):
        text = f"All {areas} have the same rate of {what}, {rate_text}{_describe_rank_range(report_area)}"
    else:
        text = f"{report_area.area} has {name_rank(report_area, ranked_areas)} rate of {what} of the {areas}, {rate_text}{_describe_rank_range(report_area)}"
    count = SentenceValue("Areas compared", "Areas", "", report.quarter.label, len(ranked_areas))
    return Sentence(f"{text}.", (*_list_rank_values(report, report_area), count))


def list_ranked_areas(compared: AreaComparison) -> list[AreaStanding]:
    """List the areas whose rate is available, so that they have a rank."""
    return [area for area in compared.areas if area.rank is not None]


def _have_same_rank(ranked_areas: Sequence[AreaStanding]) -> bool:
    """Check whether several areas all share one rank."""
    return len(ranked_areas) > 1 and len({area.rank for area in ranked_areas}) == 1


def name_rank(area: AreaStanding, ranked_areas: Sequence[AreaStanding]) -> str:
    """Name a rank among the ranked areas: `the highest`, `the second highest`, `the joint lowest`."""
    rank = area.rank or 1
    sharing, total = sum(other.rank == rank for other in ranked_areas), len(ranked_areas)
    if total == 1:
        return "the only one"
    joint = "joint " if sharing > 1 else ""
    if rank == 1:
        return f"the {joint}highest"
    return f"the {joint}lowest" if rank + sharing - 1 == total else f"the {joint}{format_ordinal(rank)} highest"


def _describe_rank_range(area: AreaStanding) -> str:
    """Describe the range of ranks that chance allows, as an ending to the sentence."""
    if area.rank_low is None or area.rank_high is None:
        return ""
    if area.rank_low == area.rank_high:
        return "; chance leaves no other rank open" if area.rank_low == area.rank else ""
    return f"; chance leaves its rank open between {format_ordinal(area.rank_low)} and {format_ordinal(area.rank_high)}"


def _describe_other_areas(
    report: Report, ranked_areas: Sequence[AreaStanding], others: Sequence[AreaStanding]
) -> Sentence | None:
    """Describe the rank and rate of the other areas; None where there is nothing to add."""
    if not others or (_have_same_rank(ranked_areas) and len(others) < len(ranked_areas)):
        return None  # said of the report's area already
    parts = [f"{area.area} {name_rank(area, ranked_areas)} ({format_rate(_get_rate(area))})" for area in others]
    parts[0] = parts[0].replace(f"{others[0].area} ", f"{others[0].area} has ", 1)
    if len(ranked_areas) == 1:
        parts = [f"{others[0].area} is the only area whose rate is known ({format_rate(_get_rate(others[0]))})"]
    return Sentence(f"{join_names(parts)}.", tuple(cell for area in others for cell in _list_rank_values(report, area)))


def _describe_changes(report: Report, compared: AreaComparison) -> Sentence:
    parts = [f"{area.area} {_format_change(area.count)}" for area in compared.areas]
    what = wording.capitalise(name_incidents(compared.indicator))
    text = f"{what}, with the change on the same quarter last year: {join_names(parts)}."
    cells = [
        (make_quarter_value(report, area.count), *list_comparison_values(report, area.count, LAST_YEAR))
        for area in compared.areas
    ]
    return Sentence(text, tuple(cell for values in cells for cell in values))


def _format_change(line: Line) -> str:
    """Format a change: `1,246 (350 more, 39%)`, `7 (the same)`, `7 (last year not available)`, `not available`.

    A value that has not arrived is `not yet in`.
    """
    value, before = line.quarter_value, line.last_year
    if value is None:
        return wording.NOT_AVAILABLE if line.not_known else "not yet in"
    if before is None:
        return f"{format_number(value)} (last year {wording.NOT_AVAILABLE})"
    if value == before.base:
        return f"{format_number(value)} (the same)"
    size = f"{format_number(abs(value - before.base))} {'more' if value > before.base else 'fewer'}"
    large = before.base >= wording.SMALL_BASE and before.pct_difference is not None
    return f"{format_number(value)} ({size}{f', {wording.format_percent(abs(before.pct_difference or 0))}' if large else ''})"


def _describe_verdicts(report: Report, compared: AreaComparison) -> Sentence | None:
    """Name the areas whose change is more than chance explains; None where no change was tested."""
    tested_areas = [area for area in compared.areas if area.count.chance]
    beyond, usual = (
        [area.area for area in tested_areas if is_beyond_chance(area.count) is is_more] for is_more in (True, False)
    )
    if not tested_areas:
        return None
    parts = [f"is more than chance in {join_names(beyond)}"] if beyond else []
    parts += [f"is within usual variation in {join_names(usual)}"] if usual else []
    cells = tuple(cell for area in tested_areas for cell in list_chance_values(report, area.count))
    return Sentence(f"The change {' and '.join(parts)}.", cells)


def _get_rate(area: AreaStanding) -> float | None:
    return area.rate.quarter_value if area.rate else None


def _list_rank_values(report: Report, area: AreaStanding) -> tuple[SentenceValue, ...]:
    label = area.rate.label if area.rate else area.count.label
    values = {
        THIS: _get_rate(area),
        "Rank": area.rank,
        "Rank that chance leaves open, best": area.rank_low,
        "Rank that chance leaves open, worst": area.rank_high,
    }
    return tuple(SentenceValue(name, label, area.area, report.quarter.label, value) for name, value in values.items())
