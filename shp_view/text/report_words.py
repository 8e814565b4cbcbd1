"""The lines of the report in words, in the register of a council paper.

Words stay neutral: more and fewer, higher and lower; whether a change is more than chance is said beside it.
"Static" is said only inside a stated band: a count or level that differs by less than 2% from 50 or more, a
percentage or rate that differs by less than 0.05, and neither where the change is more than chance.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from shp_data.analysis.report.report_value import Against, Line, Report
from shp_data.domain.partnership import partnership
from shp_view.text import chance, month_words, wording
from shp_view.text.report_cells import (
    LAST_YEAR,
    PREVIOUS,
    Cell,
    Said,
    against_cells,
    chance_cells,
    more_than_chance,
    printed,
    value_cell,
)

STATIC_PERCENT = 2  # a difference of less is static,
STATIC_BASE = 50  # of so many or more
STATIC_POINTS = 0.05  # the same for percentages and rates: what one decimal does not show
_CHANCE_ALONE = {  # where how much the months vary is not known
    "higher than expected": "The rise is more than chance alone explains.",
    "lower than expected": "The fall is more than chance alone explains.",
    "within usual variation": "A change of this size is within what chance alone explains.",
}


def line_said(report: Report, line: Line) -> tuple[Said, ...]:
    """What is said of an indicator: its size, both comparisons, chance, its rate, its months, its year to date.

    Where the quarter's value is not in yet: that, what is known beside it, and nothing else.
    """
    if line.quarter_value is None:
        said = [_not_in(report, line), month_words.in_so_far(line)]
    else:
        said = [
            _change(report, line),
            _chance(report, line),
            _rate(report, line),
            month_words.months(line),
            month_words.covid(report, line),
            _to_date(report, line),
            _sums(report, line),
        ]
    return tuple(one for one in said if one)


def static_note() -> str:
    """What "static" means in the report, for its notes."""
    return (
        f'A count is called "static" where it differs by less than {STATIC_PERCENT}% from {STATIC_BASE} or more, a '
        f"percentage or rate where it differs by less than {STATIC_POINTS}, and only where the change is not more "
        'than chance; "the same" means equal. Of fewer than '
        f"{wording.SMALL_BASE}, no percentage is given."
    )


def _not_in(report: Report, line: Line) -> Said:
    """That the quarter's figure is not in yet, or not to be had, and the earlier ones that it is compared with."""
    earlier = ((LAST_YEAR, line.last_year), (PREVIOUS, line.previous_quarter))
    known = [f"{printed(line.measured, one.base)} in the {wording.within(name)}" for name, one in earlier if one]
    beside = f" It was {' and '.join(known)}." if known else ""
    cells = [against_cells(report, line, name)[0] for name, _ in earlier]
    start = wording.capital(wording.NOT_AVAILABLE) if line.not_known else "Not yet in"
    text = f"{start}: {_subject(line)} in {line.area} in {report.quarter.label}.{beside}"
    return Said(text, (value_cell(report, line), *cells))


def _change(report: Report, line: Line) -> Said:
    """How many, and both comparisons: one sentence, and one for each comparison that is not available."""
    named = {"the same quarter last year": line.last_year, "the previous quarter": line.previous_quarter}
    known = [_compared(line, against, name) for name, against in named.items() if against]
    missing = [f" The figure for {name} is {wording.NOT_AVAILABLE}." for name, against in named.items() if not against]
    text = f"{', '.join(filter(None, (_opening(report, line), ' and '.join(known))))}.{''.join(missing)}"
    cells = (*against_cells(report, line, LAST_YEAR), *against_cells(report, line, PREVIOUS))
    return Said(text, (value_cell(report, line), *cells))


def _opening(report: Report, line: Line) -> str:
    value, where, when = line.quarter_value, f"in {line.area}", report.quarter.label
    if line.measured in ("percent", "rate_per_1000"):
        return f"{wording.capital(_subject(line))} was {printed(line.measured, value)} {where} in {when}"
    there = f"there {'was' if value == 1 else 'were'} {_counted(line)} {where}"
    return f"At the end of {when} {there}" if line.measured == "level" else f"{wording.capital(there)} in {when}"


def _subject(line: Line) -> str:
    of = {"percent": "the percentage of ", "rate_per_1000": "the "}.get(line.measured, "")
    return f"{of}{wording.within(line.label)}"


def _counted(line: Line) -> str:
    """A count with what it counts: `1,246 ASB incidents reported to the Police`, `1 drug supply offence`."""
    name = wording.within(line.label)
    before, unit, rest = name.partition(f"{line.unit} ")
    if not unit or rest.startswith("-"):  # `Drug offences - supply`: the short name is made for sentences
        name = line.short if unit else line.label
        before, unit, rest = wording.things(name, line.unit).partition(line.unit)
    return f"{wording.counted(line.quarter_value, f'{before}{line.unit}')} {rest.strip()}".strip()


