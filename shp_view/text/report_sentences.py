"""The sentences of the quarterly report: key messages, indicators, months, areas, wards and repeat locations.

The style is that of a council paper. Each sentence carries the values behind its numbers, so that a test can
check them. Words stay neutral: more and fewer, higher and lower. A separate sentence gives the verdict on a
change. "Static" has a fixed meaning: a count or level that differs by less than 2% from 50 or more, or a
percentage or rate that differs by less than 0.05. A clear or possible change is never static.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from shp_data.analysis.report.report_value import (
    AreaComparison,
    AreaStanding,
    Change,
    Line,
    RepeatLocation,
    RepeatLocations,
    Report,
    ReportHotspots,
    ReportWards,
    WardValue,
)
from shp_data.domain.counting import choose_noun
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.reported import MeasureKind
from shp_view.text import verdict_words, wording
from shp_view.text.coverage_words import explain_coverage, list_doubts
from shp_view.text.wording import NOT_AVAILABLE, format_cardinal, format_number, format_rate, join_names

THIS, LAST_YEAR, PREVIOUS = "This quarter", "Same quarter last year", "Previous quarter"


@dataclass(frozen=True)
class SentenceValue:
    """A figure behind a sentence: what it is, and its value as printed and unrounded.

    `name`: such as `This quarter` or `Difference`. `subject`: the printed name of the indicator or ward
    that has the value. `area` and `period`: as printed. `value`: unrounded; None if it is not available.
    """

    name: str
    subject: str
    area: str
    period: str
    value: float | str | None


@dataclass(frozen=True)
class Sentence:
    """One or more sentences, and the values behind every number, rank and direction in them."""

    text: str
    values: tuple[SentenceValue, ...] = ()


def format_value(measured: MeasureKind, value: wording.Number) -> str:
    """Format a value by its kind: `1,246`, `13.3` (a rate), `34.6%` (a percentage), or `not available`."""
    if measured == "percent":
        return wording.format_exact_percent(value)
    return wording.format_rate(value) if measured == "rate_per_1000" else wording.format_number(value)


def name_in_sentence(line: Line) -> str:
    """Name a line within a sentence: `police ASB`, but `Refuge referrals` of Refuge unchanged."""
    name = line.short
    # A name that begins with its supplier keeps its capital: Refuge referrals.
    return name if name.split()[0] == line.source.split()[0] else wording.lower_initial(name)


def name_incidents(indicator: str) -> str:
    """Name the incidents of an indicator within a sentence: `drug supply offences`."""
    definition = partnership().vocabulary.find_indicator(indicator)
    return wording.name_counted_unit(definition.short, definition.unit)


def make_quarter_value(report: Report, line: Line) -> SentenceValue:
    """Make the value of the quarter."""
    return SentenceValue(THIS, line.label, line.area, report.quarter.label, line.quarter_value)


def _make_values(
    report: Report, subject: str, values: Mapping[str, float | str | None], area: str | None = None
) -> tuple[SentenceValue, ...]:
    """Make the quarter's values of a subject, by name. `area`: None for the area of the report."""
    period = report.quarter.label
    return tuple(SentenceValue(name, subject, area or report.area, period, value) for name, value in values.items())


def _list_bases(report: Report, line: Line) -> tuple[SentenceValue, ...]:
    """List the value of the quarter and the two values that it is compared with, without the differences."""
    bases = (list_comparison_values(report, line, name)[0] for name in (LAST_YEAR, PREVIOUS))
    return (make_quarter_value(report, line), *bases)


def list_comparison_values(report: Report, line: Line, name: str) -> tuple[SentenceValue, ...]:
    """List the earlier value that a line is compared with, and both differences.

    `name`: LAST_YEAR or PREVIOUS.
    """
    period = report.quarter.last_year if name == LAST_YEAR else report.quarter.previous
    against = line.last_year if name == LAST_YEAR else line.previous_quarter
    base = SentenceValue(name, line.label, line.area, period.label, against.base if against else None)
    if against is None:
        return (base,)
    on = f"on {wording.lower_initial(name)}"
    relative = "Percentage points" if line.measured == "percent" else "% difference"
    differences = {f"Difference {on}": against.difference, f"{relative} {on}": against.pct_difference}
    return (base, *_make_values(report, line.label, differences, line.area))


def list_chance_values(report: Report, line: Line) -> tuple[SentenceValue, ...]:
    """List the verdict on the change on last year, with its p-value and dispersion; empty if not tested."""
    chance = line.chance
    if chance is None:
        return ()
    verdict = wording.label_column("verdict")
    values: dict[str, float | str | None]
    values = {verdict: chance.verdict, "p-value": chance.p_value, "Dispersion": chance.dispersion}
    return _make_values(report, line.label, values, line.area)


def has_change(line: Line) -> bool:
    """Return whether the change on last year is a clear or possible one."""
    return line.chance is not None and verdict_words.is_change(line.chance.verdict)


def format_difference(line: Line, against: Change | None) -> str:
    """Format the difference for a table: `+350`, `+3.7` (a rate).

    Empty for a percentage, whose difference is in points.
    """
    if line.measured == "percent":
        return ""
    return wording.format_signed(against.difference if against else None, 1 if line.measured == "rate_per_1000" else 0)


def format_pct_difference(line: Line, against: Change | None) -> str:
    """Format the % difference for a table: `+39%`; for percentages `+8.1 points`."""
    value = against.pct_difference if against else None
    return wording.format_signed_points(value) if line.measured == "percent" else wording.format_signed_percent(value)


