"""When does a published figure not follow? Pure rules over the rows of a published table, in decimals as printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shp_data.analysis.measures import population_of
from shp_data.analysis.report.report_value import Line
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import measured
from shp_data.domain.vocabulary import Indicator

OWN, BEFORE, STORE = "its own counts", "the quarter before", "the store"
_VALUES = ("year_to_date", "same_quarter_last_year", "quarter_value")
_CHANGES = ("difference", "pct_difference")
_FIGURES = (*_VALUES, *_CHANGES)
# Rates are printed to one decimal, over a population that may be another year's; a year to date adds up rounded ones.
_RATE, _RATE_TO_DATE = Decimal("0.1"), Decimal("0.25")
_RATE_DIFFERENCE = Decimal("0.15")  # of two rates, each rounded, and rounded itself
_HALF_PRINTED = Decimal("0.05")
_NONE = "not available"

Key = tuple[Period, str, str]  # quarter, area, indicator


@dataclass(frozen=True)
class Row:
    """The published figures of one indicator, area and quarter, by column; exactly as printed, without the empty."""

    quarter: Period
    area: str
    indicator: Indicator
    figures: Mapping[str, Decimal]

    @property
    def key(self) -> Key:
        """What the row is of."""
        return self.quarter, self.area, self.indicator.id


@dataclass(frozen=True)
class Finding:
    """A published figure that does not follow: its row and column, what follows instead, from what, and why."""

    row: Row
    figure: str
    expected: str
    against: str
    why: str


def findings(rows: Iterable[Row], lines: Mapping[Key, Line]) -> Iterator[Finding]:
    """Which figures of a table's rows do not follow? In the order of the rows and columns, none told twice.

    `lines`: what the store knows of them. Differences, percentages, and rates beside their count are held
    against the table itself; against the store only where it cannot tell.
    """
    by_key = {row.key: row for row in rows}
    for row in by_key.values():
        counts = by_key.get((row.quarter, row.area, row.indicator.numerator or ""))
        before = by_key.get((row.quarter.previous, row.area, row.indicator.id))
        found = [*_own_counts(row), *_of_rate(row, counts), *_to_date(row, before)]
        if row.key in lines:
            told = {(finding.figure, finding.expected) for finding in found}
            of_line = _of_store(row, lines[row.key], _for_the_store(row, counts))
            found += [finding for finding in of_line if (finding.figure, finding.expected) not in told]
        yield from sorted(found, key=lambda finding: _FIGURES.index(finding.figure))


def _own_counts(row: Row) -> Iterator[Finding]:
    """Do the difference and the % difference follow from the row's own values?"""
    now, base = row.figures.get("quarter_value"), row.figures.get("same_quarter_last_year")
    if now is None or base is None:
        return
    kind = measured(row.indicator)
    if "difference" in row.figures:
        slack = _RATE_DIFFERENCE if kind == "rate_per_1000" else Decimal(0)
        if abs(row.figures["difference"] - (now - base)) > slack:
            yield Finding(row, "difference", _text(now - base), OWN, f"from {base:,} to {now:,}")
    if "pct_difference" in row.figures:
        yield from _percentage(row, now, base)


def _of_rate(row: Row, counts: Row | None) -> Iterator[Finding]:
    """Do the rates follow from the counts in the same table, and the residents of the year?"""
    if counts is None:
        return
    for figure in _rates_of(row, counts):
        period = row.quarter.last_year if figure == "same_quarter_last_year" else row.quarter
        people = population_of(partnership().areas, row.area, period)
        if people is None:
            continue
        count, published = counts.figures[figure], row.figures[figure]
        exact = count * 1000 / people.residents
        if abs(published - exact) > _slack(figure):
            why = f"{count:,} {counts.indicator.unit} among {people.residents:,} residents ({people.year})"
            yield Finding(row, figure, _text(_rounded(exact, max(1, _decimals(published)))), OWN, why)


def _rates_of(row: Row, counts: Row | None) -> list[str]:
    """Which of the row's rates have their count in the same table?"""
    if counts is None:
        return []
    return [figure for figure in _VALUES if figure in row.figures and figure in counts.figures]


