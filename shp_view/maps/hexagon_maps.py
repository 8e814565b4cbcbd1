"""The map of clusters: hexagons in layers, one for each kind, so that no hexagon needs a colour of its own.

The browser can draw every hexagon of the H3 grid, so only the indexes are sent. Hot and cold hexagons
differ in their outline as well as in colour. The same map is drawn on paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import altair as alt
import h3
import pydeck as pdk

from shp_data.analysis.places.cells import COLD, HOT, NEITHER
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.map_parts import (
    DESK,
    PIXELS,
    Room,
    build_deck,
    build_ground,
    draw_on_ground,
    format_tooltip,
    make_line_layer,
    make_name_layer,
    parse_colour,
)
from shp_view.maps.ward_shapes import find_nearby_lpas, merge_bounds, select_ward_shapes
from shp_view.text import wording
from shp_view.text.map_words import LegendEntry
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.theme import choose_theme

LAYERS = {None: "cells-missing", NEITHER: "cells", COLD: "cells-cold", HOT: "cells-hot"}  # the last drawn on top
TOOLTIP = format_tooltip("<b>{cluster}</b>", ("count", "last_year"))
_WORDS = {
    HOT: "Hot: more incidents here and next to it than chance explains (thick outline)",
    COLD: "Cold: fewer incidents here and next to it than chance explains (no outline)",
    NEITHER: "Not significant: no more and no fewer than chance explains",
}


@dataclass(frozen=True)
class CellStyle:
    """The style of one kind of hexagon: its colours, and the width of its outline in pixels."""

    fill: str
    opacity: float
    line: str
    width: float


def draw_cell_map(
    figure: Figure, selection: Selection, *, selected: str | None = None, room: Room = DESK, dark: bool = False
) -> pdk.Deck:
    """Draw a map of hot and cold hexagons under the outlines of the LPAs and of the selected areas' wards.

    Parameters
    ----------
    figure
        Its table has the columns that `build_cell_layers` needs.
    selection
        The selection, whose areas set the extent of the map.
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
    hexagon_layers = build_cell_layers(figure, dark=dark)
    upper = [layer for layer in hexagon_layers if layer.id in (LAYERS[COLD], LAYERS[HOT])]  # no name may hide them
    layers = [
        *(layer for layer in hexagon_layers if layer not in upper),
        make_line_layer("wards", shapes, colours.quiet, 0.8),
        make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.8),
        make_line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 3.5),
        make_name_layer(shapes, box, room, colours),
        *upper,
    ]
    return build_deck(layers, box, TOOLTIP, room, colours)


def build_cell_layers(figure: Figure, *, dark: bool = False) -> list[pdk.Layer]:
    """Build the layers of hexagons that `LAYERS` names; a layer without hexagons is left out.

    Parameters
    ----------
    figure
        Its table has the columns cell, count, last_year and cluster.
    dark
        Whether the page is dark.

    Returns
    -------
    The layers. Their objects can be clicked; each holds its `cell`.
    """
    rows = make_plain_rows(figure.table, ["cell", "count", "last_year", "cluster"])
    cell_styles, layers = make_cell_styles(dark), []
    for cluster, name in LAYERS.items():
        hexagons = [_format_hexagon(row) for row in rows if row["cluster"] == cluster]
        if hexagons:
            layers.append(_build_layer(name, hexagons, cell_styles[cluster], dark))
    return layers


