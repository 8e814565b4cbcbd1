"""The maps and the curve of the Ward hotspots and Repeat locations pages as views."""

from __future__ import annotations

from typing import Literal

from shp_data.analysis import concentration, hotspots, measures, repeats
from shp_data.domain.selection import Selection, Viewer
from shp_view import (
    alt_texts,
    concentration_chart,
    map_words,
    maps,
    place_maps,
    place_picture,
    repeat_words,
    sentences,
)
from shp_view.map_classes import Measure, classes, legend, legend_title
from shp_view.view import Ask, Map, View
from shp_view.ward_picture import ward_picture

PlaceKind = Literal["map", "curve"]
PLACE_KINDS: tuple[PlaceKind, ...] = ("map", "curve")
MINIMA = {number: str(number) for number in (5, 10, 15, 20)}


def ward_view(measure: Measure, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """Where is it, by ward? Raises NotAllowedError."""
    vintage, found = ask(hotspots.vintage, chosen), ask(hotspots.wards, chosen, viewer)
    spread = ask(hotspots.spread, chosen.indicators, chosen.areas, chosen.covid, chosen.period.length, viewer=viewer)
    area = chosen.areas[0] if len(chosen.areas) == 1 else None

    def drawn(dark: bool) -> Map:
        deck = maps.ward_map(found, measure, vintage, chosen.period, spread, area=area, dark=dark)
        entries = legend(classes(spread, measure, dark=dark), found.table[measure])
        return Map(deck, legend_title(measure, found.table), entries)

    return View(
        title=map_words.map_title(found.table, measure, sentences.what_of(found), chosen.period),
        said=tuple(filter(None, (map_words.grey_note(found.table, measure),))),
        figure=found,
        alt=alt_texts.ward_map(found, measure),
        drawn=drawn,
        on_paper=lambda: ward_picture(found, measure, vintage, spread, area=area),
    )


def place_view(kind: PlaceKind, minimum: int, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """Where are the repeat locations, or how few places hold half? Raises NotAllowedError."""
    return _curve(chosen, ask, viewer) if kind == "curve" else _places(minimum, chosen, ask, viewer)


def _places(minimum: int, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    found = ask(repeats.repeats, chosen, viewer, minimum)
    cleared = ask(repeats.cleared, chosen, viewer, minimum)
    shown, gone = repeat_words.busiest(found), repeat_words.busiest(cleared)

    def drawn(dark: bool) -> Map:
        deck = place_maps.place_map(shown, gone, chosen, place=chosen.place, dark=dark)
        return Map(deck, f"Circles by number of {shown.unit}", place_maps.legend(shown, gone, dark=dark))

    return View(
        title=repeat_words.title(found, minimum, chosen, whole=not ask(measures.gaps, chosen)),
        said=(repeat_words.states_sentence(found, cleared, minimum, chosen.period.previous),),
        figure=shown,
        alt=repeat_words.map_alt(shown, gone),
        drawn=drawn,
        on_paper=lambda: place_picture.place_picture(shown, gone, chosen),
    )


def _curve(chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    curve = ask(concentration.concentration, chosen, viewer)
    half = concentration.half(curve)
    return View(
        title=repeat_words.half_title(half, curve.unit) if half else f"No place had any {curve.unit}",
        said=tuple(filter(None, (repeat_words.half_sentence(half, curve.unit),))),
        figure=curve,
        alt=repeat_words.curve_alt(curve),
        drawn=(lambda dark: concentration_chart.concentration_chart(curve, dark=dark)) if half else None,
    )
