"""Every view that can be made again from its link: a page and the parameters of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shp_data.analysis.places.repeats import MINIMUM
from shp_data.domain.errors import SelectionError, unknown
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import vintage_of
from shp_view.text.comparison_words import PLACES, VIEWS
from shp_view.text.map_measures import MEASURES
from shp_view.views import (
    comparison_views,
    filters,
    headline_views,
    hotspot_views,
    repeat_views,
    report_views,
    trend_views,
)
from shp_view.views.hotspot_page import LAYERS, NOTHING
from shp_view.views.view import Ask, View

PART = "part"  # which of the charts of a page
_COMMON = ("area", "period", "covid", "wards")


@dataclass(frozen=True)
class Source:
    """A page of the dashboard that views come from.

    `name`: as printed. `filters`: those that it obeys. `options`: of each choice of its own, by the name of its
    parameter, what each word means; the first is the default. `made`: its view of a selection and the choices.
    `free`: choices whose words depend on the data; they come as they are, "" where there are none.
    """

    name: str
    filters: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]]
    made: Callable[[Selection, Mapping[str, Any], Ask, Viewer], View]
    free: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A view made from a link, and what the link asks for that is not on offer."""

    view: View
    unknown: tuple[str, ...]


def _by_word(options: Mapping[Any, str]) -> dict[str, Any]:
    """The options of a choice by their words, as its link writes them."""
    return {word: meant for meant, word in options.items()}


SOURCES: dict[str, Source] = {
    "headlines": Source(
        "Headlines",
        _COMMON,
        {},
        lambda chosen, meant, ask, viewer: headline_views.view(meant[PART], chosen, ask, viewer),
        (PART,),
    ),
    "trends": Source(
        "Trends",
        ("what", *_COMMON, filters.WARD, filters.PLACE),
        {"view": _by_word(trend_views.NAMES)},
        lambda chosen, meant, ask, viewer: trend_views.view(meant["view"], chosen, ask, viewer),
    ),
    "comparison": Source(
        "Comparison",
        ("what", *_COMMON),
        {"places": _by_word(PLACES), "view": _by_word(VIEWS)},
        lambda chosen, meant, ask, viewer: comparison_views.view(meant["places"], meant["view"], chosen, ask, viewer),
    ),
    "hotspots": Source(
        "Ward hotspots",
        ("what", *_COMMON),
        {"layer": _by_word(LAYERS), "measure": _by_word(MEASURES)},
        lambda chosen, meant, ask, viewer: hotspot_views.view(
            meant["layer"], meant["measure"], meant["against"] or NOTHING, chosen, ask, viewer
        ),
        ("against",),
    ),
    "repeats": Source(
        "Repeat locations",
        ("what", *_COMMON, filters.WARD),
        {
            PART: {kind: kind for kind in repeat_views.KINDS},
            "minimum": {str(MINIMUM): MINIMUM} | _by_word(repeat_views.MINIMA),
        },
        lambda chosen, meant, ask, viewer: repeat_views.view(meant[PART], meant["minimum"], chosen, ask, viewer),
    ),
    "report": Source(
        "Report",
        ("area", "period"),
        {},
        lambda chosen, meant, ask, viewer: report_views.view(meant[PART] or report_views.MESSAGES, chosen, ask, viewer),
        (PART,),
    ),
}


def kept(page: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Those parameters of an address that say which view of a page it is."""
    source = SOURCES[page]
    names = (*source.filters, *source.options, *source.free)
    return {name: parameters[name] for name in names if name in parameters}


def made(page: str, parameters: Mapping[str, str], ask: Ask, viewer: Viewer) -> Shown:
    """The view of a link, of the store in view, as the viewer may see it.

    `page`: such as `trends`. `parameters`: the words of its filters and choices. What is not on offer takes its
    default, and is told. Raises SelectionError for a page without views, and NotAllowedError.
    """
    if page not in SOURCES:
        raise SelectionError(unknown("page", page, SOURCES))
    source, offer = SOURCES[page], ask(filters.offered)
    words = {name: text for name, text in parameters.items() if name in source.filters}
    chosen = filters.selection(offer, words)
    wrong = filters.not_offered(offer, words)
    if asked := words.get(filters.PLACE):
        place = filters.place_of(asked, chosen, ask, viewer)
        chosen = chosen.of_place(place, vintage_of(chosen)) if place else chosen
        wrong += [] if place else [f"place “{asked[:60]}”"]
    choices = {name: parameters.get(name, next(iter(options))) for name, options in source.options.items()}
    wrong += [f"{name} “{word[:60]}”" for name, word in choices.items() if word not in source.options[name]]
    meant = {name: options.get(choices[name], next(iter(options.values()))) for name, options in source.options.items()}
    meant |= {name: parameters.get(name, "") for name in source.free}
    return Shown(source.made(chosen, meant, ask, viewer), tuple(wrong))
