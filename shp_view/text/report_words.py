"""The lines of the report in words, in the style of a council paper.

Words stay neutral: more and fewer, higher and lower. A separate sentence says whether a change is more than
chance. "Static" has a fixed meaning: a count or level that differs by less than 2% from 50 or more, or a
percentage or rate that differs by less than 0.05. A change that is more than chance is never static.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from shp_data.analysis.report.report_value import Change, Line, Report
from shp_data.domain.partnership import partnership
from shp_view.text import chance, month_words, wording
from shp_view.text.report_cells import (
    LAST_YEAR,
    PREVIOUS,
    Sentence,
    SentenceValue,
    format_value,
    is_beyond_chance,
    list_chance_values,
    list_comparison_values,
    make_quarter_value,
)

STATIC_PERCENT = 2  # a difference of less is static,
STATIC_BASE = 50  # of so many or more
STATIC_POINTS = 0.05  # the same for percentages and rates: what one decimal does not show
_CHANCE_ALONE = {  # where how much the months vary is not known
    "higher than expected": "The rise is more than chance alone explains.",
    "lower than expected": "The fall is more than chance alone explains.",
    "within usual variation": "A change of this size is within what chance alone explains.",
}


def describe_line(report: Report, line: Line) -> tuple[Sentence, ...]:
    """Describe an indicator: its size, both comparisons, chance, its rate, its months, its year to date.

    Where the quarter's value is not in yet, say that, and give the figures that are available.
    """
    if line.quarter_value is None:
        sentences = [_describe_missing(report, line), month_words.describe_received_months(line)]
    else:
        sentences = [
            _describe_change(report, line),
            _describe_chance(report, line),
            _describe_rate(report, line),
            month_words.describe_months(line),
            month_words.describe_covid(report, line),
            _describe_year_to_date(report, line),
            _describe_sum_mismatch(report, line),
        ]
    return tuple(sentence for sentence in sentences if sentence)


def explain_static() -> str:
    """Explain what "static" means in the report, for its notes."""
    return (
        f'A count is called "static" where it differs by less than {STATIC_PERCENT}% from {STATIC_BASE} or more, a '
        f"percentage or rate where it differs by less than {STATIC_POINTS}, and only where the change is not more "
        'than chance; "the same" means equal. Of fewer than '
        f"{wording.SMALL_BASE}, no percentage is given."
    )


def _describe_missing(report: Report, line: Line) -> Sentence:
    """Say that the quarter's figure is not in yet or not available, and give the earlier figures."""
    earlier = ((LAST_YEAR, line.last_year), (PREVIOUS, line.previous_quarter))
    values = [
        f"{format_value(line.measured, against.base)} in the {wording.lower_initial(name)}"
        for name, against in earlier
        if against
    ]
    comparison = f" It was {' and '.join(values)}." if values else ""
    cells = [list_comparison_values(report, line, name)[0] for name, _ in earlier]
    start = wording.capitalise(wording.NOT_AVAILABLE) if line.not_known else "Not yet in"
    text = f"{start}: {_name_subject(line)} in {line.area} in {report.quarter.label}.{comparison}"
    return Sentence(text, (make_quarter_value(report, line), *cells))


def _describe_change(report: Report, line: Line) -> Sentence:
    """Describe the value and both comparisons, with a sentence for each comparison that is not available."""
    named = {"the same quarter last year": line.last_year, "the previous quarter": line.previous_quarter}
    comparisons = [_compare_values(line, against, name) for name, against in named.items() if against]
    missing = [f" The figure for {name} is {wording.NOT_AVAILABLE}." for name, against in named.items() if not against]
    text = f"{', '.join(filter(None, (_describe_value(report, line), ' and '.join(comparisons))))}.{''.join(missing)}"
    cells = (*list_comparison_values(report, line, LAST_YEAR), *list_comparison_values(report, line, PREVIOUS))
    return Sentence(text, (make_quarter_value(report, line), *cells))


def _describe_value(report: Report, line: Line) -> str:
    value, where, when = line.quarter_value, f"in {line.area}", report.quarter.label
    if line.measured in ("percent", "rate_per_1000"):
        return f"{wording.capitalise(_name_subject(line))} was {format_value(line.measured, value)} {where} in {when}"
    there = f"there {'was' if value == 1 else 'were'} {_format_count(line)} {where}"
    return f"At the end of {when} {there}" if line.measured == "level" else f"{wording.capitalise(there)} in {when}"


def _name_subject(line: Line) -> str:
    of = {"percent": "the percentage of ", "rate_per_1000": "the "}.get(line.measured, "")
    return f"{of}{wording.lower_initial(line.label)}"


