"""Rules that find published figures that do not follow. They work on the rows as printed, in decimals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shp_data.analysis.measures import find_population
from shp_data.analysis.report.report_value import Line
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import classify_measure
from shp_data.domain.vocabulary import Indicator

OWN_COUNTS, BEFORE, STORE = "its own counts", "the quarter before", "the store"
_VALUES = ("year_to_date", "same_quarter_last_year", "quarter_value")
_CHANGES = ("difference", "pct_difference")
_FIGURES = (*_VALUES, *_CHANGES)
# Rates are printed to one decimal, over a population that may be another year's; a year to date adds up rounded ones.
_RATE, _RATE_TO_DATE = Decimal("0.1"), Decimal("0.25")
_RATE_DIFFERENCE = Decimal("0.15")  # of two rates, each rounded, and rounded itself
_HALF_PRINTED = Decimal("0.05")
_NOT_AVAILABLE = "not available"

Key = tuple[Period, str, str]  # quarter, area, indicator


@dataclass(frozen=True)
class PublishedFigure:
    """The published figures of one indicator, area and quarter, by column, as printed and without empty ones."""

    quarter: Period
    area: str
    indicator: Indicator
    figures: Mapping[str, Decimal]

    @property
    def key(self) -> Key:
        """The quarter, area and indicator of the row."""
        return self.quarter, self.area, self.indicator.id


@dataclass(frozen=True)
class Finding:
    """A published figure that does not follow: its row and column, the figure that follows, its basis, and why."""

    row: PublishedFigure
    figure: str
    expected: str
    against: str
    why: str


def list_findings(rows: Iterable[PublishedFigure], lines: Mapping[Key, Line]) -> Iterator[Finding]:
    """List the figures of a table's rows that do not follow, by row and column, each once.

    Differences, percentages, and rates with their count are checked against the table itself. They are
    checked against the store only where the table cannot decide. `lines`: the figures of the store for the
    rows.
    """
    by_key = {row.key: row for row in rows}
    for row in by_key.values():
        counts = by_key.get((row.quarter, row.area, row.indicator.numerator or ""))
        previous = by_key.get((row.quarter.previous, row.area, row.indicator.id))
        row_findings = [*_check_changes(row), *_check_rates(row, counts), *_check_to_date(row, previous)]
        if row.key in lines:
            listed = {(finding.figure, finding.expected) for finding in row_findings}
            store_findings = _check_against_store(row, lines[row.key], _list_store_figures(row, counts))
            # The same correction twice, from the row and from the store, would read as two errors.
            row_findings += [finding for finding in store_findings if (finding.figure, finding.expected) not in listed]
        yield from sorted(row_findings, key=lambda finding: _FIGURES.index(finding.figure))


def _check_changes(row: PublishedFigure) -> Iterator[Finding]:
    """Check that the difference and the % difference follow from the values of the row."""
    now, base = row.figures.get("quarter_value"), row.figures.get("same_quarter_last_year")
    if now is None or base is None:
        return
    measure = classify_measure(row.indicator)
    if "difference" in row.figures:
        # Each rate is off by up to 0.05 from its rounding, and so is their printed difference: 0.15 in all.
        tolerance = _RATE_DIFFERENCE if measure == "rate_per_1000" else Decimal(0)
        if abs(row.figures["difference"] - (now - base)) > tolerance:
            yield Finding(row, "difference", _format_number(now - base), OWN_COUNTS, f"from {base:,} to {now:,}")
    if "pct_difference" in row.figures:
        yield from _check_percentage(row, now, base)


def _check_rates(row: PublishedFigure, counts: PublishedFigure | None) -> Iterator[Finding]:
    """Check that the rates follow from the counts in the same table and the residents of the year."""
    if counts is None:
        return
    areas = partnership().areas
    # A paper works out both of its years from one edition of the estimates.
    edition = areas.choose_edition([row.quarter])
    for figure in _list_rates(row, counts):
        period = row.quarter.last_year if figure == "same_quarter_last_year" else row.quarter
        people = find_population(areas, row.area, period, edition)
        if people is None:
            continue
        count, published = counts.figures[figure], row.figures[figure]
        exact = count * 1000 / people.residents
        if abs(published - exact) > _find_tolerance(figure):
            why = f"{count:,} {counts.indicator.unit} among {people.residents:,} residents ({people.year})"
            expected = _round_half_up(exact, max(1, _count_decimals(published)))
            yield Finding(row, figure, _format_number(expected), OWN_COUNTS, why)


def _list_rates(row: PublishedFigure, counts: PublishedFigure | None) -> list[str]:
    """List the rates of the row that have their count in the same table."""
    if counts is None:
        return []
    return [figure for figure in _VALUES if figure in row.figures and figure in counts.figures]


def _check_to_date(row: PublishedFigure, previous: PublishedFigure | None) -> Iterator[Finding]:
    """Check that the year to date is that of the quarter before plus this quarter. Only counts add up."""
    now, published = row.figures.get("quarter_value"), row.figures.get("year_to_date")
    # A rate or a percentage to date is no sum of its quarters.
    if classify_measure(row.indicator) != "count" or now is None or published is None:
        return
    if row.quarter.first == row.quarter.year_to_date.first:
        if published != now:
            why = "the first quarter is all of the year to date"
            yield Finding(row, "year_to_date", _format_number(now), OWN_COUNTS, why)
        return
    earlier = previous.figures.get("year_to_date") if previous else None
    if earlier is not None and published != earlier + now:
        why = f"{earlier:,} to the quarter before and {now:,} in this one; a late revision or a slip"
        yield Finding(row, "year_to_date", _format_number(earlier + now), BEFORE, why)


def _check_against_store(row: PublishedFigure, line: Line, figures: Iterable[str]) -> Iterator[Finding]:
    """Check some figures of the row against those that the store has."""
    for figure in figures:
        exact, published = _find_stored_value(line, figure), row.figures[figure]
        if exact is None or (line.measured == "rate_per_1000" and figure == "pct_difference"):
            continue
        decimals = _count_decimals(published)
        if line.measured == "rate_per_1000":
            follows = abs(published - exact) <= _find_tolerance(figure)
            decimals = max(1, decimals)
        elif line.measured == "percent" or figure == "pct_difference":
            follows = published == _round_half_up(exact, decimals)
        else:
            follows, decimals = published == exact, _count_decimals(exact)
        if not follows:
            expected = _round_half_up(exact, decimals)
            yield Finding(row, figure, _format_number(expected), STORE, f"the store has {expected:,}")


def _list_store_figures(row: PublishedFigure, counts: PublishedFigure | None) -> list[str]:
    """List the figures that only the store can check: the others follow from figures in the same row or table."""
    # A figure that follows from its own row is a slip there; the store may differ by a late revision.
    derived = set(_list_rates(row, counts))
    if {"quarter_value", "same_quarter_last_year"} <= set(row.figures):
        derived |= set(_CHANGES)
    return [figure for figure in _FIGURES if figure in row.figures and figure not in derived]


def _count_decimals(value: Decimal) -> int:
    """Count the decimals that a number is printed with."""
    return max(0, -int(value.as_tuple().exponent))


def _check_percentage(row: PublishedFigure, now: Decimal, base: Decimal) -> Iterator[Finding]:
    published = row.figures["pct_difference"]
    decimals = _count_decimals(published)
    if classify_measure(row.indicator) == "percent":
        expected = _round_half_up(now - base, decimals)
        if published != expected:
            why = f"from {base} to {now} is {now - base:+} percentage points"
            yield Finding(row, "pct_difference", _format_number(expected), OWN_COUNTS, why)
        return
    if base == 0:
        yield Finding(row, "pct_difference", _NOT_AVAILABLE, OWN_COUNTS, "a percentage of 0 is not available")
        return
    # A rate was rounded before it was printed, so several percentages follow from the same two rates.
    low = high = expected = _round_half_up(_compute_percent(now, base), decimals)
    if classify_measure(row.indicator) == "rate_per_1000" and base > _HALF_PRINTED:  # what rounded rates leave open
        low = _round_half_up(_compute_percent(now - _HALF_PRINTED, base + _HALF_PRINTED), decimals)
        high = _round_half_up(_compute_percent(now + _HALF_PRINTED, base - _HALF_PRINTED), decimals)
    if not low <= published <= high:
        why = f"from {base:,} to {now:,} is {_round_half_up(_compute_percent(now, base), decimals + 1):+}%"
        yield Finding(row, "pct_difference", _format_number(expected), OWN_COUNTS, why)


def _find_stored_value(line: Line, figure: str) -> Decimal | None:
    value = getattr(line.last_year, figure, None) if figure in _CHANGES else getattr(line, figure)
    if value is None:
        return None
    exact = round(Decimal(repr(float(value))), 9)  # so many are exact: 2.9 - 3.3 is not quite -0.4 in binary
    return exact.normalize() + 0 if exact % 1 else exact.quantize(Decimal(1))


def _compute_percent(now: Decimal, base: Decimal) -> Decimal:
    return 100 * (now - base) / base


def _find_tolerance(figure: str) -> Decimal:
    """Find by how much a printed rate, or the difference of two, may be off by rounding alone."""
    return {"year_to_date": _RATE_TO_DATE, "difference": _RATE_DIFFERENCE}.get(figure, _RATE)


def _round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as the partnership's reports do; never to minus zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def _format_number(value: Decimal) -> str:
    return f"{value:f}"
