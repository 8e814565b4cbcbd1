"""The options of the filters, and how a link writes a selection: by the words on the screen.

Streamlit keeps a select box in the address by its printed option, so links and filters hold that option.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shp_data.analysis import choices, lsoas
from shp_data.analysis.places import cells, named_hotspots, places
from shp_data.domain.disclosure import split_into_quarters
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Covid, Location, Point, Selection
from shp_data.store.reading import Reader, is_protected
from shp_view.text.wording import format_point
from shp_view.views.view import Query

WARD, PLACE, DATA = "ward", "place", "data"
_CELL = re.compile(r"[0-9a-f]{15}")  # an H3 index
_HOTSPOT = "hotspot-"  # before the H3 index of any of its hexagons
_LSOA = re.compile(r"[EW]01\d{6}")
ALL_WARDS = "All wards"
OWN_RECORDS, SAMPLE = "Our own", "The synthetic sample"
COVID: dict[str, Covid] = {"Included": "include", "Left out": "exclude", "Only these": "only"}
_IN_FORCE = "In force at the end of the period"


@dataclass(frozen=True)
class Filter:
    """A filter: its label on the page, and the field of a selection that it sets.

    `is_main`: whether a saved link names it even where it has its default, which changes with the data, and
    whether it can be changed on a slide.
    """

    label: str
    field: str
    is_main: bool = False


# By the parameter of the address, in the order of the side bar.
FILTERS = {
    "what": Filter("What", "indicators", is_main=True),
    "area": Filter("Area", "areas", is_main=True),
    "period": Filter("Period", "period", is_main=True),
    "wards": Filter("Ward boundaries", "vintage"),  # before the ward, whose options depend on it
    WARD: Filter("Ward", "ward"),
    "covid": Filter("COVID-related incidents", "covid"),
    PLACE: Filter("Location", "location"),  # set by a link or a click alone
}
_PERIOD = ("area", "period", "wards")
_INCIDENTS = ("what", *_PERIOD, "covid")
# The filters of each page. A report gives its figures with and without COVID-related incidents.
PAGE_FILTERS: dict[str, tuple[str, ...]] = {
    "headlines": (*_PERIOD, "covid"),
    "trends": (*_INCIDENTS, WARD, PLACE),
    "comparison": _INCIDENTS,
    "hotspots": (*_INCIDENTS, WARD, PLACE),
    "ward": (*_INCIDENTS, WARD),
    "repeats": (*_INCIDENTS, WARD, PLACE),
    "report": _PERIOD,
    "present": _PERIOD,
    "records": (*_INCIDENTS, WARD, PLACE),
    "methods": (*_PERIOD, "covid"),
}
# Filters that only mark something on a page's map, or apply to its links: they do not change its view.
_MARKS: dict[str, tuple[str, ...]] = {"hotspots": (WARD, PLACE), "repeats": (PLACE,), "report": ("wards",)}
_CHOICE_NAMES = {"against": "comparison period", "places": "areas"}  # where the parameter does not read well
# Options that had another name in links and meeting packs made earlier.
_RENAMED = {
    ("layer", "Hot and cold cells"): "Hotspots",
    ("layer", "Clusters"): "Hotspots",
    ("measure", "More than chance?"): "Clear change?",
    ("places", "Local Policing Areas"): "Areas",
}


@dataclass(frozen=True)
class FilterOptions:
    """The options of a filter, by their words, with the value of each; and the words of the default."""

    options: Mapping[str, Any]
    default: str

    def get_value(self, words: str | None) -> Any:
        """Return the value of some words, or that of the default where they are not an option."""
        return self.options.get(words or self.default, self.options[self.default])

    def find_words(self, value: object) -> str | None:
        """Find the words of a value; None where it is not an option."""
        return next((words for words, option in self.options.items() if option == value), None)


Offer = Mapping[str, FilterOptions]  # the filters that a viewer may use, by their parameters


def update_words(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of an address with the present name of each option that was renamed."""
    return {key: _RENAMED.get((key, words), words) for key, words in parameters.items()}


