"""Locations in words: the wards with the most and with none, and the repeat locations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from shp_data.analysis.report.report_value import RepeatLocation, RepeatLocations, Report, ReportWards, WardValue
from shp_data.domain.counting import choose_noun
from shp_view.text import wording
from shp_view.text.report_cells import LAST_YEAR, THIS, Sentence, SentenceValue, name_incidents
from shp_view.text.wording import NOT_AVAILABLE, format_cardinal, format_number, format_percent, join_names

T = TypeVar("T")
_TOP_WARDS = 3
_SHOWN = "Of the wards whose counts are shown"
_MOST_NAMED = 5  # a tie that would name more is counted instead


def describe_wards(report: Report, wards: ReportWards) -> tuple[Sentence, ...]:
    """Describe the wards with the most, their joint share, those with none and those that changed.

    Only changes beyond chance are described.
    """
    sentences = [
        _describe_most(report, wards),
        _describe_none(report, wards),
        *_describe_ward_changes(report, wards),
        *_describe_rest(report, wards),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def describe_changes(rose: bool, changes: Sequence[tuple[str, float, float]]) -> str:
    """Describe changes beyond chance.

    For example `Northgate (10 to 32) rose by more than chance compared with the same quarter last year.`

    `changes`: the name, last year's count and this year's count of each.
    """
    texts = [f"{name} ({format_number(before)} to {format_number(current)})" for name, before, current in changes]
    verb = "rose" if rose else "fell"
    start = wording.capitalise(f"{join_names(texts)} {verb}")
    return f"{start} by more than chance compared with the same quarter last year."


def select_highest(items: Sequence[T], count: Callable[[T], int], wanted: int) -> tuple[list[T], list[T]]:
    """Select the items with the highest counts, and those that tie for the last place.

    A tie is never split. If naming all items of the last place would name more than five, they are the
    second list. Otherwise the second list is empty. Items with a count of 0 are in neither.
    """
    ordered = sorted((item for item in items if count(item) > 0), key=count, reverse=True)
    if not ordered:
        return [], []
    last = count(ordered[min(wanted, len(ordered)) - 1])
    named = [item for item in ordered if count(item) >= last]
    if len(named) <= max(wanted, _MOST_NAMED):
        return named, []
    return [item for item in named if count(item) > last], [item for item in named if count(item) == last]


def _describe_most(report: Report, wards: ReportWards) -> Sentence | None:
    what, total = name_incidents(wards.indicator), count_total(report, wards)
    named, tied = select_highest([ward for ward in wards.wards if ward.count], _get_count, _TOP_WARDS)
    sentence_values = [SentenceValue("In all", what, report.area, report.quarter.label, total)]
    sentence_values += [item for ward in (*named, *tied) for item in _list_ward_values(report, ward)]
    if not named and not tied:
        return None if wards.withheld_count else Sentence(f"No ward had any {what}.", tuple(sentence_values))
    large = total >= wording.SMALL_BASE
    if not named:
        start = f"{_SHOWN}, {format_cardinal(len(tied))}" if wards.withheld_count else f"{_spell_count(tied)} wards"
        text = f"{start} had the most {what}, {format_number(tied[0].count)} each."
        return Sentence(
            text,
            (*sentence_values, SentenceValue("Wards", "Wards that tie", report.area, report.quarter.label, len(tied))),
        )
    ward_texts = [f"{ward.ward} ({_format_count_share(ward, large)})" for ward in named]
    start = f"{_SHOWN}, " if wards.withheld_count else ""
    text = f"{start}{join_names(ward_texts)} had the most {what}"
    if len(named) > 1:
        joint = sum(map(_get_count, named))
        share = f" ({format_percent(100 * joint / total)})" if large else ""
        text += f": together {format_number(joint)} of {format_number(total)}{share}"
        values = (("Together", joint), ("Together, share", 100 * joint / total))
        sentence_values += [
            SentenceValue(name, "The wards named", report.area, report.quarter.label, value) for name, value in values
        ]
    if tied:
        text += f"; the next {format_cardinal(len(tied))} had {format_number(tied[0].count)} each"
        sentence_values.append(SentenceValue("Wards", "Wards that tie", report.area, report.quarter.label, len(tied)))
    return Sentence(f"{text}.", tuple(sentence_values))


def _describe_none(report: Report, wards: ReportWards) -> Sentence | None:
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
    numbers = (("Wards", "All wards", ward_count), ("Wards with none", "Wards", len(empty_wards)))
    named = [SentenceValue(THIS, ward, report.area, report.quarter.label, 0) for ward in empty_wards]
    return Sentence(
        text,
        (
            *(
                SentenceValue(name, subject, report.area, report.quarter.label, value)
                for name, subject, value in numbers
            ),
            *named,
        ),
    )


def _describe_ward_changes(report: Report, wards: ReportWards) -> list[Sentence]:
    """Describe which wards rose and fell by more than chance, or that no tested ward did."""
    tested = [ward for ward in wards.wards if ward.verdict is not None and ward.last_year is not None]
    sentences = []
    for verdict, rose in (("higher than expected", True), ("lower than expected", False)):
        changed = [ward for ward in tested if ward.verdict == verdict]
        if changed:
            text = describe_changes(rose, [(ward.ward, ward.last_year or 0, _get_count(ward)) for ward in changed])
            sentences.append(
                Sentence(text, tuple(item for ward in changed for item in _list_change_values(report, ward)))
            )
    if tested and not sentences:
        some = " whose count is shown" if wards.withheld_count else ""
        text = f"No ward{some} changed by more than chance compared with the same quarter last year."
        sentences.append(Sentence(text, tuple(item for ward in tested for item in _list_change_values(report, ward))))
    return sentences


def _describe_rest(report: Report, wards: ReportWards) -> list[Sentence]:
    """Describe how many incidents are in none of the wards, and how many wards have a withheld count."""
    sentences, what = [], name_incidents(wards.indicator)
    if wards.unplaced:
        are = "is" if wards.unplaced == 1 else "are"
        value = SentenceValue("In no ward", what, report.area, report.quarter.label, wards.unplaced)
        sentences.append(
            Sentence(f"{format_number(wards.unplaced)} of the {what} {are} in none of the wards.", (value,))
        )
    if wards.withheld_count:
        start = (
            "The count of 1 ward is"
            if wards.withheld_count == 1
            else f"The counts of {format_number(wards.withheld_count)} wards are"
        )
        value = SentenceValue("Withheld", "Wards", report.area, report.quarter.label, wards.withheld_count)
        sentences.append(Sentence(f"{start} withheld: small counts by ward are not shown.", (value,)))
    return sentences


def count_total(report: Report, wards: ReportWards) -> int:
    """Count all incidents in the wards and in none of them, including withheld counts."""
    counts = [*(ward.count for ward in wards.wards), wards.unplaced]
    line = report.find_line(wards.indicator)
    if None in counts and line is not None:
        return int(line.quarter_value or 0)
    return sum(count or 0 for count in counts)


def _get_count(ward: WardValue) -> int:
    return ward.count or 0


def describe_locations(report: Report, repeat_locations: RepeatLocations) -> tuple[Sentence, ...]:
    """Describe the repeat locations with their wards and counts, and how many are new."""
    what, locations = name_incidents(repeat_locations.indicator), list(repeat_locations.places)
    least = SentenceValue("Minimum", what, report.area, report.quarter.label, repeat_locations.minimum)
    if repeat_locations.not_known:
        text = f"Places with {format_number(repeat_locations.minimum)} or more {what}: {NOT_AVAILABLE}. {repeat_locations.not_known}"
        return (Sentence(text, (least,)),)
    if not locations:
        return (Sentence(f"No place had {format_number(repeat_locations.minimum)} or more {what}.", (least,)),)
    sentence_values = [
        least,
        SentenceValue("Repeat locations", what, report.area, report.quarter.label, len(locations)),
    ]
    named, tied = select_highest(locations, lambda location: location.count, _MOST_NAMED)
    sentence_values += [
        SentenceValue(THIS, location.location, report.area, report.quarter.label, location.count)
        for location in (*named, *tied)
    ]
    start = f"{_spell_count(locations)} {choose_noun(len(locations), 'places')} had {format_number(repeat_locations.minimum)} or more {what}"
    texts = [_describe_location(location) for location in named]
    if tied:
        texts.append(f"{format_cardinal(len(tied))} with {format_number(tied[0].count)} each")
        sentence_values.append(SentenceValue("Places that tie", what, report.area, report.quarter.label, len(tied)))
    rest = len(locations) > len(named) + len(tied)
    lead = ", the most at " if rest else ": "
    return (
        Sentence(f"{start}{lead}{join_names(texts)}.", tuple(sentence_values)),
        *_describe_states(report, locations),
    )


def _describe_location(location: RepeatLocation) -> str:
    ward_names = [location.ward] if location.ward else []
    return f"{location.location} ({', '.join([*ward_names, format_number(location.count), *([location.state] if location.state else [])])})"


def _describe_states(report: Report, locations: Sequence[RepeatLocation]) -> list[Sentence]:
    """Describe how many are new, and how many were repeat locations in the quarter before."""
    states = [location.state for location in locations]
    if None in states:
        return [Sentence("The quarter before is not loaded, so new and continuing places are not told apart.")]
    new, old = states.count("new"), states.count("continuing")
    if len(locations) == 1:
        return []
    if not new or not old:
        text = f"All of them {'are new' if new else 'were repeat locations in the quarter before, too'}."
    else:
        are, were = ("is" if new == 1 else "are"), ("was a repeat location" if old == 1 else "were repeat locations")
        text = (
            f"Of these, {format_cardinal(new)} {are} new and {format_cardinal(old)} {were} in the quarter before, too."
        )
    values = {"New": new, "Continuing": old}
    what = "Repeat locations"
    return [
        Sentence(
            text,
            tuple(
                SentenceValue(name, what, report.area, report.quarter.label, value) for name, value in values.items()
            ),
        )
    ]


def _spell_count(items: Sequence[object]) -> str:
    return wording.capitalise(format_cardinal(len(items)))


def _format_count_share(ward: WardValue, large: bool) -> str:
    share = f", {format_percent(ward.share)}" if large and ward.share is not None else ""
    return f"{format_number(ward.count)}{share}"


def _list_ward_values(report: Report, ward: WardValue) -> tuple[SentenceValue, ...]:
    values = {THIS: ward.count, "Share": ward.share}
    return tuple(
        SentenceValue(name, ward.ward, report.area, report.quarter.label, value) for name, value in values.items()
    )


def _list_change_values(report: Report, ward: WardValue) -> tuple[SentenceValue, ...]:
    return (
        SentenceValue(THIS, ward.ward, report.area, report.quarter.label, ward.count),
        SentenceValue(LAST_YEAR, ward.ward, report.area, report.quarter.last_year.label, ward.last_year),
        SentenceValue("More than chance?", ward.ward, report.area, report.quarter.label, ward.verdict),
    )
