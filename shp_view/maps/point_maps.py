"""The map of locations, on screen and on paper: four times the incidents have a circle of four times the area."""

from __future__ import annotations

import math
from dataclasses import replace

import altair as alt
import pydeck as pdk

from shp_data.analysis.context import name_location
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps import map_parts as parts
from shp_view.maps.ward_shapes import find_nearby_lpas, merge_bounds, select_ward_shapes
from shp_view.text import wording
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.theme import LIGHT, choose_theme

POINTS = "points"  # the layer whose objects can be clicked
TOOLTIP = parts.format_tooltip("<b>{location}</b>, {ward}", ("count",))
LISTED = 100  # locations in the table next to the map
_LARGEST = 20  # pixels: the radius of the busiest location
SMALLEST = 2  # pixels: smaller ones could not be pointed at
_DECIMALS = 5  # degrees: about a metre


def draw_point_map(
    figure: Figure,
    selection: Selection,
    *,
    most: int | None = None,
    location: Location | None = None,
    selected: str | None = None,
    room: parts.Room = parts.DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw the number of incidents at each location as circles on the wards of the selected areas.

    Table: as `make_point_layer` takes it. `location`: the one to mark with a ring. `selected`: the code of
    the ward to outline.
    """
    colours, wards = choose_theme(dark), select_ward_shapes(selection)
    box, shapes = merge_bounds(wards.values()), list(wards.values())
    layers = [
        parts.make_ground_layer(shapes, colours),
        parts.make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.5),
        parts.make_line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 2.5),
        parts.make_name_layer(shapes, box, room, colours),
        make_point_layer(figure, most=most, dark=dark),
        *([parts.build_ring_layer(location.points[0], _LARGEST / 2, colours.text)] if location else []),
    ]
    return parts.build_deck(layers, box, TOOLTIP, room, colours)


def make_point_layer(figure: Figure, *, most: int | None = None, dark: bool = False) -> pdk.Layer:
    """Make circles for the number of incidents at each location: area in proportion, the busiest the largest.

    Table: location, ward, longitude, latitude, count. The objects can be clicked and have the order of the
    table. Busy locations are drawn first, so that quiet ones near them stay in sight. `most`: the count of
    the largest circle, if it is not from this figure, so that circles mean the same on two maps.
    """
    colours = choose_theme(dark)
    return pdk.Layer(
        "ScatterplotLayer", make_point_circles(figure, most), id=POINTS, radius_min_pixels=SMALLEST,
        get_fill_color=parts.parse_colour(colours.focus, 0.65), **parts.CIRCLES,
        **parts.style_outline(colours.outline, 0.5), **parts.style_clickable(colours, 0.35),
    )  # fmt: skip


def make_point_circles(figure: Figure, most: int | None = None) -> list[ChartRow]:
    """Make the rows of the circles in the order of the table: position, radius in pixels and texts."""
    # The area of a circle shows the count, so its radius goes with the square root.
    scale = _LARGEST / math.sqrt(most or find_highest_count(figure) or 1)
    return [
        {
            "at": [round(row["longitude"], _DECIMALS), round(row["latitude"], _DECIMALS)],
            "r": round(math.sqrt(row["count"]) * scale, 1),
            "location": name_location(row["location"]),
            "ward": row["ward"],
            "count": wording.format_number(row["count"]),
        }
        for row in make_plain_rows(figure.table, ["location", "ward", "longitude", "latitude", "count"])
    ]


def write_point_legend(figure: Figure, most: int | None = None) -> str:
    """Write what the circles mean in one sentence, with the count of the largest."""
    largest = most or find_highest_count(figure)
    if not largest:
        return explain_coverage(figure.coverage) or f"No location had any {figure.unit}."
    largest_text = wording.format_count(largest, figure.unit)
    return f"Each circle is a location. Its size shows the number of {figure.unit}. The largest has {largest_text}."


def write_point_title(figure: Figure) -> str:
    """Write the title of the map: the location with the most incidents."""
    table, what = figure.table, name_subject(figure)
    if table.empty:
        return write_empty_title(figure, what)
    names = [name_location(name) for name in table.loc[table["count"] == find_highest_count(figure), "location"]]
    each = " each" if len(names) > 1 else ""
    most = wording.format_number(find_highest_count(figure))
    return f"{wording.shorten_names(names)} had the most {what} of any location: {most}{each}"


def write_empty_title(figure: Figure, what: str) -> str:
    """Write the title of a map without circles: no location had any, or the figure is not available."""
    if figure.coverage.is_complete:
        return f"No location had any {what}"
    return f"Locations with {what}: {wording.NOT_AVAILABLE}"


def build_point_table(figure: Figure) -> Figure:
    """Build the table of the busiest locations, next to the map. A location without a name gets a description."""
    rows = figure.table.head(LISTED)
    return replace(figure, table=rows.assign(location=[name_location(name) for name in rows["location"]]))


def write_point_note(figure: Figure) -> str:
    """Write that the table lists only the busiest locations; empty if it lists all."""
    count = len(figure.table)
    if count <= LISTED:
        return ""
    return f"The table lists the {LISTED} busiest of the {wording.format_number(count)} locations on the map."


def find_highest_count(figure: Figure) -> int:
    """Find the number of incidents at the busiest location; 0 if there is none."""
    return int(max(figure.table["count"], default=0))


def draw_point_picture(figure: Figure, selection: Selection, most: int | None = None) -> Spec:
    """Draw the number of incidents at each location for a paper.

    Table and `most` as `make_point_layer` takes them.
    """
    # Vega takes the area of a mark, deck.gl its radius.
    rows = [
        {"longitude": circle["at"][0], "latitude": circle["at"][1], "size": math.pi * max(circle["r"], SMALLEST) ** 2}
        for circle in make_point_circles(figure, most)
    ]
    circles = (
        alt.Chart(DATA)
        .mark_point(filled=True, fill=LIGHT.focus, fillOpacity=0.65, stroke=LIGHT.outline, strokeWidth=0.5)
        .encode(longitude="longitude:Q", latitude="latitude:Q", size=alt.Size("size:Q", scale=None))
    )
    return parts.draw_on_ground(parts.build_ground(selection), rows, below=(circles,))
