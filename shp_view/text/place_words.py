"""Where, in words: the areas side by side, the wards with the most and with none, the repeat locations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from shp_data.analysis.report.report_value import Place, Places, Report, Wards, WardValue
from shp_data.domain.counting import noun
from shp_view.text import wording
from shp_view.text.report_cells import LAST_YEAR, THIS, Cell, Said, things_of
from shp_view.text.wording import NOT_AVAILABLE, cardinal, listed, number, percent

T = TypeVar("T")
_TOP_WARDS = 3
_SHOWN = "Of the wards whose counts are shown"
_MOST_NAMED = 5  # a tie that would name more is counted instead


def wards_said(report: Report, wards: Wards) -> tuple[Said, ...]:
    """Where: the wards with the most and their joint share, those with none, those that changed beyond chance."""
    said = [_most(report, wards), _none(report, wards), *_moved(report, wards), *_rest(report, wards)]
    return tuple(one for one in said if one)


def moved(rose: bool, changes: Sequence[tuple[str, float, float]]) -> str:
    """`Northgate (10 to 32) rose by more than chance compared with the same quarter last year.`

    `changes`: what changed, last year's count and this year's.
    """
    told = [f"{name} ({number(before)} to {number(now)})" for name, before, now in changes]
    verb = "rose" if rose else "fell"
    start = wording.capital(f"{listed(told)} {verb}")
    return f"{start} by more than chance compared with the same quarter last year."


def leading(items: Sequence[T], count: Callable[[T], int], wanted: int) -> tuple[list[T], list[T]]:
    """The items with the highest counts, and those left that tie with the last of them.

    Never cut within a tie: where naming all who share the last place would name more than five, they are the
    second list; else that is empty. What counts nothing is in neither.
    """
    ordered = sorted((item for item in items if count(item) > 0), key=count, reverse=True)
    if not ordered:
        return [], []
    last = count(ordered[min(wanted, len(ordered)) - 1])
    named = [item for item in ordered if count(item) >= last]
    if len(named) <= max(wanted, _MOST_NAMED):
        return named, []
    return [item for item in named if count(item) > last], [item for item in named if count(item) == last]


def _most(report: Report, wards: Wards) -> Said | None:
    what, total = things_of(wards.indicator), total_of(report, wards)
    named, tied = leading([ward for ward in wards.wards if ward.count], _count, _TOP_WARDS)
    cells = [Cell("In all", what, report.area, report.quarter.label, total)]
    cells += [cell for ward in (*named, *tied) for cell in _ward_cells(report, ward)]
    if not named and not tied:
        return None if wards.withheld else Said(f"No ward had any {what}.", tuple(cells))
    large = total >= wording.SMALL_BASE
    if not named:
        start = f"{_SHOWN}, {cardinal(len(tied))}" if wards.withheld else f"{_many(tied)} wards"
        text = f"{start} had the most {what}, {number(tied[0].count)} each."
        return Said(text, (*cells, Cell("Wards", "Wards that tie", report.area, report.quarter.label, len(tied))))
    told = [f"{ward.ward} ({_count_and_share(ward, large)})" for ward in named]
    start = f"{_SHOWN}, " if wards.withheld else ""
    text = f"{start}{listed(told)} had the most {what}"
    if len(named) > 1:
        joint = sum(map(_count, named))
        share = f" ({percent(100 * joint / total)})" if large else ""
        text += f": together {number(joint)} of {number(total)}{share}"
        values = (("Together", joint), ("Together, share", 100 * joint / total))
        cells += [Cell(name, "The wards named", report.area, report.quarter.label, value) for name, value in values]
    if tied:
        text += f"; the next {cardinal(len(tied))} had {number(tied[0].count)} each"
        cells.append(Cell("Wards", "Wards that tie", report.area, report.quarter.label, len(tied)))
    return Said(f"{text}.", tuple(cells))


def _none(report: Report, wards: Wards) -> Said | None:
    """Which wards had none: the only one, up to three by name, else how many."""
    none, every = wards.none, len(wards.wards)
    if not none or len(none) == every:
        return None
    if len(none) == 1:
        text = f"{none[0]} was the only ward with none."
    elif len(none) <= _TOP_WARDS:
        text = f"{listed(list(none))} had none."
    else:
        text = f"{number(len(none))} of the {number(every)} wards had none."
    numbers = (("Wards", "All wards", every), ("Wards with none", "Wards", len(none)))
    named = [Cell(THIS, ward, report.area, report.quarter.label, 0) for ward in none]
    return Said(text, (*(Cell(n, of, report.area, report.quarter.label, v) for n, of, v in numbers), *named))


def _moved(report: Report, wards: Wards) -> list[Said]:
    """Which wards rose, and which fell, by more than chance; that none did, where any was tested."""
    judged = [ward for ward in wards.wards if ward.verdict is not None and ward.last_year is not None]
    said = []
    for verdict, rose in (("higher than expected", True), ("lower than expected", False)):
        found = [ward for ward in judged if ward.verdict == verdict]
        if found:
            text = moved(rose, [(ward.ward, ward.last_year or 0, _count(ward)) for ward in found])
            said.append(Said(text, tuple(cell for ward in found for cell in _change_cells(report, ward))))
    if judged and not said:
        some = " whose count is shown" if wards.withheld else ""
        text = f"No ward{some} changed by more than chance compared with the same quarter last year."
        said.append(Said(text, tuple(cell for ward in judged for cell in _change_cells(report, ward))))
    return said


def _rest(report: Report, wards: Wards) -> list[Said]:
    """How many are in none of the wards, and of how many wards the count is withheld."""
    said, what = [], things_of(wards.indicator)
    if wards.unplaced:
        are = "is" if wards.unplaced == 1 else "are"
        cell = Cell("In no ward", what, report.area, report.quarter.label, wards.unplaced)
        said.append(Said(f"{number(wards.unplaced)} of the {what} {are} in none of the wards.", (cell,)))
    if wards.withheld:
        start = "The count of 1 ward is" if wards.withheld == 1 else f"The counts of {number(wards.withheld)} wards are"
        cell = Cell("Withheld", "Wards", report.area, report.quarter.label, wards.withheld)
        said.append(Said(f"{start} withheld: small counts by ward are not shown.", (cell,)))
    return said


def total_of(report: Report, wards: Wards) -> int:
    """All that the wards and the records in none of them add up to, with what is withheld."""
    counts = [*(ward.count for ward in wards.wards), wards.unplaced]
    line = report.line(wards.indicator)
    if None in counts and line is not None:
        return int(line.quarter_value or 0)
    return sum(count or 0 for count in counts)


def _count(ward: WardValue) -> int:
    return ward.count or 0


def places_said(report: Report, places: Places) -> tuple[Said, ...]:
    """The repeat locations with their wards and counts, and how many of them are new."""
    what, found = things_of(places.indicator), list(places.places)
    least = Cell("Minimum", what, report.area, report.quarter.label, places.minimum)
    if places.not_known:
        said = f"Places with {number(places.minimum)} or more {what}: {NOT_AVAILABLE}. {places.not_known}"
        return (Said(said, (least,)),)
    if not found:
        return (Said(f"No place had {number(places.minimum)} or more {what}.", (least,)),)
    cells = [least, Cell("Repeat locations", what, report.area, report.quarter.label, len(found))]
    named, tied = leading(found, lambda place: place.count, _MOST_NAMED)
    cells += [Cell(THIS, place.location, report.area, report.quarter.label, place.count) for place in (*named, *tied)]
    start = f"{_many(found)} {noun(len(found), 'places')} had {number(places.minimum)} or more {what}"
    told = [_place_words(place) for place in named]
    if tied:
        told.append(f"{cardinal(len(tied))} with {number(tied[0].count)} each")
        cells.append(Cell("Places that tie", what, report.area, report.quarter.label, len(tied)))
    rest = len(found) > len(named) + len(tied)
    lead = ", the most at " if rest else ": "
    return (Said(f"{start}{lead}{listed(told)}.", tuple(cells)), *_states(report, found))


def _place_words(place: Place) -> str:
    beside = [place.ward] if place.ward else []
    return f"{place.location} ({', '.join([*beside, number(place.count), *([place.state] if place.state else [])])})"


def _states(report: Report, found: Sequence[Place]) -> list[Said]:
    """How many are new, and how many were repeat locations in the quarter before as well."""
    states = [place.state for place in found]
    if None in states:
        return [Said("The quarter before is not loaded, so new and continuing places are not told apart.")]
    new, old = states.count("new"), states.count("continuing")
    if len(found) == 1:
        return []
    if not new or not old:
        text = f"All of them {'are new' if new else 'were repeat locations in the quarter before, too'}."
    else:
        are, were = ("is" if new == 1 else "are"), ("was a repeat location" if old == 1 else "were repeat locations")
        text = f"Of these, {cardinal(new)} {are} new and {cardinal(old)} {were} in the quarter before, too."
    values = {"New": new, "Continuing": old}
    what = "Repeat locations"
    return [Said(text, tuple(Cell(n, what, report.area, report.quarter.label, value) for n, value in values.items()))]


def _many(items: Sequence[object]) -> str:
    return wording.capital(cardinal(len(items)))


def _count_and_share(ward: WardValue, large: bool) -> str:
    share = f", {percent(ward.share)}" if large and ward.share is not None else ""
    return f"{number(ward.count)}{share}"


def _ward_cells(report: Report, ward: WardValue) -> tuple[Cell, ...]:
    values = {THIS: ward.count, "Share": ward.share}
    return tuple(Cell(name, ward.ward, report.area, report.quarter.label, value) for name, value in values.items())


def _change_cells(report: Report, ward: WardValue) -> tuple[Cell, ...]:
    return (
        Cell(THIS, ward.ward, report.area, report.quarter.label, ward.count),
        Cell(LAST_YEAR, ward.ward, report.area, report.quarter.last_year.label, ward.last_year),
        Cell("More than chance?", ward.ward, report.area, report.quarter.label, ward.verdict),
    )
