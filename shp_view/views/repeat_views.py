"""The map and the curve of the Repeat locations page as views."""

from __future__ import annotations

from typing import Literal

from shp_data.analysis.places import concentration, repeats
from shp_data.domain.selection import Selection, Viewer
from shp_view.charts import concentration_chart
from shp_view.maps import place_maps, place_picture, point_layer
from shp_view.text import repeat_words
from shp_view.views import hotspot_page
from shp_view.views.view import Ask, Map, View

Kind = Literal["map", "curve"]
KINDS: tuple[Kind, ...] = ("map", "curve")
MINIMA = {number: str(number) for number in (5, 10, 15, 20)}


def view(kind: Kind, minimum: int, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
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
        title=repeat_words.title(found, minimum, chosen, whole=ask(hotspot_page.whole, chosen)),
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
        title=repeat_words.half_title(half, curve.unit) if half else point_layer.none_had(curve, curve.unit),
        said=tuple(filter(None, (repeat_words.half_sentence(half, curve.unit),))),
        figure=curve,
        alt=repeat_words.curve_alt(curve),
        drawn=(lambda dark: concentration_chart.concentration_chart(curve, dark=dark)) if half else None,
    )