AWAITED = "not yet received"  # what is printed for a figure that the supplier has not sent yet,
NOT_SUPPLIED = "not supplied"  # and for one that nobody has ever sent
STATIC_PERCENT = 2  # a smaller difference is static,
STATIC_BASE = 50  # of this number or more
STATIC_POINTS = 0.05  # the same for percentages and rates: what one decimal does not show


def describe_line(report: Report, line: Line) -> tuple[Sentence, ...]:
    """Describe an indicator: its size, both comparisons, chance, its rate, its months, its year to date.

    Where the quarter's value is missing, say that, and give the figures that are available.
    """
    # Without a value nothing can be compared or tested, so only what has come in is described.
    if line.quarter_value is None:
        sentences = [_describe_missing_value(report, line), describe_received_months(line)]
    else:
        sentences = [
            _describe_change(report, line),
            describe_doubts(line),
            _describe_chance(report, line),
            _describe_rate(report, line),
            describe_months(line),
            describe_covid(report, line),
            _describe_year_to_date(report, line),
            _describe_sum_mismatch(report, line),
        ]
    return tuple(sentence for sentence in sentences if sentence)


def explain_static() -> str:
    """Explain what "static" means in the report, for its notes."""
    return (
        f'A count is "static" when it differs by less than {STATIC_PERCENT}% from {STATIC_BASE} or more. '
        f"A percentage or rate is static when it differs by less than {STATIC_POINTS}. A clear or possible "
        "change is never static. "
        f'"The same" means equal. A change from fewer than {wording.SMALL_BASE} has no percentage.'
    )


def name_missing(line: Line) -> str:
    """Name what is printed in place of a missing figure of a line."""
    if not line.coverage.is_complete:
        return NOT_AVAILABLE
    return AWAITED if line.is_supplied else NOT_SUPPLIED


def _list_earlier(line: Line) -> dict[str, Change | None]:
    """List what the quarter's value is compared with, by name. A change with a month in question is left out."""
    earlier = {"the same quarter last year": line.last_year, "the previous quarter": line.previous_quarter}
    return {name: against for name, against in earlier.items() if against is None or against.is_certain}


def describe_doubts(line: Line) -> Sentence | None:
    """Describe the months in question, and what is not assessed for that reason. None where there are none."""
    changes = {"the same quarter last year": line.last_year, "the previous quarter": line.previous_quarter}
    names = [name for name, against in changes.items() if against and not against.is_certain]
    if not names:
        return None
    text = f"{' '.join(list_doubts(line.doubts))} The change on {join_names(names)} is not assessed."
    return Sentence(text, _list_doubt_values(line))


def _list_doubt_values(line: Line) -> tuple[SentenceValue, ...]:
    """List the count of each month in question and the number expected."""
    return tuple(
        SentenceValue(name, line.label, line.area, doubt.months[0].label, value)
        for doubt in line.doubts
        for name, value in (("Count", doubt.count), ("Expected", doubt.expected))
    )


def _describe_bases(line: Line) -> str:
    """Describe the available earlier values: `91 in the same quarter last year and 120 in the previous quarter`."""
    earlier = [(name, against.base) for name, against in _list_earlier(line).items() if against]
    return " and ".join(f"{format_value(line.measured, base)} in {name}" for name, base in earlier)


def _describe_missing_value(report: Report, line: Line) -> Sentence:
    """Say that the quarter's figure is not yet received or not available, and give the earlier figures."""
    bases = _describe_bases(line)
    comparison = f" It was {bases}." if bases else ""
    start = wording.capitalise(name_missing(line))
    text = f"{start}: {_name_subject(line)} in {line.area} in {report.quarter.label}.{comparison}"
    return Sentence(text, _list_bases(report, line))


def _describe_change(report: Report, line: Line) -> Sentence:
    """Describe the value and both comparisons, with a sentence for each comparison that is not available."""
    earlier = _list_earlier(line)
    comparisons = " and ".join(_compare_values(line, against, name) for name, against in earlier.items() if against)
    missing = [f" The figure for {name} is {NOT_AVAILABLE}." for name, against in earlier.items() if not against]
    text = f"{_describe_value(report, line)}{', ' if comparisons else ''}{comparisons}.{''.join(missing)}"
    cells = (*list_comparison_values(report, line, LAST_YEAR), *list_comparison_values(report, line, PREVIOUS))
    return Sentence(text, (make_quarter_value(report, line), *cells))


def _describe_value(report: Report, line: Line) -> str:
    value, where, when = line.quarter_value, f"in {line.area}", report.quarter.label
    if line.measured in ("percent", "rate_per_1000"):
        return f"{wording.capitalise(_name_subject(line))} was {format_value(line.measured, value)} {where} in {when}"
    there = f"there {wording.choose_was(value)} {_format_count(line)} {where}"
    return f"At the end of {when} {there}" if line.measured == "level" else f"{wording.capitalise(there)} in {when}"


def _name_subject(line: Line) -> str:
    of = {"percent": "the percentage of ", "rate_per_1000": "the "}.get(line.measured, "")
    return f"{of}{wording.lower_initial(line.label)}"


