"""The map of repeat locations: one circle each, its area in proportion, its colour by status.

The wards are under the circles. The outline shows the status as well. The map uses no tile server. The same
map is drawn on paper, numbered as in the list.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt
import pydeck as pdk

from shp_data.analysis.context import name_location
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps import map_parts as parts
from shp_view.maps.ward_shapes import find_nearby_lpas, merge_bounds, select_ward_shapes
from shp_view.text import wording
from shp_view.text.map_words import LegendEntry
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.wording import format_point
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, Theme, choose_theme

NEW, CONTINUING, CLEARED = "new", "continuing", "cleared"
LOCATIONS = "places"  # the layer whose objects can be clicked; each carries its `place` as a link writes it
NUMBERED = 20  # locations whose circles carry their number in the list
_TOOLTIP_COLUMNS = ("count", "last_period", "state")
_TOOLTIP = parts.format_tooltip("<b>{location}</b>, {ward}", _TOOLTIP_COLUMNS)
STATUSES = {NEW: "New", CONTINUING: "Continuing", None: "Not available", CLEARED: "No longer a repeat location"}
WORDS = {
    NEW: "New (thick outline)",
    CONTINUING: "Continuing (thin outline)",
    None: "The period before is not loaded",
    CLEARED: "No longer a repeat location (hollow: size shows the period before)",
}
_LARGEST, _LARGEST_OF_ALL = 22, 13  # pixels of radius: of the busiest location of an LPA, and of the region
_SMALLEST = 4  # pixels of radius: smaller circles could not be pointed at
_LETTERS = 12  # pixels
_ROOM = 8  # pixels of radius that a number takes


@dataclass(frozen=True)
class Style:
    """The look of the circles of one status; `ink` is the colour of the number inside."""

    fill: str
    line: str
    width: float
    ink: str


def draw_location_map(
    figure: Figure,
    cleared: Figure,
    selection: Selection,
    *,
    location: Location | None = None,
    room: parts.Room = parts.DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw the repeat locations and their status. The map opens on the selected ward or areas.

    Tables as `repeats.find_repeat_locations` and `repeats.find_cleared_locations` give them. `location`:
    the one to mark with a ring.
    """
    colours, wards = choose_theme(dark), select_ward_shapes(selection)
    box = merge_bounds([wards[selection.ward]] if selection.ward in wards else wards.values())
    rows = make_circles(figure, cleared, selection)
    layers = [
        parts.make_ground_layer(list(wards.values()), colours),
        parts.make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.5),
        parts.make_name_layer(list(wards.values()), box, room, colours),
        _make_circle_layer(rows, colours),
        _make_number_layer(rows, colours),
    ]
    return parts.build_deck([*layers, *_make_ring(location, rows, colours)], box, _TOOLTIP, room, colours)


