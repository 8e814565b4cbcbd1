"""What holds of every sentence of the report: each number in it is the printed form of one of its cells."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable

from shp_data.analysis.report.report_value import Report
from shp_view.text import report_sentences, verdict_words, wording
from shp_view.text.report_sentences import Sentence

_WORDS = (
    *(wording.format_cardinal(n) for n in range(1, 11)),
    *(wording.format_ordinal(n) for n in range(1, 11)),
)
_NUMBER = re.compile(
    rf"(?<![A-Za-z])\d+(?:,\d{{3}})*(?:\.\d+)?(?:st|nd|rd|th|%)?|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE
)
_PLURALS = "incidents|offences|fires|complaints|cases|reports|referrals|people|percentage points"
_WRONG = {
    "minus zero": r"[-−]0(?![\d.]*[1-9])",
    "a singular with a plural noun": rf"(?<![\d,.])1 (?!of )(?:[A-Za-z()]+ )*?(?:{_PLURALS})\b",
    "a singular with a plural verb": r"\b(?:were|are) 1\b(?!,\d)|(?<![\d,.(])\b1 (?:were|are)\b",
    "a plural with a singular verb": r"\bthere was (?!1\b(?!,\d))\d",
    "a value of Python": r"\b(?:None|nan|inf|True|False)\b|[{}\[\]]",
    "broken punctuation": r"\.\.|,,|  | [,.;]|\( | \)|\(\)",
    "judgement": r"\b(?:good|bad|better|worse|improv\w+|deteriorat\w+|worrying|encouraging)\b",
}


def everything_said(report: Report) -> list[Sentence]:
    """All that the words say of a report."""
    said = [*report_sentences.list_key_messages(report)]
    for line in report.list_all_lines():
        said += report_sentences.describe_line(report, line)
    for compared in report.compared:
        said += report_sentences.describe_comparison(report, compared)
    for wards in report.wards:
        said += report_sentences.describe_wards(report, wards)
    for places in report.places:
        said += report_sentences.describe_locations(report, places)
    return said


def faults(report: Report, said: Sentence) -> list[str]:
    """What is wrong with a sentence: numbers and months that no cell holds, and what no sentence may read like."""
    text = _without_names(report, said)
    shown = {form.casefold() for cell in said.values for form in _forms(cell.value)}
    found = [f"{number!r} is in no cell" for number in _NUMBER.findall(text) if number.casefold() not in shown]
    months = {period for cell in said.values for period in cell.period.split()}
    found += [
        f"{name} is in no cell"
        for name in calendar.month_name[1:]
        if re.search(rf"\b{name}\b", text) and name[:3] not in months
    ]
    found += [what for what, pattern in _WRONG.items() if re.search(pattern, said.text)]
    if not re.match(r"[A-Z0-9].*\.$", said.text):
        found.append("no sentence")
    return found


def every_fault(report: Report, said: Iterable[Sentence]) -> list[tuple[str, list[str]]]:
    """The sentences with faults, each with them."""
    return [(one.text, found) for one in said if (found := faults(report, one))]


def _without_names(report: Report, said: Sentence) -> str:
    """The text without what is no figure: names, periods, how often chance does it (which its p-value gives)."""
    quarter = report.quarter
    periods = (quarter, quarter.last_year, quarter.previous, quarter.year_to_date)
    names = {name for period in periods for name in (period.label, period.span)}
    names |= {name for cell in said.values for name in (cell.subject, cell.area, cell.period) if name}
    names |= {verdict_words.describe_frequency(cell.value, quarter) for cell in said.values if cell.name == "p-value"}
    names |= {"per 1,000 residents", "% of zero", "one like it"}
    text = said.text
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), "*", text, flags=re.IGNORECASE)
    return text


def _forms(value: float | str | None) -> set[str]:
    """How a value may be printed; for a difference its size."""
    if value is None or isinstance(value, str):
        return set()
    sizes = (value, abs(value))
    numbers = {
        write(size) for size in sizes for write in (wording.format_number, wording.format_rate, wording.format_percent)
    }
    numbers |= {wording.format_exact_percent(abs(value)), wording.format_points(value).split(" ")[0]}
    whole = value == int(value) and value > 0
    return numbers | ({wording.format_cardinal(int(value)), wording.format_ordinal(int(value))} if whole else set())