def _format_count(line: Line) -> str:
    """Format a count and its unit: `1,246 ASB incidents reported to the Police`, `1 drug supply offence`."""
    name = wording.lower_initial(line.label)
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
        return f"static on {name} ({format_value(line.measured, base)})"
    base_text = f"({format_value(line.measured, base)})" if base else "(none; % of zero is not available)"
    if line.measured in ("count", "level"):
        return f"{wording.compare_counts(value, base)} {at} {base_text}"
    change = against.pct_difference if line.measured == "percent" else against.difference
    size = wording.format_points(change) if line.measured == "percent" else wording.format_rate(abs(change or 0.0))
    return f"{size} {'higher' if value > base else 'lower'} than {at} ({format_value(line.measured, base)})"


def _is_static(line: Line, against: Change, *, judged: bool) -> bool:
    """Return whether a difference is static. A change that is more than chance never is."""
    if judged and is_beyond_chance(line):
        return False
    if line.measured in ("count", "level"):
        change = against.pct_difference
        return against.base >= STATIC_BASE and change is not None and abs(change) < STATIC_PERCENT
    change = against.pct_difference if line.measured == "percent" else against.difference
    return change is not None and abs(change) < STATIC_POINTS


def _describe_chance(report: Report, line: Line) -> Sentence | None:
    """Say whether the change on last year is more than chance, and why. Return None if untested or zero."""
    test, before = line.chance, line.last_year
    if test is None or before is None or line.quarter_value == before.base:
        return None
    row: dict[Hashable, Any] = {
        "count": line.quarter_value,
        "last_year": before.base,
        "p_value": test.p_value,
        "verdict": test.verdict,
        "dispersion": test.dispersion,
    }
    verdict = (wording.VERDICTS if test.dispersion is not None else _CHANCE_ALONE)[test.verdict]
    text = f"Against the same quarter last year, {verdict[:1].lower()}{verdict[1:]} {chance.explain_verdict(row, report.quarter)}"
    cells = (
        make_quarter_value(report, line),
        list_comparison_values(report, line, LAST_YEAR)[0],
        *list_chance_values(report, line),
    )
    return Sentence(text, cells)


def find_rate(report: Report, line: Line) -> Line | None:
    """Return the line of the rate derived from a line, for the same area; None where there is none."""
    derived = (
        indicator.id
        for indicator in partnership().vocabulary.indicators.values()
        if indicator.numerator == line.indicator
    )
    return next(filter(None, (report.find_line(id_, line.area) for id_ in derived)), None)


def _describe_rate(report: Report, line: Line) -> Sentence | None:
    rate = find_rate(report, line)
    if rate is None or rate.quarter_value is None:
        return None
    against = (("the same quarter last year", rate.last_year), ("the previous quarter", rate.previous_quarter))
    earlier = [f"{wording.format_rate(comparison.base)} in {name}" for name, comparison in against if comparison]
    earlier_text = f", against {wording.join_names(earlier)}" if earlier else ""
    text = f"The rate was {wording.format_rate(rate.quarter_value)} per 1,000 residents{earlier_text}."
    bases = (list_comparison_values(report, rate, name)[0] for name in (LAST_YEAR, PREVIOUS))
    return Sentence(text, (make_quarter_value(report, rate), *bases))


def _describe_year_to_date(report: Report, line: Line) -> Sentence | None:
    """Describe the year to date. Return None in the first quarter, or for a level or percentage without one."""
    period, value = report.quarter.year_to_date, line.year_to_date
    adds_up = line.measured in ("count", "rate_per_1000")
    if period == report.quarter or (not adds_up and value in (None, line.quarter_value)):
        return None
    rate = find_rate(report, line)
    with_rate = rate is not None and rate.year_to_date is not None
    rate_text = (
        f", a rate of {wording.format_rate(rate.year_to_date)} per 1,000 residents" if rate and with_rate else ""
    )
    origin = "" if adds_up else ", as supplied,"
    value_text = format_value(line.measured, value)
    values = [
        SentenceValue("Year to date", item.label, item.area, period.label, item.year_to_date)
        for item in (line, rate)
        if item
    ]
    return Sentence(f"The year to date ({period.span}){origin} is {value_text}{rate_text}.", tuple(values))


def _describe_sum_mismatch(report: Report, line: Line) -> Sentence | None:
    """Say that the year to date as supplied differs from the sum of its quarters."""
    if line.year_to_date is None or line.year_to_date_sum is None:
        return None
    supplied, total = (format_value(line.measured, value) for value in (line.year_to_date, line.year_to_date_sum))
    period = report.quarter.year_to_date.label
    cells = (
        SentenceValue("Year to date, as supplied", line.label, line.area, period, line.year_to_date),
        SentenceValue("Sum of the quarters", line.label, line.area, period, line.year_to_date_sum),
    )
    return Sentence(f"The supplier's year to date ({supplied}) differs from the sum of the quarters ({total}).", cells)
