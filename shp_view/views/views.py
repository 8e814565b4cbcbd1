"""Every view that can be made again from its link: a page and the parameters of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shp_data.analysis.places.repeats import MINIMUM
from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.selection import Selection
from shp_view.text.comparison_words import AREA_LEVELS, VIEWS
from shp_view.text.map_words import LSOA_MEASURES, MEASURES
from shp_view.views import (
    comparison_views,
    filters,
    headline_views,
    hotspot_views,
    repeat_views,
    report_views,
    trend_views,
)
from shp_view.views.view import Query, View

PART = "part"  # which of the charts of a page


@dataclass(frozen=True)
class PageViews:
    """A page of the dashboard with its views.

    `name`: as printed. `options`: for each choice of its own, by the name of its parameter, what each word
    means; the first is the default. `build_view`: its view of a selection and the choices. `free`: choices
    whose words depend on the data; they come as they are, "" where there are none.
    """

    name: str
    options: Mapping[str, Mapping[str, Any]]
    build_view: Callable[[Selection, Mapping[str, Any], Query], View]
    free: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkedView:
    """A view made from a link, and what the link names that is not on offer."""

    view: View
    not_on_offer: tuple[str, ...]


def _key_by_word(options: Mapping[Any, str]) -> dict[str, Any]:
    """Return the options of a choice by their words, as its link writes them."""
    return {word: value for value, word in options.items()}


PAGE_VIEWS: dict[str, PageViews] = {
    "headlines": PageViews(
        "Headlines", {}, lambda selection, values, ask: headline_views.build_view(values[PART], selection, ask), (PART,)
    ),
    "trends": PageViews(
        "Trends",
        {"view": _key_by_word(trend_views.NAMES)},
        lambda selection, values, ask: trend_views.build_view(values["view"], selection, ask),
    ),
    "comparison": PageViews(
        "Comparison",
        {"places": _key_by_word(AREA_LEVELS), "view": _key_by_word(VIEWS)},
        lambda selection, values, ask: comparison_views.build_view(values["places"], values["view"], selection, ask),
    ),
    "hotspots": PageViews(
        "Ward hotspots",
        {
            "layer": _key_by_word(hotspot_views.LAYERS),
            "measure": _key_by_word(MEASURES),
            "size": {hotspot_views.SIZES[hotspot_views.SIZE]: hotspot_views.SIZE} | _key_by_word(hotspot_views.SIZES),
            "lsoa_measure": _key_by_word(LSOA_MEASURES),
        },
        lambda selection, values, ask: hotspot_views.build_view(
            values["layer"],
            values["lsoa_measure" if values["layer"] == "lsoas" else "measure"],
            values["against"],
            selection,
            ask,
            values["size"],
        ),
        ("against",),
    ),
    "repeats": PageViews(
        "Repeat locations",
        {
            PART: {kind: kind for kind in repeat_views.KINDS},
            "minimum": {str(MINIMUM): MINIMUM} | _key_by_word(repeat_views.MINIMA),
        },
        lambda selection, values, ask: repeat_views.build_view(values[PART], values["minimum"], selection, ask),
    ),
    "report": PageViews(
        "Report",
        {},
        lambda selection, values, ask: report_views.build_view(values[PART] or report_views.MESSAGES, selection, ask),
        (PART,),
    ),
}


def list_choices(page: str) -> tuple[str, ...]:
    """List the parameters of a page's own choices; none for a page without views."""
    page_views = PAGE_VIEWS.get(page)
    return (*page_views.options, *page_views.free) if page_views else ()


def select_parameters(page: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Select the parameters of an address that say which view of a page it is."""
    names = (*filters.list_view_filters(page), *list_choices(page))
    return {name: text for name, text in filters.update_words(parameters).items() if name in names}


def build_view(page: str, parameters: Mapping[str, str], ask: Query) -> LinkedView:
    """Build the view of a link, of the store in view, as the viewer may see it.

    `page`: such as `trends`. `parameters`: the words of its filters and choices. A word that is not on offer
    takes its default, and is listed. Raises SelectionError for a page without views, and NotAllowedError.
    """
    if page not in PAGE_VIEWS:
        raise SelectionError(describe_unknown("page", page, PAGE_VIEWS))
    page_views, offer = PAGE_VIEWS[page], ask(filters.list_options)
    parameters = filters.update_words(parameters)  # a pack that was saved before an option was renamed
    words = {name: text for name, text in parameters.items() if name in filters.list_view_filters(page)}
    selection = filters.read_selection(offer, words)
    not_on_offer = filters.list_invalid_words(offer, words)
    # A location is not one of a list of options: it is looked up in the store.
    if location_text := words.get(filters.PLACE):
        location = filters.find_location(location_text, selection, ask)
        selection = selection.select_location(location, selection.ward_year) if location else selection
        not_on_offer += [] if location else [filters.describe_words(filters.PLACE, location_text)]
    choices = {name: parameters.get(name, next(iter(options))) for name, options in page_views.options.items()}
    not_on_offer += [
        filters.describe_words(name, word) for name, word in choices.items() if word not in page_views.options[name]
    ]
    values = {
        name: options.get(choices[name], next(iter(options.values()))) for name, options in page_views.options.items()
    }
    # These depend on the data, so that the builder itself says which are not on offer.
    values |= {name: parameters.get(name, "") for name in page_views.free}
    return LinkedView(page_views.build_view(selection, values, ask), tuple(not_on_offer))
