"""The map of hotspots: hexagons in layers, one for each kind, and the outline and name of each hotspot.

The browser can draw every hexagon of the H3 grid, so only the indexes are sent, and none of hexagons without incidents.
Hexagons of hotspots and those with far fewer than expected differ in their outline as well as in colour. The same map
is drawn on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import h3
import pydeck as pdk
import shapely

from shp_data.analysis.places.cells import COLD, HOT, NEITHER
from shp_data.analysis.places.named_hotspots import Hotspots
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps import map_parts as parts
from shp_view.maps.ward_shapes import (
    Box,
    find_nearby_lpas,
    measure_extent,
    merge_bounds,
    overlaps,
    select_ward_shapes,
    split_name,
)
from shp_view.text import wording
from shp_view.text.hotspot_words import LABELS, LEGEND
from shp_view.text.map_words import LegendEntry
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, Theme, choose_theme

Geometry = dict[str, Any]  # GeoJSON
LAYERS = {None: "cells-missing", NEITHER: "cells", COLD: "cells-cold", HOT: "cells-hot"}  # the last drawn on top
TOOLTIP = parts.format_tooltip("<b>{name}</b>", ("count", "last_year"))
_HEXAGON, _OUTLINE, _LABEL = "hexagon", "outline", "label"  # the parts of the map on paper
_NAMED = 8  # hotspots that are named on the map, if there is room; the others have their number
_LETTERS = 13  # pixels
_LETTER, _LINE = _LETTERS * 0.6, _LETTERS * 1.25  # the room that one takes on its plate


@dataclass(frozen=True)
class CellStyle:
    """The style of one kind of hexagon: its colours, and the width of its outline in pixels."""

    fill: str
    opacity: float
    line: str
    width: float


@dataclass(frozen=True)
class HotspotLabel:
    """The lines of a hotspot's label, the point (longitude, latitude) above which it is, and its box in pixels."""

    lines: tuple[str, ...]
    at: tuple[float, float]
    plate: Box