def _format_count(line: Line) -> str:
    """Format a count and its unit: `1,246 ASB incidents reported to the Police`, `1 drug supply offence`."""
    name = wording.lower_initial(line.label)
    # The noun of the unit must agree with the count, and the words around it must stay.
    before, unit, rest = name.partition(f"{line.unit} ")
    if not unit or rest.startswith("-"):  # `Drug offences - supply`: the short name is made for sentences
        name = line.short if unit else line.label
        before, unit, rest = wording.name_counted_unit(name, line.unit).partition(line.unit)
    return f"{wording.format_count(line.quarter_value, f'{before}{line.unit}')} {rest.strip()}".strip()


def _compare_values(line: Line, against: Change, name: str) -> str:
    """Word a comparison within a sentence: `350 more (39%) than in the same quarter last year (896)`."""
    value, base = line.quarter_value or 0.0, against.base
    at = f"{'at the end of' if line.measured == 'level' else 'in'} {name}"
    if value == base:
        return f"the same as {at}"
    if _is_static(line, against, judged=against is line.last_year):
        return f"static compared with {name} ({format_value(line.measured, base)})"
    base_text = f"({format_value(line.measured, base)})" if base else "(none, so there is no percentage)"
    if line.measured in ("count", "level"):
        return f"{wording.compare_counts(value, base)} {at} {base_text}"
    # The difference of two percentages is in points, which the value holds as its % difference.
    change = against.pct_difference if line.measured == "percent" else against.difference
    size = wording.format_points(change) if line.measured == "percent" else wording.format_rate(abs(change or 0.0))
    return f"{size} {'higher' if value > base else 'lower'} than {at} ({format_value(line.measured, base)})"


def _is_static(line: Line, against: Change, *, judged: bool) -> bool:
    """Return whether a difference is static. A clear or possible change never is."""
    # Static and a change in one paragraph would contradict each other.
    if judged and has_change(line):
        return False
    if line.measured in ("count", "level"):
        change = against.pct_difference
        return against.base >= STATIC_BASE and change is not None and abs(change) < STATIC_PERCENT
    change = against.pct_difference if line.measured == "percent" else against.difference
    return change is not None and abs(change) < STATIC_POINTS


def _describe_chance(report: Report, line: Line) -> Sentence | None:
    """Give the verdict on the change on last year, and why. Return None if untested or zero."""
    test, before = line.chance, line.last_year
    if test is None or before is None or line.quarter_value == before.base:
        return None
    row: dict[Hashable, Any] = {"p_value": test.p_value, "verdict": test.verdict, "dispersion": test.dispersion}
    row |= {"count": line.quarter_value, "last_year": before.base}
    verdict = wording.lower_initial(verdict_words.SENTENCES[test.verdict])
    reason = verdict_words.explain_test(row, report.quarter)
    text = f"Compared with the same quarter last year, {verdict} {reason}"
    return Sentence(text, _list_line_change_values(report, [line]))


def find_rate(report: Report, line: Line) -> Line | None:
    """Return the line of the rate derived from a line, for the same area; None where there is none."""
    indicators = partnership().vocabulary.indicators.values()
    rates = [indicator.id for indicator in indicators if indicator.numerator == line.indicator]
    return next(filter(None, (report.find_line(rate, line.area) for rate in rates)), None)


def _describe_rate(report: Report, line: Line) -> Sentence | None:
    rate = find_rate(report, line)
    if rate is None or rate.quarter_value is None:
        return None
    bases = _describe_bases(rate)
    against = f", compared with {bases}" if bases else ""
    text = f"The rate was {format_rate(rate.quarter_value)} per 1,000 residents{against}."
    return Sentence(text, _list_bases(report, rate))


def _describe_year_to_date(report: Report, line: Line) -> Sentence | None:
    """Describe the year to date. Return None in the first quarter, or for a level or percentage without one."""
    period, value = report.quarter.year_to_date, line.year_to_date
    adds_up = line.measured in ("count", "rate_per_1000")
    # In the first quarter the year to date is the quarter. A level at the end of a later quarter does not add up.
    if period == report.quarter or (not adds_up and value in (None, line.quarter_value)):
        return None
    rate, rate_text = find_rate(report, line), ""
    if rate is not None and rate.year_to_date is not None:
        rate_text = f", a rate of {format_rate(rate.year_to_date)} per 1,000 residents"
    origin = "" if adds_up else ", as supplied,"
    text = f"The year to date ({period.span}){origin} is {format_value(line.measured, value)}{rate_text}."
    lines = [item for item in (line, rate) if item]
    cells = [SentenceValue("Year to date", item.label, item.area, period.label, item.year_to_date) for item in lines]
    return Sentence(text, tuple(cells))


def _describe_sum_mismatch(report: Report, line: Line) -> Sentence | None:
    """Say that the year to date as supplied differs from the sum of its quarters."""
    if line.year_to_date is None or line.year_to_date_sum is None:
        return None
    supplied, total = (format_value(line.measured, value) for value in (line.year_to_date, line.year_to_date_sum))
    period = report.quarter.year_to_date.label
    values = {"Year to date, as supplied": line.year_to_date, "Sum of the quarters": line.year_to_date_sum}
    cells = tuple(SentenceValue(name, line.label, line.area, period, value) for name, value in values.items())
    return Sentence(f"The supplier's year to date ({supplied}) differs from the sum of the quarters ({total}).", cells)


_MONTH, _MONTH_WITHOUT_COVID = "Month", "Month, without COVID-related"


