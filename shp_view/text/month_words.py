"""The months of a quarter in words: the most and the fewest, with and without COVID-related incidents."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.periods import Month
from shp_view.text import wording
from shp_view.text.report_cells import Sentence, SentenceValue, format_value

_ALL, _WITHOUT = "Month", "Month, without COVID-related"


def describe_months(line: Line) -> Sentence | None:
    """Describe which months had the most and the fewest.

    None unless every month has a figure and one is above 0.
    """
    values = [(month.month, month.value) for month in line.months]
    text = _describe_extremes(line, values)
    return Sentence(wording.capitalise(text), _list_values(line, values, _ALL)) if text else None


def describe_received_months(line: Line) -> Sentence | None:
    """Describe which months of an incomplete quarter have a figure; None if no month has one."""
    received = [(month.month, month.value) for month in line.months if month.value is not None]
    if not received:
        return None
    texts = [f"{_name_month(month)} ({format_value(line.measured, value)})" for month, value in received]
    return Sentence(f"In so far: {wording.join_names(texts)}.", _list_values(line, received, _ALL))


def describe_covid(report: Report, line: Line) -> Sentence | None:
    """Describe the COVID-related incidents, the number without them, and the months."""
    covid_counts = line.covid
    if covid_counts is None:
        return None
    large = covid_counts.count and (line.quarter_value or 0) >= wording.SMALL_BASE
    marked = f"{wording.format_number(covid_counts.count) if covid_counts.count else 'none'}{_format_share(covid_counts.share) if large else ''}"
    before = covid_counts.excluding_last_year
    against = "" if before is None else f", against {_format_count(before)} without them in the same quarter last year"
    text = (
        f"Of the {line.unit}, {marked} {_choose_was(covid_counts.count)} COVID-related; without them there "
        f"{_choose_was(covid_counts.excluding)} {_format_count(covid_counts.excluding)}{against}."
    )
    without = [(month.month, month.excluding_covid) for month in line.months]
    extremes = _describe_extremes(line, without)
    extremes_text = f" Without COVID-related {line.unit}, {extremes}" if extremes else ""
    covid_values = {
        "COVID-related": covid_counts.count,
        "COVID-related, share": covid_counts.share,
        "Without COVID-related": covid_counts.excluding,
    }
    quarter = report.quarter
    sentence_values = [
        SentenceValue(name, line.label, line.area, quarter.label, value) for name, value in covid_values.items()
    ]
    earlier = SentenceValue("Without COVID-related", line.label, line.area, quarter.last_year.label, before)
    return Sentence(
        f"{text}{extremes_text}",
        (*sentence_values, earlier, *(_list_values(line, without, _WITHOUT) if extremes_text else ())),
    )


def _describe_extremes(line: Line, values: Sequence[tuple[str, float | None]]) -> str:
    """Describe the extremes; empty if a month has no figure.

    For example `October had the most (518) and December the fewest (302).`
    """
    month_values = [(month, value) for month, value in values if value is not None]
    if len(month_values) < max(2, len(values)) or not any(value for _, value in month_values):
        return ""
    most, fewest = ("most", "fewest") if line.measured == "count" else ("highest", "lowest")
    high, low = max(value for _, value in month_values), min(value for _, value in month_values)
    if high == low:
        return f"each month had {format_value(line.measured, high)}."
    return f"{_describe_months_with(line, month_values, high, f' had the {most}')} and {_describe_months_with(line, month_values, low, f' the {fewest}')}."


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


def _format_share(share: float) -> str:
    return f" ({wording.format_percent(share)})"


def _choose_was(count: int) -> str:
    return "was" if count == 1 else "were"


def _format_count(count: int) -> str:
    return wording.format_number(count) if count else "none"