def _to_date(row: Row, before: Row | None) -> Iterator[Finding]:
    """Is the year to date that of the quarter before and this quarter's count? Only counts add up."""
    now, published = row.figures.get("quarter_value"), row.figures.get("year_to_date")
    if measured(row.indicator) != "count" or now is None or published is None:
        return
    if row.quarter.first == row.quarter.year_to_date.first:
        if published != now:
            yield Finding(row, "year_to_date", _text(now), OWN, "the first quarter is all of the year to date")
        return
    earlier = before.figures.get("year_to_date") if before else None
    if earlier is not None and published != earlier + now:
        why = f"{earlier:,} to the quarter before and {now:,} in this one; a late revision or a slip"
        yield Finding(row, "year_to_date", _text(earlier + now), BEFORE, why)


def _of_store(row: Row, line: Line, figures: Iterable[str]) -> Iterator[Finding]:
    """Are some of the row's figures those of the store, as far as it knows them?"""
    for figure in figures:
        exact, published = _stored(line, figure), row.figures[figure]
        if exact is None or (line.measured == "rate_per_1000" and figure == "pct_difference"):
            continue
        places = _decimals(published)
        if line.measured == "rate_per_1000":
            follows = abs(published - exact) <= (_RATE_DIFFERENCE if figure == "difference" else _slack(figure))
            places = max(1, places)
        elif line.measured == "percent" or figure == "pct_difference":
            follows = published == _rounded(exact, places)
        else:
            follows, places = published == exact, _decimals(exact)
        if not follows:
            expected = _rounded(exact, places)
            yield Finding(row, figure, _text(expected), STORE, f"the store has {expected:,}")


def _for_the_store(row: Row, counts: Row | None) -> list[str]:
    """The figures of which only the store can tell: the others follow from those beside them."""
    follow = set(_rates_of(row, counts))
    if {"quarter_value", "same_quarter_last_year"} <= set(row.figures):
        follow |= set(_CHANGES)
    return [figure for figure in _FIGURES if figure in row.figures and figure not in follow]


def _decimals(value: Decimal) -> int:
    """How many decimals is a number printed with?"""
    return max(0, -int(value.as_tuple().exponent))


def _percentage(row: Row, now: Decimal, base: Decimal) -> Iterator[Finding]:
    published = row.figures["pct_difference"]
    places = _decimals(published)
    if measured(row.indicator) == "percent":
        expected, why = _rounded(now - base, places), f"from {base} to {now} is {now - base:+} percentage points"
        if published != expected:
            yield Finding(row, "pct_difference", _text(expected), OWN, why)
        return
    if base == 0:
        yield Finding(row, "pct_difference", _NONE, OWN, "a percentage of 0 is not available")
        return
    low = high = expected = _rounded(_percent(now, base), places)
    if measured(row.indicator) == "rate_per_1000" and base > _HALF_PRINTED:  # what rounded rates leave open
        low = _rounded(_percent(now - _HALF_PRINTED, base + _HALF_PRINTED), places)
        high = _rounded(_percent(now + _HALF_PRINTED, base - _HALF_PRINTED), places)
    if not low <= published <= high:
        why = f"from {base:,} to {now:,} is {_rounded(_percent(now, base), places + 1):+}%"
        yield Finding(row, "pct_difference", _text(expected), OWN, why)


def _stored(line: Line, figure: str) -> Decimal | None:
    value = getattr(line.last_year, figure, None) if figure in _CHANGES else getattr(line, figure)
    if value is None:
        return None
    exact = round(Decimal(repr(float(value))), 9)  # so many are exact: 2.9 - 3.3 is not quite -0.4 in binary
    return exact.normalize() + 0 if exact % 1 else exact.quantize(Decimal(1))


def _percent(now: Decimal, base: Decimal) -> Decimal:
    return 100 * (now - base) / base


def _slack(figure: str) -> Decimal:
    return _RATE_TO_DATE if figure == "year_to_date" else _RATE


def _rounded(value: Decimal, places: int) -> Decimal:
    """Half away from zero, as the partnership's reports are rounded; never minus zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def _text(value: Decimal) -> str:
    return f"{value:f}"