def describe_months(line: Line) -> Sentence | None:
    """Describe which months had the most and the fewest.

    None unless every month has a figure and one is above 0.
    """
    doubtful = {str(month) for doubt in line.doubts for month in doubt.months}
    values = [(month.month, None if month.month in doubtful else month.value) for month in line.months]
    text = _describe_extremes(line, values)
    return Sentence(wording.capitalise(text), _list_values(line, values, _MONTH)) if text else None


def describe_received_months(line: Line) -> Sentence | None:
    """Describe which months of an incomplete quarter have a figure; None if no month has one."""
    received = [(month.month, month.value) for month in line.months if month.value is not None]
    if not received:
        return None
    texts = [f"{_name_month(month)} ({format_value(line.measured, value)})" for month, value in received]
    return Sentence(f"Received so far: {wording.join_names(texts)}.", _list_values(line, received, _MONTH))


def describe_covid(report: Report, line: Line) -> Sentence | None:
    """Describe the COVID-related incidents, the number without them, and the months."""
    covid = line.covid
    if covid is None:
        return None
    # A percentage of a small number says more than the number can bear.
    large = covid.count and (line.quarter_value or 0) >= wording.SMALL_BASE
    share = f" ({wording.format_percent(covid.share)})" if large else ""
    before = covid.excluding_last_year
    against = "" if before is None else f", compared with {_format_count_or_none(before)} in the same quarter last year"
    text = (
        f"Of the {line.unit}, {_format_count_or_none(covid.count)}{share} {wording.choose_was(covid.count)} "
        f"COVID-related. Without them there {wording.choose_was(covid.excluding)} "
        f"{_format_count_or_none(covid.excluding)}{against}."
    )
    shares = {"COVID-related": covid.count, "COVID-related, share": covid.share}
    name, last_year = "Without COVID-related", report.quarter.last_year.label
    cells = [
        *_make_values(report, line.label, shares | {name: covid.excluding}, line.area),
        SentenceValue(name, line.label, line.area, last_year, before),
    ]
    without = [(month.month, month.excluding_covid) for month in line.months]
    if extremes := _describe_extremes(line, without):
        text += f" Without COVID-related {line.unit}, {extremes}"
        cells += _list_values(line, without, _MONTH_WITHOUT_COVID)
    return Sentence(text, tuple(cells))


def _describe_extremes(line: Line, values: Sequence[tuple[str, float | None]]) -> str:
    """Describe the extremes; empty if a month has no figure.

    For example `October had the most (518) and December the fewest (302).`
    """
    # A month without a figure could have had the most, so no month is named until all have one.
    month_values = [(month, value) for month, value in values if value is not None]
    if len(month_values) < max(2, len(values)) or not any(value for _, value in month_values):
        return ""
    most, fewest = ("most", "fewest") if line.measured == "count" else ("highest", "lowest")
    high, low = max(value for _, value in month_values), min(value for _, value in month_values)
    if high == low:
        return f"each month had {format_value(line.measured, high)}."
    highest = _describe_months_with(line, month_values, high, f" had the {most}")
    return f"{highest} and {_describe_months_with(line, month_values, low, f' the {fewest}')}."


def _describe_months_with(line: Line, month_values: Sequence[tuple[str, float]], value: float, words: str) -> str:
    """Describe the months that have a value: `October and November had the most (518 each)`."""
    names = [_name_month(month) for month, month_value in month_values if month_value == value]
    each = " each" if len(names) > 1 else ""
    value_text = "none" if value == 0 and line.measured == "count" else f"{format_value(line.measured, value)}{each}"
    return f"{wording.join_names(names)}{words} ({value_text})"


def _list_values(line: Line, values: Sequence[tuple[str, float | None]], name: str) -> tuple[SentenceValue, ...]:
    return tuple(
        SentenceValue(name, line.label, line.area, wording.format_month(month), value) for month, value in values
    )


def _name_month(month: str) -> str:
    return calendar.month_name[Month.parse(month).month]


def _format_count_or_none(count: int) -> str:
    return wording.format_number(count) if count else "none"


def describe_comparison(report: Report, compared: AreaComparison) -> tuple[Sentence, ...]:
    """Describe the rate and rank of the report's area and of the others, and each area's count and change.

    The last sentence names the areas by their verdict.
    """
    sentences = (
        describe_rank(report, compared),
        _describe_other_areas(report, list_ranked_areas(compared)),
        _describe_area_changes(report, compared),
        _describe_area_verdicts(report, compared),
    )
    return tuple(sentence for sentence in sentences if sentence)


def describe_rank(report: Report, compared: AreaComparison) -> Sentence | None:
    """Describe the rate of the report's area, its rank and the range of ranks; None where it has no rank."""
    ranked_areas, what = list_ranked_areas(compared), name_incidents(compared.indicator)
    report_area = next((area for area in ranked_areas if area.area == report.area), None)
    if report_area is None:
        return None
    rate_text = f"{format_rate(_get_rate(report_area))} per 1,000 residents"
    # The reader must see that the rank is not among all the areas.
    with_rate = "" if len(ranked_areas) == len(compared.areas) else " with a rate"
    areas, rank_range = f"{format_cardinal(len(ranked_areas))} areas{with_rate}", _describe_rank_range(report_area)
    if len(compared.areas) == 1:
        text = f"The rate of {what} in {report_area.area} is {rate_text}"
    elif len(ranked_areas) == 1:
        text = f"{report_area.area} is the only area with a rate of {what}, {rate_text}"
    elif _have_same_rank(ranked_areas):
        text = f"All {areas} have the same rate of {what}, {rate_text}{rank_range}"
    else:
        rank = name_rank(report_area, ranked_areas)
        text = f"{report_area.area} has {rank} rate of {what} of the {areas}, {rate_text}{rank_range}"
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
    return f"the {joint}lowest" if rank + sharing - 1 == total else f"the {joint}{wording.format_ordinal(rank)} highest"