def draw_cell_map(
    hotspots: Hotspots,
    selection: Selection,
    *,
    location: Location | None = None,
    selected: str | None = None,
    room: parts.Room = parts.DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw the map of hotspots over the outlines of the LPAs and of the selected areas' wards.

    Parameters
    ----------
    hotspots
        The cells and the hotspots.
    selection
        The selection, whose areas set the extent of the map.
    location
        The hotspot or hexagon in view, to outline.
    selected
        The code of the ward to outline.
    room
        The room for the map on the page.
    dark
        Whether the page is dark.

    Returns
    -------
    The deck of layers.
    """
    colours, wards = choose_theme(dark), select_ward_shapes(selection)
    box, shapes = merge_bounds(wards.values()), list(wards.values())
    hexagon_layers = build_cell_layers(hotspots, dark=dark)
    upper = [layer for layer in hexagon_layers if layer.id in (LAYERS[COLD], LAYERS[HOT])]  # no name may hide them
    labels = place_labels(hotspots.joined, box, room)
    # The link of another layer may name an LSOA.
    cell = location.cell if location and h3.is_valid_cell(location.cell) else ""
    in_view = [_draw_outline(_list_cells(hotspots.joined, cell))] if cell else []
    layers = [
        parts.make_ground_layer(shapes, colours),
        *(layer for layer in hexagon_layers if layer not in upper),
        parts.make_line_layer("wards", shapes, colours.quiet, 0.8),
        parts.make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.8),
        parts.make_line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 3.5),
        parts.make_name_layer(shapes, box, room, colours, [label.plate for label in labels]),
        *upper,
        _make_outline_layer("hotspots", list_outlines(hotspots.joined), colours.text, 2.5),
        _make_outline_layer("in-view", in_view, colours.text, 5),
        _make_label_layer(labels, colours),
    ]
    return parts.build_deck(layers, box, TOOLTIP, room, colours)


def build_cell_layers(hotspots: Hotspots, *, dark: bool = False) -> list[pdk.Layer]:
    """Build the layers of hexagons that `LAYERS` names; a layer without hexagons is left out.

    Parameters
    ----------
    hotspots
        The table of its cells has the columns cell, count, last_year and cluster; that of its hotspots cell, hotspot,
        count, last_year and cells.
    dark
        Whether the page is dark.

    Returns
    -------
    The layers. Their objects can be clicked; each holds its `cell`, or that of its hotspot as `hotspot`. A hexagon
    of a hotspot has the text of the hotspot; hexagons without incidents are left out.
    """
    joined = {cell: _write_texts(row, row["hotspot"]) for row, cell in _list_joined(hotspots.joined)}
    by_cluster: dict[str | None, list[ChartRow]] = {cluster: [] for cluster in LAYERS}
    for row in _list_drawn(hotspots):
        label = LABELS.get(row["cluster"]) or wording.capitalise(wording.NOT_AVAILABLE)
        texts = joined.get(row["cell"]) or _write_texts(row, label)
        by_cluster[row["cluster"]].append({**texts, "cell": row["cell"]})
    cell_styles = make_cell_styles(dark)
    return [
        _build_layer(name, by_cluster[cluster], cell_styles[cluster], dark)
        for cluster, name in LAYERS.items()
        if by_cluster[cluster]
    ]


def _list_drawn(hotspots: Hotspots) -> list[ChartRow]:
    """List the hexagons to draw: empty ones that are in no hotspot would hide the wards and slow the map."""
    table, joined = hotspots.cells.table, {cell for _, cell in _list_joined(hotspots.joined)}
    is_empty = table["count"].eq(0).fillna(False)
    drawn = table[~is_empty | table["cluster"].eq(COLD) | table["cell"].isin(joined)]
    return make_plain_rows(drawn, ["cell", "count", "last_year", "cluster"])


def _list_joined(joined: Figure) -> list[tuple[ChartRow, str]]:
    """List each hexagon of a hotspot with the row of its hotspot."""
    rows = make_plain_rows(joined.table, ["cell", "hotspot", "count", "last_year", "cells"])
    return [(row, cell) for row in rows for cell in row["cells"].split()]


def _write_texts(row: ChartRow, name: str) -> ChartRow:
    """Write the texts of a hexagon, or of its hotspot, which a click then selects."""
    numbers = {column: wording.format_number(row[column]) for column in ("count", "last_year")}
    return {"name": name, **numbers} | ({"hotspot": row["cell"]} if "hotspot" in row else {})


def build_cell_legend(figure: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """Build the legend of the hexagons: a hotspot, far fewer than expected, no clear difference, or not available."""
    cell_styles, missing = make_cell_styles(dark), figure.table["cluster"].isna()
    kinds = set(figure.table["cluster"].dropna())
    # Nearly never is a hexagon cold: then its colour would only be read in vain.
    entries = tuple(
        LegendEntry(LEGEND[kind], cell_styles[kind].fill) for kind in LEGEND if kind != COLD or kind in kinds
    )
    missing_entry = (LegendEntry(wording.capitalise(wording.NOT_AVAILABLE), cell_styles[None].fill),)
    return (() if missing.all() else entries) + (missing_entry if missing.any() else ())


def list_outlines(joined: Figure) -> list[Geometry]:
    """List the boundary of each hotspot: the hexagons of it as one shape."""
    return [_draw_outline(cells.split()) for cells in joined.table["cells"]]


def _list_cells(joined: Figure, cell: str) -> list[str]:
    """List the hexagons of the hotspot that holds one; that hexagon alone where none does."""
    return next((cells.split() for cells in joined.table["cells"] if cell in cells.split()), [cell])


def _draw_outline(cells: list[str]) -> Geometry:
    return dict(h3.cells_to_h3shape(cells).__geo_interface__)


def place_labels(joined: Figure, box: Box, room: parts.Room) -> list[HotspotLabel]:
    """Place the number of each hotspot above its boundary, with its name where that covers no other label."""
    across, down = measure_extent(box)
    scale = min(room[0] / across, room[1] / down)  # pixels a radian, as the map opens
    labels: list[HotspotLabel] = []
    for number, row in enumerate(make_plain_rows(joined.table, ["hotspot", "cells"]), 1):
        west, _, east, north = shapely.geometry.shape(_draw_outline(row["cells"].split())).bounds
        at = ((west + east) / 2, north)
        x, y = (way * scale for way in measure_extent((0, 0, *at)))
        first, *rest = split_name(row["hotspot"])
        lines = (f"{number}. {first}", *rest)
        wide, high = max(map(len, lines)) * _LETTER / 2, len(lines) * _LINE
        label = HotspotLabel(lines, at, (x - wide, y, x + wide, y + high))
        if number > _NAMED or any(overlaps(label.plate, other.plate) for other in labels):
            # A number alone is drawn even where it covers another label: zooming in parts them.
            label = HotspotLabel((str(number),), at, (x - _LETTER, y, x + _LETTER, y + _LINE))
        labels.append(label)
    return labels


def _make_label_layer(labels: list[HotspotLabel], colours: Theme) -> pdk.Layer:
    rows = [{"name": "\n".join(label.lines), "at": list(label.at)} for label in labels]
    return pdk.Layer(
        "TextLayer", rows, id="hotspot-names", get_text="name", get_size=_LETTERS,
        get_color=parts.parse_colour(colours.text), get_alignment_baseline=pdk.types.String("bottom"),
        character_set=pdk.types.String("auto"), background=True,
        get_background_color=parts.parse_colour(colours.background, 0.9), background_padding=[4, 2],
        **parts.BOLD_LETTERS,
    )  # fmt: skip


def _make_outline_layer(name: str, outlines: list[Geometry], colour: str, width: float) -> pdk.Layer:
    features = [{"type": "Feature", "geometry": geometry, "properties": {}} for geometry in outlines]
    return pdk.Layer(
        "GeoJsonLayer", parts.collect_features(features), id=name, filled=False, **parts.style_outline(colour, width)
    )


def make_cell_styles(dark: bool) -> dict[str | None, CellStyle]:
    """Make the style of each kind of hexagon; None is the kind that has no data."""
    colours = choose_theme(dark)
    return {
        HOT: CellStyle(colours.diverging[4], 0.8, colours.outline, 0.5),
        COLD: CellStyle(colours.diverging[0], 0.9, colours.outline, 0.5),
        NEITHER: CellStyle(colours.diverging[2], 0.8, colours.outline, 0.5),
        None: CellStyle(colours.missing, 0.6, colours.outline, 0.5),
    }


def _build_layer(name: str, rows: list[ChartRow], style: CellStyle, dark: bool) -> pdk.Layer:
    return pdk.Layer(
        # Without high precision deck.gl gives every hexagon the shape of the one in the middle, and gaps show.
        "H3HexagonLayer", rows, id=name, get_hexagon="cell", extruded=False, stroked=True, high_precision=True,
        get_fill_color=parts.parse_colour(style.fill, style.opacity), **parts.style_outline(style.line, style.width),
        **parts.style_clickable(choose_theme(dark), 0.25),
    )  # fmt: skip


def draw_cell_picture(hotspots: Hotspots, selection: Selection) -> Spec:
    """Draw the map of hotspots for a paper, numbered as in the list.

    Parameters
    ----------
    hotspots
        The cells and the hotspots.
    selection
        The selection, whose wards are the base of the map.

    Returns
    -------
    The Vega-Lite specification.
    """
    base = parts.build_ground(selection)
    box = merge_bounds(select_ward_shapes(selection).values())
    hexagons = _make_paper_hexagons(hotspots)
    outlines = [_make_paper_feature(outline, part=_OUTLINE) for outline in list_outlines(hotspots.joined)]
    labels = [
        {"name": "\n".join(label.lines), "longitude": label.at[0], "latitude": label.at[1], "part": _LABEL}
        for label in place_labels(hotspots.joined, box, (base.width, base.height))
    ]
    rows = [*hexagons, *outlines, *labels]
    return parts.draw_on_ground(
        base, rows, *_make_label_marks(), below=_make_shape_marks(build_cell_legend(hotspots.cells))
    )


def _make_paper_hexagons(hotspots: Hotspots) -> list[ChartRow]:
    """Make the hexagons of a paper, those of hotspots last, as they are drawn on top."""
    cell_styles, order = make_cell_styles(dark=False), list(LAYERS)
    words = {entry.colour: entry.label for entry in build_cell_legend(hotspots.cells)}
    return [
        _make_paper_feature(_draw_outline([row["cell"]]), part=_HEXAGON, shown=words[cell_styles[row["cluster"]].fill])
        for row in sorted(_list_drawn(hotspots), key=lambda row: order.index(row["cluster"]))
    ]


def _make_paper_feature(geometry: Geometry, **fields: str) -> ChartRow:
    """Make a feature that d3 fills inside: it reads rings the other way round than H3 gives them."""
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    turned = [[list(ring)[::-1] for ring in polygon] for polygon in polygons]
    return {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": turned}, **fields}


def _make_shape_marks(entries: tuple[LegendEntry, ...]) -> tuple[alt.Chart, alt.Chart]:
    key = alt.Legend(
        title=None, orient="top", direction="vertical", symbolType="square", symbolSize=200, labelLimit=700
    )
    shapes = alt.Chart(DATA)
    hexagons = (
        shapes.transform_filter(alt.datum.part == _HEXAGON)
        .mark_geoshape(opacity=0.85, stroke=LIGHT.outline, strokeWidth=0.5)
        .encode(fill=alt.Fill("shown:N", scale=parts.make_class_scale(entries), legend=key))
    )
    outlines = shapes.transform_filter(alt.datum.part == _OUTLINE)
    return hexagons, outlines.mark_geoshape(filled=False, stroke=LIGHT.text, strokeWidth=2.5)


def _make_label_marks() -> tuple[alt.Chart, alt.Chart]:
    """Make the names of the hotspots: a halo in the colour of the paper, then the letters over it."""
    letters = (
        alt.Chart(DATA)
        .transform_filter(alt.datum.part == _LABEL)
        .mark_text(
            fontSize=SMALL_FONT_SIZE, fontWeight="bold", lineHeight=_LINE, lineBreak="\n", baseline="line-bottom", dy=-8
        )
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    )
    return letters.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(4)), letters
