"""The report's title and key messages: changes beyond chance, missing figures, and how the area compares."""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import Line, Report
from shp_view.text.area_words import describe_rank
from shp_view.text.place_words import describe_changes
from shp_view.text.report_cells import (
    LAST_YEAR,
    Sentence,
    SentenceValue,
    list_chance_values,
    list_comparison_values,
    make_quarter_value,
    name_in_sentence,
)
from shp_view.text.wording import join_names


def build_title(report: Report) -> str:
    """Build the title: `Community safety performance report, Anytown, 2020-21 Q3 (Oct to Dec 2020)`."""
    return f"Community safety performance report, {report.area}, {report.quarter.label}"


def list_key_messages(report: Report) -> tuple[Sentence, ...]:
    """List up to seven key messages, each with the values it was made from. A report without lines has none."""
    lines = [line for line in report.lines if line.measured != "rate_per_1000"]  # a rate goes with its count
    judged = [line for line in lines if line.chance]
    sentences = [
        *_describe_beyond_chance(report, judged),
        _describe_usual(report, judged),
        _describe_untested(report, lines),
        *_describe_missing(report, lines),
        _describe_standings(report),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _describe_beyond_chance(report: Report, judged: Sequence[Line]) -> list[Sentence]:
    """Name the indicators that rose and that fell by more than chance, or say that none of those tested did."""
    sentences = []
    for verdict, rose in (("higher than expected", True), ("lower than expected", False)):
        changed = [line for line in judged if line.chance and line.chance.verdict == verdict]
        if changed:
            bases = [line.last_year.base if line.last_year else 0 for line in changed]
            changes = [
                (name_in_sentence(changed_line), base, changed_line.quarter_value or 0)
                for changed_line, base in zip(changed, bases, strict=True)
            ]
            sentences.append(Sentence(describe_changes(rose, changes), _list_change_values(report, changed)))
    if judged and not sentences:
        text = "No indicator rose or fell by more than chance compared with the same quarter last year."
        sentences.append(Sentence(text, _list_change_values(report, judged)))
    return sentences


def _describe_usual(report: Report, judged: Sequence[Line]) -> Sentence | None:
    lines = [line for line in judged if line.chance and line.chance.verdict == "within usual variation"]
    if not lines:
        return None
    text = f"Within usual variation, compared with the same quarter last year: {_list_names(lines)}."
    return Sentence(text, _list_change_values(report, lines))


def _describe_untested(report: Report, lines: Sequence[Line]) -> Sentence | None:
    """Name the indicators whose figure is in and whose change on last year is not tested against chance."""
    untested = [line for line in lines if line.quarter_value is not None and line.chance is None]
    if not untested:
        return None
    text = f"Not tested against chance: {_list_names(untested)}."
    return Sentence(text, tuple(make_quarter_value(report, line) for line in untested))


def _describe_missing(report: Report, lines: Sequence[Line]) -> list[Sentence]:
    """Name the indicators not yet in, and those not available for the area. Say so where all are in."""
    missing = [line for line in lines if line.quarter_value is None]
    pending, unavailable = (
        [line for line in missing if bool(line.not_known) is is_unavailable] for is_unavailable in (False, True)
    )
    statements = [(f"Not yet in: {_list_names(pending)}.", pending)] if pending else []
    statements += (
        [(f"Not available for {report.area}: {_list_names(unavailable)}.", unavailable)] if unavailable else []
    )
    statements += [("The figure of every indicator is in.", list(lines))] if lines and not missing else []
    return [Sentence(text, tuple(make_quarter_value(report, line) for line in group)) for text, group in statements]


def _describe_standings(report: Report) -> Sentence | None:
    """Describe how the report's area compares with the other areas, by each rate."""
    sentences = [sentence for sentence in (describe_rank(report, compared) for compared in report.compared) if sentence]
    values = tuple(value for sentence in sentences for value in sentence.values)
    return Sentence(" ".join(sentence.text for sentence in sentences), values) if sentences else None


def _list_change_values(report: Report, lines: Sequence[Line]) -> tuple[SentenceValue, ...]:
    bases = [(make_quarter_value(report, line), list_comparison_values(report, line, LAST_YEAR)[0]) for line in lines]
    pairs = zip(bases, (list_chance_values(report, line) for line in lines), strict=True)
    return tuple(value for both, chance in pairs for value in (*both, *chance))


def _list_names(lines: Sequence[Line]) -> str:
    return join_names([name_in_sentence(line) for line in lines])