def _describe_rank_range(area: AreaStanding) -> str:
    """Describe the range of ranks that chance allows, as an ending to the sentence."""
    if area.rank_low is None or area.rank_high is None:
        return ""
    # One possible rank that is not the printed one comes from rounding, and is left out.
    if area.rank_low == area.rank_high:
        return "; allowing for chance, its rank is the same" if area.rank_low == area.rank else ""
    low, high = wording.format_ordinal(area.rank_low), wording.format_ordinal(area.rank_high)
    return f"; allowing for chance, its rank is between {low} and {high}"


def _describe_other_areas(report: Report, ranked_areas: Sequence[AreaStanding]) -> Sentence | None:
    """Describe the rank and rate of the other areas; None where there is nothing to add."""
    others = sorted((area for area in ranked_areas if area.area != report.area), key=lambda area: area.rank or 0)
    # Where all share one rank, the sentence on the report's area already covers the others.
    if not others or (_have_same_rank(ranked_areas) and len(others) < len(ranked_areas)):
        return None
    ranks = [f"{name_rank(area, ranked_areas)} ({format_rate(_get_rate(area))})" for area in others]
    parts = [f"{area.area} {rank}" for area, rank in zip(others, ranks, strict=True)]
    parts[0] = f"{others[0].area} has {ranks[0]}"
    if len(ranked_areas) == 1:
        parts = [f"{others[0].area} is the only area with a rate ({format_rate(_get_rate(others[0]))})"]
    return Sentence(f"{join_names(parts)}.", tuple(cell for area in others for cell in _list_rank_values(report, area)))


def _describe_area_changes(report: Report, compared: AreaComparison) -> Sentence:
    parts = [f"{area.area} {_format_area_change(area.count)}" for area in compared.areas]
    what = wording.capitalise(name_incidents(compared.indicator))
    text = f"{what}, with the change on the same quarter last year: {join_names(parts)}."
    cells = list[SentenceValue]()
    for area in compared.areas:
        cells += [make_quarter_value(report, area.count), *list_comparison_values(report, area.count, LAST_YEAR)]
    return Sentence(text, tuple(cells))


def _format_area_change(line: Line) -> str:
    """Format a change: `1,246 (350 more, 39%)`, `7 (the same)`, `7 (last year not available)`, `not available`.

    A value that the supplier has not sent yet is `not yet received`.
    """
    value, before = line.quarter_value, line.last_year
    if value is None:
        return name_missing(line)
    if before is None:
        return f"{format_number(value)} (last year {wording.NOT_AVAILABLE})"
    if not before.is_certain:
        return f"{format_number(value)} (change not assessed)"
    if value == before.base:
        return f"{format_number(value)} (the same)"
    size = f"{format_number(abs(value - before.base))} {'more' if value > before.base else 'fewer'}"
    large = before.base >= wording.SMALL_BASE and before.pct_difference is not None
    percentage = f", {wording.format_percent(abs(before.pct_difference or 0))}" if large else ""
    return f"{format_number(value)} ({size}{percentage})"


def _describe_area_verdicts(report: Report, compared: AreaComparison) -> Sentence | None:
    """Name the areas of each verdict; None where no change was tested."""
    tested_areas = [area for area in compared.areas if area.count.chance]
    if not tested_areas:
        return None
    parts = []
    for verdict in verdict_words.LABELS:
        names = [area.area for area in tested_areas if area.count.chance and area.count.chance.verdict == verdict]
        parts += [f"{verdict_words.name_in_sentence(verdict)} in {join_names(names)}"] if names else []
    cells = tuple(cell for area in tested_areas for cell in list_chance_values(report, area.count))
    return Sentence(f"There is {'; '.join(parts)}.", cells)


def _get_rate(area: AreaStanding) -> float | None:
    return area.rate.quarter_value if area.rate else None


def _list_rank_values(report: Report, area: AreaStanding) -> tuple[SentenceValue, ...]:
    values = {
        THIS: _get_rate(area),
        "Rank": area.rank,
        "Range of ranks (95%), best": area.rank_low,
        "Range of ranks (95%), worst": area.rank_high,
    }
    return _make_values(report, (area.rate or area.count).label, values, area.area)


T = TypeVar("T")
_TOP_WARDS = 3
_VISIBLE_WARDS = "Of the wards with counts shown"
_MOST_NAMED = 5  # a tie that would name more is counted instead


def describe_wards(report: Report, wards: ReportWards) -> tuple[Sentence, ...]:
    """Describe the wards with the most, their joint share, those with none and those that changed."""
    sentences = [
        _describe_highest_wards(report, wards),
        _describe_empty_wards(report, wards),
        *_describe_ward_changes(report, wards),
        *_describe_unnamed_wards(report, wards),
    ]
    return tuple(sentence for sentence in sentences if sentence)


class _TestedChange(NamedTuple):
    """A tested change of an indicator or ward since the same quarter last year, with its values."""

    name: str
    before: float
    current: float
    verdict: str
    values: tuple[SentenceValue, ...]


