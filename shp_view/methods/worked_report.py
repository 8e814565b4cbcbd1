"""Worked examples of the quarterly report: its comparisons, its year to date and rates, and the check of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from shp_data.analysis.measures import population_of
from shp_data.analysis.report.check_rules import Row, findings
from shp_data.analysis.report.report import quarter_of
from shp_data.analysis.report.report_numbers import Numbers, numbers
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import measured
from shp_data.domain.vocabulary import Indicator
from shp_view.methods.worked_data import InView, NoExampleError, decimals
from shp_view.text import wording


@dataclass(frozen=True)
class _Told:
    """The indicator with the most incidents in the quarter and the area that the report would be of."""

    found: Numbers
    indicator: Indicator
    area: str
    quarter: Period
    value: int

    @property
    def name(self) -> str:
        return f"**{self.indicator.short}, {self.area}, {self.quarter.label}**"

    def at(self, period: Period) -> float | None:
        return self.found.value(self.indicator, self.area, period)


def _report(data: InView) -> str:
    told = _told(data)
    beside = {"the same quarter last year": told.quarter.last_year, "the previous quarter": told.quarter.previous}
    said = [_compared(told.value, told.at(period), name) for name, period in beside.items()]
    return "\n\n".join([f"{told.name}: {wording.number(told.value)}. {' '.join(said)}", *_percentage(told)])


def _compared(value: float, base: float | None, name: str) -> str:
    """A count beside an earlier one: `The previous quarter had 1,246: −181, −15%.`"""
    if base is None:
        return f"{wording.capital(name)} is not loaded."
    share = wording.signed_percent(100 * (value - base) / base) if base else "a percentage of 0 is not available"
    return f"{wording.capital(name)} had {wording.number(base)}: {wording.signed(value - base)}, {share}."


def _percentage(told: _Told) -> list[str]:
    """An indicator that is a percentage, where one is loaded with its year before."""
    for one in partnership().vocabulary.indicators.values():
        if measured(one) != "percent":
            continue
        now, before = (told.found.value(one, told.area, p) for p in (told.quarter, told.quarter.last_year))
        if now is not None and before is not None:
            change = wording.signed_points(float(Decimal(repr(now)) - Decimal(repr(before))))
            return [f"{one.label}: {wording.exact_percent(now)} after {wording.exact_percent(before)}: {change}."]
    return []


def _to_date(data: InView) -> str:
    told = _told(data)
    total = told.found.year_to_date(told.indicator, told.area, told.quarter).value
    people = population_of(partnership().areas, told.area, told.quarter)
    if total is None or people is None:
        raise NoExampleError("The financial year is not loaded from April on: choose a later period.")
    parts = [wording.number(told.at(quarter)) for quarter in _quarters(told.quarter)]
    return "\n\n".join(
        [
            f"**{told.indicator.short}, {told.area}, {told.quarter.year_to_date.label}**: {' + '.join(parts)} = "
            f"{wording.number(total)}. {wording.number(total)} × 1,000 ÷ {wording.number(people.residents)} = "
            f"**{wording.rate(total * 1000 / people.residents)}** per 1,000 residents of {people.year}.",
            *_differing(told),
        ]
    )


def _quarters(quarter: Period) -> list[Period]:
    """The quarters of the financial year up to one."""
    return [quarter.shifted(3 * n) for n in range(1 - quarter.year_to_date.length // 3, 1)]


def _differing(told: _Told) -> list[str]:
    """A year to date that its supplier gave and that is not the sum of its quarters, where there is one."""
    for one in partnership().vocabulary.indicators.values():
        given = told.found.year_to_date(one, told.area, told.quarter) if one.kind == "reported" else None
        if given and given.differs_from is not None:
            return [
                f"{one.label}: the supplier's year to date is {wording.number(given.value)}, and the quarters add up "
                f"to {wording.number(given.differs_from)}. {wording.number(given.value)} is printed, and both are told."
            ]
    return []


def _checked(data: InView) -> str:
    told = _told(data)
    base = told.at(told.quarter.last_year)
    if not base:
        raise NoExampleError("The same quarter last year is not loaded, or has no incident: choose a later period.")
    share = wording.rounded(100 * (told.value - base) / base)
    figures = {
        "same_quarter_last_year": Decimal(int(base)),
        "quarter_value": Decimal(told.value),
        "difference": Decimal(told.value - int(base)),
        "pct_difference": share + 1,
    }
    slip, *_ = findings([Row(told.quarter, told.area, told.indicator, figures)], {})
    return (
        f"{told.name}: a table that prints {wording.number(base)}, {wording.number(told.value)}, "
        f"{wording.signed(told.value - base)} and {wording.signed(float(share + 1))}% has one figure that does not "
        f"follow. Published: {decimals(float(share + 1), 0)}; what follows: **{slip.expected}**; against: "
        f"{slip.against}; why: {slip.why}."
    )


def _told(data: InView) -> _Told:
    """What the examples are worked with, from the report that the area and period in view lead to."""
    indicator = partnership().vocabulary.indicator(data.counted[-1]["indicator"])
    quarter = quarter_of(data.chosen.period)
    area = data.chosen.areas[0] if len(data.chosen.areas) == 1 else partnership().area
    found = numbers(data.store, quarter, data.viewer)
    value = found.value(indicator, area, quarter)
    if value is None:
        raise NoExampleError(f"{quarter.label} is not loaded whole: choose another period.")
    return _Told(found, indicator, area, quarter, int(value))


EXAMPLES: dict[str, Callable[[InView], str]] = {"report": _report, "to_date": _to_date, "checked": _checked}
