"""Worked examples of the quarterly report, of the check of a published one, and of what each role sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shp_data.analysis.context import name_area
from shp_data.analysis.measures import find_population
from shp_data.analysis.report.check_rules import PublishedFigure, list_findings
from shp_data.analysis.report.report import find_quarter
from shp_data.analysis.report.report_numbers import ReportNumbers, read_numbers
from shp_data.domain.disclosure import find_withheld, round_count
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import classify_measure
from shp_data.domain.selection import Viewer
from shp_data.domain.vocabulary import Indicator
from shp_data.store.reading import Reader, count_records, is_protected
from shp_view.methods.example_data import ExampleData, NoExampleError, format_decimals
from shp_view.text import wording
from shp_view.text.wording import format_number, format_rate, format_signed


@dataclass(frozen=True)
class _ReportExample:
    """The indicator with the most incidents in the quarter and area of the report."""

    figures: ReportNumbers
    indicator: Indicator
    area: str
    quarter: Period
    value: int

    @property
    def name(self) -> str:
        return f"**{self.indicator.short}, {self.area}, {self.quarter.label}**"

    def get_value(self, period: Period) -> float | None:
        return self.figures.find_value(self.indicator, self.area, period)


def _explain_report(data: ExampleData) -> str:
    example = _find_example(data)
    value, quarter = example.value, example.quarter
    last_year = _compare_values(value, example.get_value(quarter.last_year), "The same quarter last year")
    previous = _compare_values(value, example.get_value(quarter.previous), "The previous quarter")
    return f"{example.name}: {format_number(value)}. {last_year} {previous}{_describe_percentage(example)}"


def _compare_values(value: float, base: float | None, name: str) -> str:
    """Compare a count with an earlier one: `The previous quarter had 1,246: −181, −15%.`"""
    if base is None:
        return f"{name} is not loaded."
    share = wording.format_signed_percent(100 * (value - base) / base) if base else "there is no percentage of 0"
    return f"{name} had {format_number(base)}: {format_signed(value - base)}, {share}."


def _describe_percentage(example: _ReportExample) -> str:
    """Describe in a paragraph an indicator that is a percentage, where one is loaded with its year before."""
    for indicator in partnership().vocabulary.indicators.values():
        if classify_measure(indicator) != "percent":
            continue
        periods = (example.quarter, example.quarter.last_year)
        now, before = (example.figures.find_value(indicator, example.area, period) for period in periods)
        if now is not None and before is not None:
            # As decimals: 34.6 - 26.5 in binary is not exactly 8.1.
            change = wording.format_signed_points(float(Decimal(repr(now)) - Decimal(repr(before))))
            return (
                f"\n\n{indicator.label}: {wording.format_exact_percent(now)}, compared with "
                f"{wording.format_exact_percent(before)} in the same quarter last year: {change}."
            )
    return ""


def _explain_year_to_date(data: ExampleData) -> str:
    example = _find_example(data)
    year, quarter = example.quarter.year_to_date, example.quarter
    total = example.figures.find_year_to_date(example.indicator, example.area, quarter).value
    people = find_population(partnership().areas, example.area, quarter)
    if total is None or people is None:
        raise NoExampleError("The financial year is not loaded from April. Choose a later period.")
    # The quarters of the financial year up to this one.
    quarters = [quarter.shift(3 * n) for n in range(1 - year.length // 3, 1)]
    parts = " + ".join(format_number(example.get_value(part)) for part in quarters)
    return (
        f"**{example.indicator.short}, {example.area}, {year.label}**: {parts} = {format_number(total)}. "
        f"{format_number(total)} × 1,000 ÷ {format_number(people.residents)} = "
        f"**{format_rate(total * 1000 / people.residents)}** per 1,000 residents of {people.year}."
        f"{_describe_mismatch(example)}"
    )


def _describe_mismatch(example: _ReportExample) -> str:
    """Describe in a paragraph a supplied year to date that is not the sum of its quarters, where there is one."""
    for indicator in partnership().vocabulary.indicators.values():
        if indicator.kind != "reported":
            continue
        supplied = example.figures.find_year_to_date(indicator, example.area, example.quarter)
        if supplied.differs_from is not None:
            return (
                f"\n\n{indicator.label}: the supplier's year to date is {format_number(supplied.value)}, and the "
                f"quarters add up to {format_number(supplied.differs_from)}. "
                f"{format_number(supplied.value)} is printed, and a sentence gives both."
            )
    return ""


def _explain_check(data: ExampleData) -> str:
    example = _find_example(data)
    base = example.get_value(example.quarter.last_year)
    if not base:
        raise NoExampleError("The same quarter last year is not loaded or has no incident. Choose a later period.")
    # One figure is made wrong on purpose, to show how the check reports it.
    share = wording.round_number(100 * (example.value - base) / base)
    figures = {
        "same_quarter_last_year": Decimal(int(base)),
        "quarter_value": Decimal(example.value),
        "difference": Decimal(example.value - int(base)),
        "pct_difference": share + 1,
    }
    mismatch, *_ = list_findings([PublishedFigure(example.quarter, example.area, example.indicator, figures)], {})
    return (
        f"{example.name}: a table that prints {format_number(base)}, {format_number(example.value)}, "
        f"{format_signed(example.value - base)} and {format_signed(float(share + 1))}% has one figure that does not "
        f"agree. Published: {format_decimals(float(share + 1), 0)}; expected: **{mismatch.expected}**; checked "
        f"against: {mismatch.against}; reason: {mismatch.why}."
    )


def _find_example(data: ExampleData) -> _ReportExample:
    """Find the example: the report that the area and period in view lead to."""
    indicator = partnership().vocabulary.find_indicator(data.complete_rows[-1]["indicator"])
    quarter = find_quarter(data.selection.period)
    area = data.selection.areas[0] if len(data.selection.areas) == 1 else partnership().area
    figures = read_numbers(data.reader, quarter)
    value = figures.find_value(indicator, area, quarter)
    if value is None:
        raise NoExampleError(f"{quarter.label} is not completely loaded. Choose another period.")
    return _ReportExample(figures, indicator, area, quarter, int(value))


INVENTED_COUNTS = {"A": 0, "B": 1, "C": 2, "D": 6, "E": 9}  # an example that does not depend on the loaded data


def _explain_roles(data: ExampleData) -> str:
    return f"{_describe_invented()}\n\n{_describe_withheld(data)}"


def _describe_invented() -> str:
    """Describe what a partner and the public see of five invented wards."""
    policy = partnership().disclosure
    visible = {
        name: count
        for name, count in INVENTED_COUNTS.items()
        if name not in find_withheld(INVENTED_COUNTS, policy.withhold_under)
    }
    hidden, hidden_total = INVENTED_COUNTS.keys() - visible, sum(INVENTED_COUNTS.values()) - sum(visible.values())
    public = {name: round_count(count, policy.round_to) for name, count in visible.items()}
    return (
        f"Five wards have {_list_counts(INVENTED_COUNTS)}, {sum(INVENTED_COUNTS.values())} together. A partner sees "
        f"{_list_counts(visible)}, and can work out that {wording.join_names(sorted(hidden))} have {hidden_total} "
        f"together. The public role sees {_list_counts(public)}."
    )


def _list_counts(line: Mapping[str, int]) -> str:
    return wording.join_names([f"{name} {count}" for name, count in line.items()]) if line else "none of them"


def _describe_withheld(data: ExampleData) -> str:
    """Describe how many of the counts by ward are withheld, indicator by indicator."""
    quarter = find_quarter(data.selection.period)
    names = {
        row["indicator"]: row["name"]
        for row in data.complete_rows
        if data.reader.store.covers([row["indicator"]], quarter, data.selection.areas)
    }
    if not names:
        raise NoExampleError(f"{quarter.label} is not completely loaded. Choose another period.")
    selection = partnership().select(tuple(names), quarter, data.selection.areas)
    viewer = (
        Viewer("partner") if data.reader.viewer.role == "analyst" else data.reader.viewer
    )  # never more than the viewer's role sees
    where = f"**{name_area(selection)}, {quarter.label}**"
    if not is_protected(Reader(data.reader.store, viewer), selection):
        return f"{where}: all loaded data is already published, so nothing is withheld."
    # A partner sees the whole quarter by ward, so the withheld counts are those of this table.
    table = count_records(Reader(data.reader.store, viewer), selection, ["indicator", "lpa", "ward"])
    missing = table["count"].isna().groupby(table["indicator"])
    withheld_counts = [
        f"{names[id_]} {format_number(missing_rows.sum())} of {len(missing_rows)}"
        for id_, missing_rows in missing
        if len(missing_rows)
    ]
    counts = "; ".join(withheld_counts)
    return f"{where}, counts by ward (and of records in no ward) that are withheld from partners: {counts}."


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {
    "report": _explain_report,
    "to_date": _explain_year_to_date,
    "checked": _explain_check,
    "roles": _explain_roles,
}
