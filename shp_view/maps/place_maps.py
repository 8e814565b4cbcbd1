"""The repeat locations on a map: a circle for each, its area in proportion, told apart by colour and outline.

The wards lie under them; no tile server is asked for anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pydeck as pdk

from shp_data.analysis.context import place_name
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Place, Selection
from shp_view.maps.layer_parts import PIXELS, rgb, ring, tooltip
from shp_view.maps.maps import DESK, Room, deck, ground_layer, line_layer, name_layer
from shp_view.maps.ward_shapes import bounds, lpas_about, wards_of
from shp_view.text import wording
from shp_view.text.map_measures import LegendEntry
from shp_view.text.rows import Row, plain_rows
from shp_view.text.wording import point_words
from shp_view.theme import FONT, Theme, theme

NEW, CONTINUING, CLEARED = "new", "continuing", "cleared"
PLACES = "places"  # the layer whose objects can be clicked; each carries its `place` as a link writes it
NUMBERED = 20  # of so many places the circle bears its number in the list
_TOLD = ("count", "last_period", "state")
_TOOLTIP = tooltip("<b>{location}</b>, {ward}", _TOLD)
WORDS = {
    NEW: "New (thick outline)",
    CONTINUING: "Continuing (thin outline)",
    None: "The period before is not loaded",
    CLEARED: "Cleared (hollow, its size as before)",
}
_LARGEST, _LARGEST_OF_ALL = 22, 13  # pixels of radius: of the busiest place of an LPA, and of the region
_SMALLEST = 4  # what could just be pointed at
_LETTERS = 12  # pixels
_ROOM = 8  # pixels of radius that a number takes


@dataclass(frozen=True)
class Style:
    """How the circles of one state are drawn; `ink`: of the number inside."""

    fill: str
    line: str
    width: float
    ink: str


def place_map(
    found: Figure,
    cleared: Figure,
    chosen: Selection,
    *,
    place: Place | None = None,
    room: Room = DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Where are the repeat locations, and which are new? It opens on the ward or areas chosen.

    Tables as `repeats.repeats` and `repeats.cleared` give them. `place`: the one to ring.
    """
    colours, wards = theme(dark), wards_of(chosen)
    box = bounds([wards[chosen.ward]] if chosen.ward in wards else wards.values())
    rows = circles(found, cleared, chosen)
    layers = [
        ground_layer(list(wards.values()), colours),
        line_layer("lpas", lpas_about(box), colours.quiet, 1.5),
        name_layer(list(wards.values()), box, room, colours),
        _circles(rows, colours),
        _numbers(rows, colours),
    ]
    return deck([*layers, *_ring(place, rows, colours)], box, _TOOLTIP, room, colours)


def legend(found: Figure, cleared: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """What does each kind of circle mean? Those that are on the map."""
    known = styles(theme(dark))
    return tuple(LegendEntry(WORDS[kind], known[kind].fill) for kind in kinds(found, cleared))


def kinds(found: Figure, cleared: Figure) -> list[str | None]:
    """Which kinds of circle are on the map, in the order of the legend?"""
    shown = {None if wording.is_missing(state) else state for state in found.table["state"]}
    return [kind for kind in WORDS if kind in shown or (kind == CLEARED and len(cleared.table))]


def circles(found: Figure, cleared: Figure, chosen: Selection) -> list[Row]:
    """One row for each circle: its `kind`, its radius `r` in pixels, where it is and what it says.

    The largest first, so that those drawn upon it stay in sight. `number`: its place in the list, 0 for a cleared
    one.
    """
    columns = ["location", "ward", "longitude", "latitude", "count", "last_period"]
    now = plain_rows(found.table, [*columns, "state"])
    rows = [row | {"number": number, "size": row["count"]} for number, row in enumerate(now, 1)]
    gone = plain_rows(cleared.table, columns)
    rows += [row | {"number": 0, "size": row["last_period"], "state": CLEARED} for row in gone]
    largest = _LARGEST if chosen.ward or len(chosen.areas) == 1 else _LARGEST_OF_ALL
    scale = largest / math.sqrt(max((row["size"] for row in rows), default=1))
    return [_row(row, scale) for row in sorted(rows, key=lambda row: -row["size"])]


def _row(row: Row, scale: float) -> Row:
    at = (row["longitude"], row["latitude"])
    words = {column: wording.number(row[column]) for column in ("count", "last_period")}
    return {
        "number": row["number"],
        "kind": row["state"],
        "at": list(at),
        "r": round(math.sqrt(row["size"]) * scale, 1),
        "place": point_words(at),
        "location": place_name(row["location"]),
        "ward": row["ward"],
        "state": wording.capital(row["state"] or wording.NOT_AVAILABLE),
    } | words


def styles(colours: Theme) -> dict[str | None, Style]:
    """How is each kind of circle drawn?"""
    dark = colours is theme(True)
    return {
        NEW: Style(colours.series[3], colours.text, 2.5, colours.background if dark else colours.text),
        CONTINUING: Style(colours.focus, colours.outline, 1, colours.background),
        None: Style(colours.quiet, colours.outline, 1, colours.background),
        CLEARED: Style(colours.background, colours.quiet, 2, colours.quiet),
    }


def _circles(rows: list[Row], colours: Theme) -> pdk.Layer:
    known = styles(colours)
    drawn = [
        {name: row[name] for name in ("at", "r", "place", "location", "ward", *_TOLD)}
        | {"fill": rgb(known[row["kind"]].fill, 0.15 if row["kind"] == CLEARED else 0.85)}
        | {"line": rgb(known[row["kind"]].line), "width": known[row["kind"]].width}
        for row in rows
    ]
    return pdk.Layer(
        "ScatterplotLayer", drawn, id=PLACES, pickable=True, get_position="at", get_radius="r",
        radius_units=PIXELS, radius_min_pixels=_SMALLEST, stroked=True, line_width_units=PIXELS,
        get_fill_color="fill", get_line_color="line", get_line_width="width", auto_highlight=True,
        highlight_color=rgb(colours.text, 0.35),
    )  # fmt: skip


def _numbers(rows: list[Row], colours: Theme) -> pdk.Layer:
    """The numbers of the first places of the list, inside the circles that have room for them."""
    known = styles(colours)
    named = [row for row in rows if 0 < row["number"] <= NUMBERED and row["r"] >= _ROOM]
    told = [{"at": row["at"], "number": str(row["number"]), "ink": rgb(known[row["kind"]].ink)} for row in named]
    return pdk.Layer(
        "TextLayer", told, id="numbers", get_text="number", get_position="at", get_size=_LETTERS, get_color="ink",
        font_family=pdk.types.String(FONT), font_weight=pdk.types.String("bold"),
    )  # fmt: skip


def _ring(place: Place | None, rows: list[Row], colours: Theme) -> list[pdk.Layer]:
    """A ring around the place chosen, wherever it is; none where none is."""
    if place is None:
        return []
    words = point_words(place.points[0])
    radius = next((row["r"] for row in rows if row["place"] == words), _SMALLEST) + 5
    return [ring(place.points[0], radius, colours.text)]