def list_view_filters(page: str) -> tuple[str, ...]:
    """List the filters that change a page's view."""
    return tuple(key for key in PAGE_FILTERS[page] if key not in _MARKS.get(page, ()))


def list_options(reader: Reader) -> dict[str, FilterOptions]:
    """List the options of the filters for a store."""
    areas, indicators = partnership().areas, choices.list_indicator_choices(reader)
    area = {name: (name,) for name in areas.lpa_names} | {f"All of {partnership().region}": areas.everywhere}
    period = {period.label: period for period in choices.list_periods(reader)}
    # None: the ward boundaries follow from the period, and change with it.
    wards = {_IN_FORCE: None} | {vintage.id: vintage.id for vintage in areas.ward_boundaries}
    return {
        "what": FilterOptions(indicators, next(iter(indicators))),
        "area": FilterOptions(area, partnership().area),
        "period": FilterOptions(period, choices.find_default_period(reader).label),
        "covid": FilterOptions(COVID, next(iter(COVID))),
        "wards": FilterOptions(wards, _IN_FORCE),
    }


def list_ward_options(selection: Selection) -> FilterOptions:
    """List the options of the ward filter for the areas of a selection."""
    return FilterOptions(list_ward_codes(selection), ALL_WARDS)


def is_limited(reader: Reader) -> bool:
    """Check whether some of a store's figures are limited for a viewer."""
    months = reader.store.list_months()
    return bool(months) and is_protected(
        reader, partnership().select(reader.store.list_indicators(), Period(months[0], months[-1]))
    )


def limit_options(offer: Offer) -> dict[str, FilterOptions]:
    """Limit the options for a viewer for whom `is_limited` is true.

    They keep whole quarters and periods made of them, and lose the choice of COVID-related incidents and of ward
    boundaries.
    """
    # A month, or the difference between two periods, could reveal a count that the quarter withholds.
    all_periods = offer["period"]
    periods = {words: value for words, value in all_periods.options.items() if split_into_quarters(value)}
    default = all_periods.default if all_periods.default in periods else next(iter(periods))
    return {"what": offer["what"], "area": offer["area"], "period": FilterOptions(periods, default)}


def read_selection(offer: Offer, words: Mapping[str, str]) -> Selection:
    """Read the selection from the words of the filters.

    A filter that is missing, or whose words are not an option, has its default.
    """
    selection = partnership().select(
        **{FILTERS[key].field: options.get_value(words.get(key)) for key, options in offer.items()}
    )
    code = list_ward_options(selection).get_value(words.get(WARD))
    # A ward's code belongs to the ward boundaries of one year: a link to another period keeps it.
    return selection.select_ward(code, selection.ward_year) if code else selection


def list_invalid_words(offer: Offer, words: Mapping[str, str]) -> list[str]:
    """List the words that are not options, so that the default applies. Such as `period “Oct 1999”`."""
    # The wards on offer depend on the area and the period, so those are read first.
    areas = read_selection(offer, {key: text for key, text in words.items() if key != WARD})
    all_options = {**offer, WARD: list_ward_options(areas)}
    return [
        describe_words(key, words[key])
        for key, options in all_options.items()
        if key in words and words[key] not in options.options
    ]


def describe_words(key: str, words: str) -> str:
    """Describe what a link asks of a filter or choice: `period “Oct 1999”`."""
    name = FILTERS[key].label.lower() if key in FILTERS else _CHOICE_NAMES.get(key, key)
    return f"{name} “{words[:60]}”"


def explain_default(request: str, default: str) -> str:
    """Explain that a page shows a default, because what its link asks for is not available."""
    return f"This link asks for {request}, which is not available. Showing “{default}” instead."


def find_focus(selection: Selection) -> str | None:
    """Return the selected area where exactly one is selected."""
    return selection.areas[0] if len(selection.areas) == 1 else None