def _describe_named_changes(changes: Sequence[_TestedChange], what: str) -> list[Sentence]:
    """Name those of each verdict that is a change, or say that none had one. `what`: such as `ward`.

    For example `Clear increase compared with the same quarter last year: Northgate (10 to 32).`
    """
    sentences = []
    for verdict in filter(verdict_words.is_change, verdict_words.LABELS):
        named = [change for change in changes if change.verdict == verdict]
        if named:
            names = join_names(list(map(_name_counts, named)))
            text = f"{verdict_words.LABELS[verdict]} compared with the same quarter last year: {names}."
            sentences.append(Sentence(text, tuple(value for change in named for value in change.values)))
    if changes and not sentences:
        text = f"No {what} had a clear or possible change compared with the same quarter last year."
        sentences.append(Sentence(text, tuple(value for change in changes for value in change.values)))
    return sentences


def _name_counts(change: _TestedChange) -> str:
    """Name what changed with both counts: `Northgate (10 to 32)`."""
    return f"{change.name} ({format_number(change.before)} to {format_number(change.current)})"


def select_highest(items: Sequence[T], count: Callable[[T], int], wanted: int) -> tuple[list[T], list[T]]:
    """Select the items with the highest counts, and those that tie for the last place.

    A tie is never split. If naming all items of the last place would name more than five, they are the
    second list. Otherwise the second list is empty. Items with a count of 0 are in neither.
    """
    ordered = sorted((item for item in items if count(item) > 0), key=count, reverse=True)
    if not ordered:
        return [], []
    # The count of the last place decides: everything with that count is named, or none of it.
    last = count(ordered[min(wanted, len(ordered)) - 1])
    named = [item for item in ordered if count(item) >= last]
    if len(named) <= max(wanted, _MOST_NAMED):
        return named, []
    return [item for item in named if count(item) > last], [item for item in named if count(item) == last]


def _describe_highest_wards(report: Report, wards: ReportWards) -> Sentence | None:
    what, total = name_incidents(wards.indicator), count_total(report, wards)
    named, tied = select_highest([ward for ward in wards.wards if ward.count], _get_count, _TOP_WARDS)
    cells = [*_make_values(report, what, {"In all": total})]
    if not named and not tied:
        return None if wards.withheld_count else Sentence(f"No ward had any {what}.", tuple(cells))
    for ward in (*named, *tied):
        cells += _make_values(report, ward.ward, {THIS: ward.count, "Share": ward.share})
    tie = _make_values(report, "Wards that tie", {"Wards": len(tied)}) if tied else ()
    lead = f"{_VISIBLE_WARDS}, " if wards.withheld_count else ""
    if not named:
        number = f"{lead}{format_cardinal(len(tied))}" if lead else f"{_spell_count(tied)} wards"
        return Sentence(f"{number} had the most {what}, {format_number(tied[0].count)} each.", (*cells, *tie))
    large = total >= wording.SMALL_BASE
    shares = [f", {wording.format_percent(ward.share)}" if large and ward.share is not None else "" for ward in named]
    counts = [f"{ward.ward} ({format_number(ward.count)}{share})" for ward, share in zip(named, shares, strict=True)]
    text = f"{lead}{join_names(counts)} had the most {what}"
    if len(named) > 1:
        joint = sum(map(_get_count, named))
        joint_share = 100 * joint / total
        text += f": together {format_number(joint)} of {format_number(total)}"
        text += f" ({wording.format_percent(joint_share)})" if large else ""
        # The share is of the unrounded total, not the sum of the printed shares.
        cells += _make_values(report, "The wards named", {"Together": joint, "Together, share": joint_share})
    if tied:
        text += f"; the next {format_cardinal(len(tied))} had {format_number(tied[0].count)} each"
    return Sentence(f"{text}.", (*cells, *tie))


def _describe_empty_wards(report: Report, wards: ReportWards) -> Sentence | None:
    """Describe the wards with none: the only one, up to three by name, or else their number."""
    empty_wards, ward_count = wards.empty_wards, len(wards.wards)
    if not empty_wards or len(empty_wards) == ward_count:
        return None
    if len(empty_wards) == 1:
        text = f"{empty_wards[0]} was the only ward with none."
    elif len(empty_wards) <= _TOP_WARDS:
        text = f"{join_names(list(empty_wards))} had none."
    else:
        text = f"{format_number(len(empty_wards))} of the {format_number(ward_count)} wards had none."
    cells = [*_make_values(report, "All wards", {"Wards": ward_count})]
    cells += _make_values(report, "Wards", {"Wards with none": len(empty_wards)})
    return Sentence(text, (*cells, *(cell for ward in empty_wards for cell in _make_values(report, ward, {THIS: 0}))))


def _describe_ward_changes(report: Report, wards: ReportWards) -> list[Sentence]:
    """Describe which wards had a clear or possible change, or that no tested ward had one."""
    changes, last_year = [], report.quarter.last_year.label
    for ward in wards.wards:
        if ward.verdict is None or ward.last_year is None:
            continue
        cells = (
            *_make_values(report, ward.ward, {THIS: ward.count}),
            SentenceValue(LAST_YEAR, ward.ward, report.area, last_year, ward.last_year),
            *_make_values(report, ward.ward, {wording.label_column("verdict"): ward.verdict}),
        )
        changes.append(_TestedChange(ward.ward, ward.last_year, _get_count(ward), ward.verdict, cells))
    return _describe_named_changes(changes, "ward with a count shown" if wards.withheld_count else "ward")


