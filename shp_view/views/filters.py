"""The options of the filters, and how a link writes a selection: by the words on the screen.

Streamlit keeps a select box in the address by its printed option, so links and filters hold that option.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from shp_data.analysis import choices
from shp_data.analysis.places import cells, places
from shp_data.domain.disclosure import split_into_quarters
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Covid, Location, Point, Selection
from shp_data.store.reading import Reader, is_protected
from shp_view.text.wording import format_point
from shp_view.views.view import Query

T = TypeVar("T")

WARD, PLACE, DATA = "ward", "place", "data"
_CELL = re.compile(r"[0-9a-f]{15}")  # an H3 index
ALL_WARDS = "All wards"
OWN_RECORDS, SAMPLE = "Our own", "The synthetic sample"
COVID: dict[str, Covid] = {"Included": "include", "Left out": "exclude", "Only these": "only"}
_IN_FORCE = "In force at the end of the period"


@dataclass(frozen=True)
class FilterOptions:
    """The options of each filter, by their words, with the value of each; and the words of the default."""

    what: Mapping[str, tuple[str, ...]]
    area: Mapping[str, tuple[str, ...]]
    period: Mapping[str, Period]
    wards: Mapping[str, str | None]
    default_period: str

    @property
    def default_area(self) -> str:
        """Return the area that the partnership opens with."""
        return partnership().area


def list_options(reader: Reader) -> FilterOptions:
    """List the options of the filters for a store."""
    areas = partnership().areas
    return FilterOptions(
        what=choices.list_indicator_choices(reader),
        area={name: (name,) for name in areas.lpa_names} | {f"All of {partnership().region}": areas.everywhere},
        period={period.label: period for period in choices.list_periods(reader)},
        wards={_IN_FORCE: None} | {vintage.id: vintage.id for vintage in areas.ward_boundaries},
        default_period=choices.find_default_period(reader).label,
    )


def is_limited(reader: Reader) -> bool:
    """Check whether some of a store's figures are limited for a viewer."""
    months = reader.store.list_months()
    return bool(months) and is_protected(
        reader, partnership().select(reader.store.list_indicators(), Period(months[0], months[-1]))
    )


def limit_options(offer: FilterOptions) -> FilterOptions:
    """Limit the options for a viewer for whom `is_limited` is true.

    They keep whole quarters and periods made of them, and the ward boundaries in force at the end of the
    period.
    """
    period = {words: value for words, value in offer.period.items() if split_into_quarters(value)}
    default = offer.default_period if offer.default_period in period else next(iter(period))
    return replace(offer, period=period, wards={_IN_FORCE: None}, default_period=default)


def read_selection(offer: FilterOptions, words: Mapping[str, str]) -> Selection:
    """Read the selection from the words of the filters.

    A filter that is missing, or whose words are not an option, has its default. `words`: of what, area, period,
    wards, covid and ward.
    """
    selection = partnership().select(
        indicators=_get_value(offer.what, words.get("what"), next(iter(offer.what))),
        period=_get_value(offer.period, words.get("period"), offer.default_period),
        areas=_get_value(offer.area, words.get("area"), offer.default_area),
        covid=COVID.get(words.get("covid", ""), "include"),
        vintage=offer.wards.get(words.get("wards", _IN_FORCE)),
    )
    code = list_ward_codes(selection).get(words.get(WARD, ALL_WARDS))
    # A ward's code belongs to one vintage: a link to another period keeps it.
    return selection.select_ward(code, selection.ward_year) if code else selection


def list_invalid_words(offer: FilterOptions, words: Mapping[str, str]) -> list[str]:
    """List the words that are not options, so that the default applies. Such as `period “Oct 1999”`."""
    offers: dict[str, Mapping[str, object]] = {
        "what": offer.what,
        "area": offer.area,
        "period": offer.period,
        "wards": offer.wards,
        "covid": COVID,
        WARD: list_ward_codes(read_selection(offer, {name: text for name, text in words.items() if name != WARD})),
    }
    return [
        f"{name} “{words[name][:60]}”"
        for name, options in offers.items()
        if name in words and words[name] not in options
    ]