def list_ward_codes(selection: Selection) -> dict[str, str]:
    """List the wards of the selection's areas: name -> code, with `All wards` first."""
    areas, ward_year = partnership().areas, selection.ward_year
    lpas: list[str | None] = [*sorted(set(selection.areas))] or [None]
    wards = [ward for lpa in lpas for ward in areas.list_wards(ward_year, lpa)]
    # Two areas may have a ward of one name: the area then tells them apart.
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
    """Find the location, hexagon, hotspot or LSOA that a link names; None where it names none of the store's.

    A hotspot is one of the selection's areas in its period, whatever its ward.
    """
    if _LSOA.fullmatch(words):
        lsoa: Location | None = ask(lsoas.find_lsoa, words)
        return lsoa
    cell_text = words.removeprefix(_HOTSPOT)
    if words.startswith(_HOTSPOT) and _CELL.fullmatch(cell_text):
        of_areas = replace(selection, ward=None, location=None)
        hotspot: Location | None = ask(named_hotspots.find_hotspot, cell_text, of_areas)
        return hotspot
    if _CELL.fullmatch(words):
        cell: Location | None = ask(cells.find_cell, words, selection.ward_year)
        return cell
    at = parse_point(words)
    location: Location | None = ask(places.find_location, at, selection.ward_year) if at else None
    return location


def name_location(location: Location) -> str:
    """Name a location as a link does: by its point, or the index of its hexagon."""
    if not location.cell:
        return format_point(location.points[0])
    return f"{_HOTSPOT}{location.cell}" if location.is_hotspot else location.cell


def build_parameters(
    offer: Offer, selection: Selection, data: str | None = None, *, whole: bool = False
) -> dict[str, str]:
    """Build the parameters of a link to a selection: the words of each filter that differs from its default.

    They are written as Streamlit writes them. Streamlit removes a default from the address on arrival, which
    leaves an entry in the browser's history that Back cannot pass. `data`: the words for whose records are in
    view. `whole`: include the main filters also where they have their defaults, for a link that is saved until
    the defaults change.
    """
    parameters = {}
    for key, options in offer.items():
        words = options.find_words(getattr(selection, FILTERS[key].field))
        if words and (words != options.default or (whole and FILTERS[key].is_main)):
            parameters[key] = words
    if selection.ward and (name := list_ward_options(selection).find_words(selection.ward)):
        parameters[WARD] = name
    if selection.location:
        parameters[PLACE] = name_location(selection.location)
    if data and data != OWN_RECORDS:
        parameters[DATA] = data
    return parameters


def make_row_selections(figure: Figure, selection: Selection) -> list[Selection]:
    """Make the selection of each row of a figure's table: its hotspot, LSOA, location, indicator, ward, LPA or month.

    Months that are only forecast, the last rows of their table, have none.

    A location is given by the one point that its row and its link name it by, in addition to the area in view.
    """
    if "hotspot" in figure.table:
        hotspots = [Location("", "", "", (), cell, is_hotspot=True) for cell in figure.table["cell"]]
        return [replace(selection, location=location) for location in hotspots]
    if "lsoa" in figure.table:
        # Records in no LSOA are no place that a link could name.
        codes = [code if code in partnership().areas.lsoas else "" for code in figure.table["lsoa"]]
        return [replace(selection, location=Location("", "", "", (), code) if code else None) for code in codes]
    # Before the area and the ward, whose columns such a table has too.
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
    # A month that is only forecast has no records.
    table = figure.table[~figure.table["forecast"]] if "forecast" in figure.table else figure.table
    return [narrow[column](str(value)) for value in table[column]] if column else []


def _select_ward(selection: Selection, code: str) -> Selection:
    """Select a ward, and its LPA where the selection has other LPAs."""
    ward_year = selection.ward_year
    ward = partnership().areas.wards[ward_year].get(code)
    if ward is not None and selection.areas and ward.lpa not in selection.areas:
        selection = selection.select_area(ward.lpa)
    return selection.select_ward(code, ward_year)