def _describe_unnamed_wards(report: Report, wards: ReportWards) -> list[Sentence]:
    """Describe how many incidents are in none of the wards, and how many wards have a withheld count."""
    sentences, what, withheld = [], name_incidents(wards.indicator), wards.withheld_count
    if wards.unplaced:
        text = (
            f"{format_number(wards.unplaced)} of the {what} {wording.choose_is(wards.unplaced)} in none of the wards."
        )
        sentences.append(Sentence(text, _make_values(report, what, {"In no ward": wards.unplaced})))
    if withheld:
        counts = "The count of 1 ward" if withheld == 1 else f"The counts of {format_number(withheld)} wards"
        text = f"{counts} {wording.choose_is(withheld)} withheld: small counts by ward are not shown."
        sentences.append(Sentence(text, _make_values(report, "Wards", {"Withheld": withheld})))
    return sentences


def count_total(report: Report, wards: ReportWards) -> int:
    """Count all incidents in the wards and in none of them, including withheld counts."""
    counts = [*(ward.count for ward in wards.wards), wards.unplaced]
    line = report.find_line(wards.indicator)
    # The area is published in full also where a ward is withheld, so its total can be given.
    if None in counts and line is not None:
        return int(line.quarter_value or 0)
    return sum(count or 0 for count in counts)


def _get_count(ward: WardValue) -> int:
    return ward.count or 0


def describe_hotspots(report: Report, hotspots: ReportHotspots) -> tuple[Sentence, ...]:
    """Describe how many hotspots there are, their share of the incidents, and the largest by name."""
    what, places = name_incidents(hotspots.indicator), list(hotspots.hotspots)
    if not places:
        return (Sentence(f"There was no hotspot of {what}.", _make_values(report, what, {"Hotspots": 0})),)
    share = sum(place.share for place in places)
    cells = [*_make_values(report, what, {"Hotspots": len(places), "In hotspots, share": share})]
    named = places[:_MOST_NAMED]
    for place in named:
        cells += _make_values(report, place.name, {THIS: place.count})
    texts = [f"{place.name} ({format_number(place.count)})" for place in named]
    lead = ", the largest at " if len(places) > len(named) else ": "
    start = f"{_spell_count(places)} {choose_noun(len(places), 'hotspots')} had {wording.format_percent(share)}"
    # Many a name has an "and" of its own.
    return (Sentence(f"{start} of the {what}{lead}{'; '.join(texts)}.", tuple(cells)),)


def describe_locations(report: Report, repeat_locations: RepeatLocations) -> tuple[Sentence, ...]:
    """Describe the repeat locations with their wards and counts, and how many are new."""
    what, locations = name_incidents(repeat_locations.indicator), list(repeat_locations.places)
    threshold = f"{format_number(repeat_locations.minimum)} or more {what}"
    cells = [*_make_values(report, what, {"Minimum": repeat_locations.minimum})]
    if not repeat_locations.coverage.is_complete:
        text = f"Locations with {threshold}: {NOT_AVAILABLE}. {explain_coverage(repeat_locations.coverage)}"
        return (Sentence(text, tuple(cells)),)
    if not locations:
        return (Sentence(f"No location had {threshold}.", tuple(cells)),)
    cells += _make_values(report, what, {"Repeat locations": len(locations)})
    named, tied = select_highest(locations, lambda location: location.count, _MOST_NAMED)
    for location in (*named, *tied):
        cells += _make_values(report, location.location, {THIS: location.count})
    start = f"{_spell_count(locations)} {choose_noun(len(locations), 'locations')} had {threshold}"
    texts = [_describe_location(location) for location in named]
    if tied:
        texts.append(f"{format_cardinal(len(tied))} with {format_number(tied[0].count)} each")
        cells += _make_values(report, what, {"Locations that tie": len(tied)})
    lead = ", the most at " if len(locations) > len(named) + len(tied) else ": "
    sentence = Sentence(f"{start}{lead}{join_names(texts)}.", tuple(cells))
    return (sentence, *_describe_location_states(report, locations))


def _describe_location(location: RepeatLocation) -> str:
    details = filter(None, (location.ward, format_number(location.count), location.state))
    return f"{location.location} ({', '.join(details)})"


def _describe_location_states(report: Report, locations: Sequence[RepeatLocation]) -> list[Sentence]:
    """Describe how many are new, and how many were repeat locations in the quarter before."""
    states = [location.state for location in locations]
    if None in states:
        return [
            Sentence(
                "The previous quarter is not loaded or is in question, so it is not possible to say which locations "
                "are new."
            )
        ]
    new, old = states.count("new"), states.count("continuing")
    if len(locations) == 1:
        return []
    if not new or not old:
        text = f"All of them {'are new' if new else 'were also repeat locations in the previous quarter'}."
    else:
        were = "was also a repeat location" if old == 1 else "were also repeat locations"
        text = (
            f"Of these, {format_cardinal(new)} {wording.choose_is(new)} new and {format_cardinal(old)} {were} in the "
            "previous quarter."
        )
    return [Sentence(text, _make_values(report, "Repeat locations", {"New": new, "Continuing": old}))]


def _spell_count(items: Sequence[object]) -> str:
    return wording.capitalise(format_cardinal(len(items)))


def build_title(report: Report) -> str:
    """Build the title: `Community safety performance report, Anytown, 2020-21 Q3 (Oct to Dec 2020)`."""
    return f"Community safety performance report, {report.area}, {report.quarter.label}"