def list_ward_codes(selection: Selection) -> dict[str, str]:
    """List the wards of the selection's areas: name -> code, with `All wards` first."""
    areas, ward_year = partnership().areas, selection.ward_year
    lpas: list[str | None] = [*sorted(set(selection.areas))] or [None]
    wards = [ward for lpa in lpas for ward in areas.list_wards(ward_year, lpa)]
    names = Counter(ward.name for ward in wards)
    codes = {(w.name if names[w.name] == 1 else f"{w.name} ({w.lpa})"): w.code for w in wards}
    return {ALL_WARDS: ""} | codes


def parse_point(words: str) -> Point | None:
    """Parse the point by which a link names a location: `-1.2129,54.6862`, longitude first. None for other words."""
    try:
        longitude, latitude = (float(part) for part in words.split(","))
    except ValueError:
        return None
    return longitude, latitude


def find_location(words: str, selection: Selection, ask: Query) -> Location | None:
    """Find the location or hexagon that a link names; None where it names none, or none of the store's."""
    if _CELL.fullmatch(words):
        cell: Location | None = ask(cells.find_cell, words, selection.ward_year)
        return cell
    at = parse_point(words)
    location: Location | None = ask(places.find_location, at, selection.ward_year) if at else None
    return location


def build_parameters(
    offer: FilterOptions, selection: Selection, data: str | None = None, *, whole: bool = False
) -> dict[str, str]:
    """Build the parameters of a link to a selection: the words of each filter that differs from its default.

    They are written as Streamlit writes them. Streamlit removes a default from the address on arrival, which
    leaves an entry in the browser's history that Back cannot pass. `data`: the words for whose records are in
    view. `whole`: include what, area and period also where they have their defaults, for a link that is saved
    until the defaults change.
    """
    written = {
        "what": _find_words(offer.what, selection.indicators),
        "area": _find_words(offer.area, selection.areas),
        "period": _find_words(offer.period, selection.period),
        "covid": _find_words(COVID, selection.covid),
        "wards": _find_words(offer.wards, selection.vintage),
        WARD: _find_words(list_ward_codes(selection), selection.ward) if selection.ward else None,
        PLACE: (selection.location.cell or format_point(selection.location.points[0])) if selection.location else None,
        DATA: data,
    }
    defaults = {
        "what": next(iter(offer.what)),
        "area": offer.default_area,
        "period": offer.default_period,
        "covid": next(iter(COVID)),
        "wards": _IN_FORCE,
        WARD: ALL_WARDS,
        DATA: OWN_RECORDS,
    }
    always = ("what", "area", "period") if whole else ()
    return {name: words for name, words in written.items() if words and (name in always or words != defaults.get(name))}


def make_row_selections(figure: Figure, selection: Selection) -> list[Selection]:
    """Make the selection of each row of a figure's table: of its hexagon, location, indicator, ward, LPA or month.

    A location is given by the one point that its row and its link name it by, in addition to the area in view.
    """
    if "cell" in figure.table:
        return [replace(selection, location=Location("", "", "", (), cell)) for cell in figure.table["cell"]]
    if "longitude" in figure.table:
        rows = figure.table[["location", "lpa", "code", "longitude", "latitude"]].itertuples(index=False, name=None)
        locations = [Location(name, lpa, code, ((east, north),)) for name, lpa, code, east, north in rows]
        return [replace(selection, location=location) for location in locations]
    narrow = {
        "indicator": selection.select_indicator,
        "code": lambda code: _select_ward(selection, code),
        "lpa": selection.select_area,
        "month": selection.select_month,
    }
    column = next((name for name in narrow if name in figure.table), None)
    return [narrow[column](str(value)) for value in figure.table[column]] if column else []


def _select_ward(selection: Selection, code: str) -> Selection:
    """Select a ward, and its LPA where the selection has other LPAs."""
    ward_year = selection.ward_year
    ward = partnership().areas.wards[ward_year].get(code)
    if ward is not None and selection.areas and ward.lpa not in selection.areas:
        selection = selection.select_area(ward.lpa)
    return selection.select_ward(code, ward_year)


def _get_value(options: Mapping[str, T], words: str | None, default: str) -> T:
    return options[words if words is not None and words in options else default]


def _find_words(options: Mapping[str, object], selected_value: object) -> str | None:
    return next((words for words, value in options.items() if value == selected_value), None)