def list_legend_entries(figure: Figure, cleared: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """List the legend entries of the kinds of circle on the map."""
    kind_styles = get_styles(choose_theme(dark))
    return tuple(LegendEntry(WORDS[kind], kind_styles[kind].fill) for kind in list_kinds(figure, cleared))


def list_kinds(figure: Figure, cleared: Figure) -> list[str | None]:
    """List the kinds of circle on the map, in the order of the legend."""
    states = {None if wording.is_missing(state) else state for state in figure.table["state"]}
    return [kind for kind in WORDS if kind in states or (kind == CLEARED and len(cleared.table))]


def make_circles(figure: Figure, cleared: Figure, selection: Selection) -> list[ChartRow]:
    """Make one row for each circle: its `kind`, its radius `r` in pixels, its position and its texts.

    The largest come first, so that smaller ones on top stay in sight. `number`: its position in the list, 0
    for a cleared location.
    """
    columns = ["location", "ward", "longitude", "latitude", "count", "last_period"]
    current_rows = make_plain_rows(figure.table, [*columns, "state"])
    rows = [row | {"number": number, "size": row["count"]} for number, row in enumerate(current_rows, 1)]
    cleared_rows = make_plain_rows(cleared.table, columns)
    rows += [row | {"number": 0, "size": row["last_period"], "state": CLEARED} for row in cleared_rows]
    # All areas together hold so many locations that circles of full size would hide each other.
    largest = _LARGEST if selection.ward or len(selection.areas) == 1 else _LARGEST_OF_ALL
    scale = largest / math.sqrt(max((row["size"] for row in rows), default=1))
    return [_make_circle(row, scale) for row in sorted(rows, key=lambda row: -row["size"])]


def _make_circle(row: ChartRow, scale: float) -> ChartRow:
    position = (row["longitude"], row["latitude"])
    words = {column: wording.format_number(row[column]) for column in ("count", "last_period")}
    return {
        "number": row["number"],
        "kind": row["state"],
        "at": list(position),
        "r": round(math.sqrt(row["size"]) * scale, 1),
        "place": format_point(position),
        "location": name_location(row["location"]),
        "ward": row["ward"],
        "state": STATUSES[row["state"]],
    } | words


def get_styles(colours: Theme) -> dict[str | None, Style]:
    """Get the style of each kind of circle."""
    dark = colours is choose_theme(True)
    return {
        NEW: Style(colours.series[3], colours.text, 2.5, colours.background if dark else colours.text),
        CONTINUING: Style(colours.focus, colours.outline, 1, colours.background),
        None: Style(colours.quiet, colours.outline, 1, colours.background),
        CLEARED: Style(colours.background, colours.quiet, 2, colours.quiet),
    }


def _make_circle_layer(rows: list[ChartRow], colours: Theme) -> pdk.Layer:
    kind_styles, circle_rows = get_styles(colours), []
    for row in rows:
        style = kind_styles[row["kind"]]
        fill = parts.parse_colour(style.fill, 0.15 if row["kind"] == CLEARED else 0.85)
        texts = {name: row[name] for name in ("at", "r", "place", "location", "ward", *_TOOLTIP_COLUMNS)}
        circle_rows.append(texts | {"fill": fill, "line": parts.parse_colour(style.line), "width": style.width})
    return pdk.Layer(
        "ScatterplotLayer", circle_rows, id=LOCATIONS, radius_min_pixels=_SMALLEST, line_width_units=parts.PIXELS,
        get_fill_color="fill", get_line_color="line", get_line_width="width", **parts.CIRCLES,
        **parts.style_clickable(colours, 0.35),
    )  # fmt: skip


def _make_number_layer(rows: list[ChartRow], colours: Theme) -> pdk.Layer:
    """Make the layer of numbers of the first locations in the list, in circles with room for them."""
    inks = {kind: parts.parse_colour(style.ink) for kind, style in get_styles(colours).items()}
    labels = [
        {"at": row["at"], "number": str(row["number"]), "ink": inks[row["kind"]]}
        for row in rows
        if 0 < row["number"] <= NUMBERED and row["r"] >= _ROOM
    ]
    return pdk.Layer(
        "TextLayer", labels, id="numbers", get_text="number", get_size=_LETTERS, get_color="ink", **parts.BOLD_LETTERS
    )


def _make_ring(location: Location | None, rows: list[ChartRow], colours: Theme) -> list[pdk.Layer]:
    """Make a ring around the selected location; no layer if there is none."""
    if location is None:
        return []
    # The circle is found by its point as a link writes it, so rounding cannot part the two.
    words = format_point(location.points[0])
    # A selected location that is not on the map, because it is no longer busy, still gets its ring.
    radius = next((row["r"] for row in rows if row["place"] == words), _SMALLEST) + 5
    return [parts.build_ring_layer(location.points[0], radius, colours.text)]


def draw_location_picture(figure: Figure, cleared: Figure, selection: Selection) -> Spec:
    """Draw the repeat locations and their status for a paper, numbered as in the list, on white.

    Tables as `repeats.find_repeat_locations` and `repeats.find_cleared_locations` give them.
    """
    # Paper is white, whatever the page looks like.
    inks = get_styles(LIGHT)
    rows = [
        {
            "longitude": row["at"][0],
            "latitude": row["at"][1],
            "size": math.pi * row["r"] ** 2,
            "kind": WORDS[row["kind"]],
            "number": str(row["number"]) if 0 < row["number"] <= NUMBERED else "",
            "ink": inks[row["kind"]].ink,
        }
        for row in make_circles(figure, cleared, selection)
    ]
    return parts.draw_on_ground(parts.build_ground(selection), rows, *_make_marks(list_kinds(figure, cleared)))


def _make_marks(circle_kinds: list[str | None]) -> tuple[alt.Chart, alt.Chart]:
    words, kind_styles = [WORDS[kind] for kind in circle_kinds], get_styles(LIGHT)
    looks = [kind_styles[kind] for kind in circle_kinds]
    # On paper a hollow circle must show the map under it.
    fills = ["transparent" if kind == CLEARED else kind_styles[kind].fill for kind in circle_kinds]
    lines = alt.Scale(domain=words, range=[look.line for look in looks])
    widths = alt.Scale(domain=words, range=[look.width for look in looks])
    key = alt.Legend(title=None, orient="top", direction="vertical", symbolSize=160, symbolStrokeWidth=2)
    base = alt.Chart(DATA).encode(longitude="longitude:Q", latitude="latitude:Q")
    points = base.mark_point(filled=True, opacity=0.9).encode(
        size=alt.Size("size:Q", scale=None),
        fill=alt.Fill("kind:N", scale=alt.Scale(domain=words, range=fills), legend=key),
        stroke=alt.Stroke("kind:N", scale=lines, legend=key),
        strokeWidth=alt.StrokeWidth("kind:N", scale=widths, legend=None),
    )
    numbers = base.mark_text(fontSize=SMALL_FONT_SIZE).encode(text="number:N", color=alt.Color("ink:N", scale=None))
    return points, numbers