def build_cell_legend(figure: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """Build the legend of the hexagons: hot, cold and not significant, or `Not available`."""
    cell_styles, missing = make_cell_styles(dark), figure.table["cluster"].isna()
    entries = tuple(LegendEntry(words, cell_styles[cluster].fill) for cluster, words in _WORDS.items())
    missing_entry = (LegendEntry(wording.capitalise(wording.NOT_AVAILABLE), cell_styles[None].fill),)
    return (() if missing.all() else entries) + (missing_entry if missing.any() else ())


def build_cell_title(figure: Figure) -> str:
    """Build the title of the map, which names the wards with hot hexagons.

    Parameters
    ----------
    figure
        Its table has the columns cluster, count and ward.

    Returns
    -------
    The title.
    """
    table = figure.table
    if table["count"].isna().any():
        why = wording.NOT_AVAILABLE if figure.not_known else "the period is not loaded whole"
        return f"Hot and cold hexagons of {name_subject(figure)}: {why}"
    hot = table[table["cluster"] == HOT]
    if hot.empty:
        return f"{wording.capitalise(name_subject(figure))} cluster in no hexagon by more than chance"
    most = hot.groupby("ward")["count"].sum().sort_values(ascending=False, kind="stable")
    return f"{wording.capitalise(name_subject(figure))} cluster by more than chance in {wording.shorten_names(most.index.tolist())}"


def select_hot_cells(figure: Figure) -> Figure:
    """Select the hot hexagons for the table next to the map, those with the most incidents first.

    Each row names the hexagon's ward.
    """
    hot = figure.table[figure.table["cluster"] == HOT].drop(columns=["longitude", "latitude"])
    return replace(figure, table=hot.sort_values(["count", "cell"], ascending=[False, True]).reset_index(drop=True))


def describe_cells(figure: Figure) -> str:
    """Describe how many hexagons are hot and cold, and the share of incidents in the hot ones.

    The sentence is also the alternative text of the map.
    """
    table = figure.table
    if table["count"].isna().any():
        why = figure.not_known or "Not every month of the period is loaded."
        return f"Hot and cold hexagons are {wording.NOT_AVAILABLE}. {why}"
    hot, cold = table["cluster"] == HOT, table["cluster"] == COLD
    total, inside = int(table["count"].sum()), int(table.loc[hot, "count"].sum())
    share_text = f", with {wording.format_percent(100 * inside / total)} of the {figure.unit}" if hot.any() else ""
    return (
        f"Of {wording.format_count(len(table), 'hexagons')}, {wording.format_number(hot.sum()) if hot.any() else 'none'} "
        f"{'is' if hot.sum() <= 1 else 'are'} hot{share_text}, and {wording.format_number(cold.sum()) if cold.any() else 'none'} "
        f"{'is' if cold.sum() <= 1 else 'are'} cold."
    )


def make_cell_styles(dark: bool) -> dict[str | None, CellStyle]:
    """Make the style of each kind of hexagon; None is the kind that has no data."""
    colours = choose_theme(dark)
    return {
        HOT: CellStyle(colours.diverging[4], 0.9, colours.text, 2.5),
        COLD: CellStyle(colours.diverging[0], 0.9, colours.outline, 0.5),
        NEITHER: CellStyle(colours.diverging[2], 0.8, colours.outline, 0.5),
        None: CellStyle(colours.missing, 0.6, colours.outline, 0.5),
    }


def _format_hexagon(row: ChartRow) -> ChartRow:
    return {
        "cell": row["cell"],
        "cluster": wording.capitalise(row["cluster"] or wording.NOT_AVAILABLE),
        "count": wording.format_number(row["count"]),
        "last_year": wording.format_number(row["last_year"]),
    }


def _build_layer(name: str, rows: list[ChartRow], style: CellStyle, dark: bool) -> pdk.Layer:
    return pdk.Layer(
        "H3HexagonLayer", rows, id=name, pickable=True, get_hexagon="cell", extruded=False, stroked=True,
        high_precision=True, get_fill_color=parse_colour(style.fill, style.opacity), get_line_color=parse_colour(style.line),
        line_width_units=PIXELS, get_line_width=style.width, auto_highlight=True,
        highlight_color=parse_colour(choose_theme(dark).text, 0.25),
    )  # fmt: skip


def draw_cell_picture(figure: Figure, selection: Selection) -> Spec:
    """Draw the map of hot and cold hexagons for a paper.

    Parameters
    ----------
    figure
        Its table has the columns cell and cluster, as `cells.cells` gives them.
    selection
        The selection, whose wards are the base of the map.

    Returns
    -------
    The Vega-Lite specification.
    """
    cell_styles, entries = make_cell_styles(dark=False), build_cell_legend(figure)
    words = {entry.colour: entry.label for entry in entries}
    rows, order = make_plain_rows(figure.table, ["cell", "cluster"]), list(LAYERS)  # the last is drawn on top
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_list_corners(row["cell"])]},
            "shown": words[cell_styles[row["cluster"]].fill],
            "line": cell_styles[row["cluster"]].line,
            "width": cell_styles[row["cluster"]].width,
        }
        for row in sorted(rows, key=lambda row: order.index(row["cluster"]))
    ]
    return draw_on_ground(build_ground(selection), features, below=(_draw_hexagons(entries),))


def _draw_hexagons(entries: tuple[LegendEntry, ...]) -> alt.Chart:
    scale = alt.Scale(domain=[entry.label for entry in entries], range=[entry.colour for entry in entries])
    key = alt.Legend(
        title=None, orient="top", direction="vertical", symbolType="square", symbolSize=200, labelLimit=700
    )
    shapes = alt.Chart(DATA).mark_geoshape(opacity=0.85)
    hexagons: alt.Chart = shapes.encode(
        fill=alt.Fill("shown:N", scale=scale, legend=key),
        stroke=alt.Stroke("line:N", scale=None),
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
    )
    return hexagons


def _list_corners(cell: str) -> list[list[float]]:
    """List a hexagon's corners as longitude and latitude, in the order in which d3 fills the inside."""
    ring = [[longitude, latitude] for latitude, longitude in h3.cell_to_boundary(cell)][::-1]
    return [*ring, ring[0]]