def list_key_messages(report: Report) -> tuple[Sentence, ...]:
    """List up to seven key messages, each with the values it was made from. A report without lines has none."""
    lines = [line for line in report.lines if line.measured != "rate_per_1000"]  # a rate goes with its count
    judged = [line for line in lines if line.chance]
    changed = [_make_tested_change(report, line) for line in judged if has_change(line)]
    sentences = [
        *_describe_named_changes(changed, "indicator"),
        _describe_unclear_changes(report, judged),
        _describe_untested(report, lines),
        _describe_all_doubts(lines),
        *_describe_missing_lines(report, lines),
        _describe_standings(report),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _make_tested_change(report: Report, line: Line) -> _TestedChange:
    before, verdict = line.last_year.base if line.last_year else 0, line.chance.verdict if line.chance else ""
    cells = _list_line_change_values(report, [line])
    return _TestedChange(name_in_sentence(line), before, line.quarter_value or 0, verdict, cells)


def _describe_unclear_changes(report: Report, judged: Sequence[Line]) -> Sentence | None:
    lines = [line for line in judged if line.chance and not has_change(line)]
    if not lines:
        return None
    changes = [_make_tested_change(report, line) for line in lines]
    text = f"No clear change compared with the same quarter last year: {join_names(list(map(_name_counts, changes)))}."
    return Sentence(text, _list_line_change_values(report, lines))


def _describe_untested(report: Report, lines: Sequence[Line]) -> Sentence | None:
    """Name the indicators whose figure is in and whose change on last year is not tested against chance."""
    untested = [line for line in lines if line.quarter_value is not None and line.chance is None]
    if not untested:
        return None
    text = f"Not tested for a clear change: {_list_line_names(untested)}."
    return Sentence(text, tuple(make_quarter_value(report, line) for line in untested))


def _describe_all_doubts(lines: Sequence[Line]) -> Sentence | None:
    """Describe the months in question of all indicators; None where there are none."""
    doubts = list(dict.fromkeys(doubt for line in lines for doubt in line.doubts))
    if not doubts:
        return None
    return Sentence(" ".join(list_doubts(doubts)), tuple(cell for line in lines for cell in _list_doubt_values(line)))


def _describe_missing_lines(report: Report, lines: Sequence[Line]) -> list[Sentence]:
    """Name the indicators not yet received and those not available for the area, or say that all have come in."""
    missing = [line for line in lines if line.quarter_value is None and line.is_supplied]
    pending, unavailable = (
        [line for line in missing if line.coverage.is_complete is is_pending] for is_pending in (True, False)
    )
    statements = [(f"{wording.capitalise(AWAITED)}: {_list_line_names(pending)}.", pending)] if pending else []
    statements += (
        [(f"Not available for {report.area}: {_list_line_names(unavailable)}.", unavailable)] if unavailable else []
    )
    statements += (
        [("All figures have been received.", list(lines))] if lines and not (missing or report.unsupplied_lines) else []
    )
    return [Sentence(text, tuple(make_quarter_value(report, line) for line in group)) for text, group in statements]


def describe_unsupplied(report: Report) -> str:
    """Name the indicators that nobody has ever supplied for the area; empty where there are none."""
    lines = [line for line in report.unsupplied_lines if line.measured != "rate_per_1000"]  # a rate goes with its count
    return f"{wording.capitalise(NOT_SUPPLIED)}: {_list_line_names(lines)}." if lines else ""


def _describe_standings(report: Report) -> Sentence | None:
    """Describe how the report's area compares with the other areas, by each rate."""
    sentences = [sentence for sentence in (describe_rank(report, compared) for compared in report.compared) if sentence]
    values = tuple(value for sentence in sentences for value in sentence.values)
    return Sentence(" ".join(sentence.text for sentence in sentences), values) if sentences else None


def _list_line_change_values(report: Report, lines: Sequence[Line]) -> tuple[SentenceValue, ...]:
    """List for each line the two values compared, and the values of the test."""
    cells = list[SentenceValue]()
    for line in lines:
        cells += _list_bases(report, line)[:2]
        cells += list_chance_values(report, line)
    return tuple(cells)


def _list_line_names(lines: Sequence[Line]) -> str:
    return join_names([name_in_sentence(line) for line in lines])


def write_message(line: Line) -> str:
    """Write what happened in one line.

    For example `Police ASB rose by 350 (39%) on the same quarter last year, a clear increase`.
    """
    value, before = line.quarter_value, line.last_year
    if value is None:
        return f"{line.short}: {name_missing(line)}"
    if before is None:
        return f"{line.short}: {format_value(line.measured, value)}; no figure for the same quarter last year"
    if not before.is_certain:
        return f"{line.short}: {format_value(line.measured, value)}; the change is not assessed"
    if value == before.base:
        return f"{line.short}: {format_value(line.measured, value)}, the same as in the same quarter last year"
    if line.measured == "percent":
        side = "higher" if value > before.base else "lower"
        points = wording.format_points(before.pct_difference)
        return f"{line.short}: {format_value(line.measured, value)}, {points} {side} than in the same quarter last year"
    verb = "rose" if value > before.base else "fell"
    change = format_value(line.measured, abs(before.difference or 0.0))
    if before.base >= wording.SMALL_BASE and before.pct_difference is not None:
        change += f" ({wording.format_percent(abs(before.pct_difference))})"
    verdict = f", {verdict_words.name_in_sentence(line.chance.verdict)}" if line.chance else ""
    return f"{line.short} {verb} by {change} on the same quarter last year{verdict}"