def _compared(line: Line, against: Against, name: str) -> str:
    """A comparison within a sentence: `350 more (39%) than in the same quarter last year (896)`."""
    value, base = line.quarter_value or 0.0, against.base
    at = f"{'at the end of' if line.measured == 'level' else 'in'} {name}"
    if value == base:
        return f"the same as {at}"
    if _static(line, against, judged=against is line.last_year):
        return f"static on {name} ({printed(line.measured, base)})"
    shown = f"({printed(line.measured, base)})" if base else "(none; % of zero is not available)"
    if line.measured in ("count", "level"):
        return f"{wording.change_words(value, base)} {at} {shown}"
    change = against.pct_difference if line.measured == "percent" else against.difference
    size = wording.points(change) if line.measured == "percent" else wording.rate(abs(change or 0.0))
    return f"{size} {'higher' if value > base else 'lower'} than {at} ({printed(line.measured, base)})"


def _static(line: Line, against: Against, *, judged: bool) -> bool:
    """Is a difference inside the band of what is static? One that is more than chance never is."""
    if judged and more_than_chance(line):
        return False
    if line.measured in ("count", "level"):
        change = against.pct_difference
        return against.base >= STATIC_BASE and change is not None and abs(change) < STATIC_PERCENT
    change = against.pct_difference if line.measured == "percent" else against.difference
    return change is not None and abs(change) < STATIC_POINTS


def _chance(report: Report, line: Line) -> Said | None:
    """Is the change on last year more than chance, and why? Nothing where it was not tested, or is none."""
    found, before = line.chance, line.last_year
    if found is None or before is None or line.quarter_value == before.base:
        return None
    row: dict[Hashable, Any] = {
        "count": line.quarter_value,
        "last_year": before.base,
        "p_value": found.p_value,
        "verdict": found.verdict,
        "dispersion": found.dispersion,
    }
    verdict = (wording.VERDICTS if found.dispersion is not None else _CHANCE_ALONE)[found.verdict]
    text = (
        f"Against the same quarter last year, {verdict[:1].lower()}{verdict[1:]} {chance.reason(row, report.quarter)}"
    )
    cells = (value_cell(report, line), against_cells(report, line, LAST_YEAR)[0], *chance_cells(report, line))
    return Said(text, cells)


def rate_of(report: Report, line: Line) -> Line | None:
    """The line of the rate that is derived from a line, for the same area; None where there is none."""
    derived = (one.id for one in partnership().vocabulary.indicators.values() if one.numerator == line.indicator)
    return next(filter(None, (report.line(id_, line.area) for id_ in derived)), None)


def _rate(report: Report, line: Line) -> Said | None:
    found = rate_of(report, line)
    if found is None or found.quarter_value is None:
        return None
    against = (("the same quarter last year", found.last_year), ("the previous quarter", found.previous_quarter))
    earlier = [f"{wording.rate(one.base)} in {name}" for name, one in against if one]
    beside = f", against {wording.listed(earlier)}" if earlier else ""
    text = f"The rate was {wording.rate(found.quarter_value)} per 1,000 residents{beside}."
    bases = (against_cells(report, found, name)[0] for name in (LAST_YEAR, PREVIOUS))
    return Said(text, (value_cell(report, found), *bases))


def _to_date(report: Report, line: Line) -> Said | None:
    """The year to date with its months; not in the first quarter, nor where a level or percentage has none."""
    period, value = report.quarter.year_to_date, line.year_to_date
    adds_up = line.measured in ("count", "rate_per_1000")
    if period == report.quarter or (not adds_up and value in (None, line.quarter_value)):
        return None
    rate = rate_of(report, line)
    with_rate = rate is not None and rate.year_to_date is not None
    beside = f", a rate of {wording.rate(rate.year_to_date)} per 1,000 residents" if rate and with_rate else ""
    whose = "" if adds_up else ", as supplied,"
    shown = printed(line.measured, value)
    cells = [Cell("Year to date", one.label, one.area, period.label, one.year_to_date) for one in (line, rate) if one]
    return Said(f"The year to date ({period.span}){whose} is {shown}{beside}.", tuple(cells))


def _sums(report: Report, line: Line) -> Said | None:
    """That the year to date as supplied is not the sum of its quarters."""
    if line.year_to_date is None or line.year_to_date_sum is None:
        return None
    given, added = (printed(line.measured, value) for value in (line.year_to_date, line.year_to_date_sum))
    period = report.quarter.year_to_date.label
    cells = (
        Cell("Year to date, as supplied", line.label, line.area, period, line.year_to_date),
        Cell("Sum of the quarters", line.label, line.area, period, line.year_to_date_sum),
    )
    return Said(f"The supplier's year to date ({given}) differs from the sum of the quarters ({added}).", cells)
