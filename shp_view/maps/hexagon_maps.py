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
from shp_view.maps import map_parts as parts
from shp_view.maps.ward_shapes import find_nearby_lpas, merge_bounds, select_ward_shapes
from shp_view.text import wording
from shp_view.text.coverage_words import explain_coverage, list_doubts
from shp_view.text.map_words import LegendEntry
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.theme import choose_theme

LAYERS = {None: "cells-missing", NEITHER: "cells", COLD: "cells-cold", HOT: "cells-hot"}  # the last drawn on top
TOOLTIP = parts.format_tooltip("<b>{cluster}</b>", ("count", "last_year"))
LABELS = {HOT: "Cluster", COLD: "Far fewer than expected", NEITHER: "No clear difference from expected"}
_LEGEND = {
    HOT: "Cluster: far more than expected in this spot and around it (thick outline)",
    COLD: "Far fewer than expected in this spot and around it (no outline)",
    NEITHER: LABELS[NEITHER],
}


@dataclass(frozen=True)
class CellStyle:
    """The style of one kind of hexagon: its colours, and the width of its outline in pixels."""

    fill: str
    opacity: float
    line: str
    width: float


def draw_cell_map(
    figure: Figure,
    selection: Selection,
    *,
    selected: str | None = None,
    room: parts.Room = parts.DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw the map of clusters under the outlines of the LPAs and of the selected areas' wards.

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
        parts.make_line_layer("wards", shapes, colours.quiet, 0.8),
        parts.make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.8),
        parts.make_line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 3.5),
        parts.make_name_layer(shapes, box, room, colours),
        *upper,
    ]
    return parts.build_deck(layers, box, TOOLTIP, room, colours)


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
    texts = [
        {
            "cell": row["cell"],
            "cluster": LABELS.get(row["cluster"]) or wording.capitalise(wording.NOT_AVAILABLE),
            "count": wording.format_number(row["count"]),
            "last_year": wording.format_number(row["last_year"]),
        }
        for row in rows
    ]
    cell_styles, layers = make_cell_styles(dark), []
    for cluster, name in LAYERS.items():
        hexagons = [text for row, text in zip(rows, texts, strict=True) if row["cluster"] == cluster]
        if hexagons:
            layers.append(_build_layer(name, hexagons, cell_styles[cluster], dark))
    return layers


def build_cell_legend(figure: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """Build the legend of the hexagons: a cluster, far fewer than expected, no clear difference, or not available."""
    cell_styles, missing = make_cell_styles(dark), figure.table["cluster"].isna()
    entries = tuple(LegendEntry(words, cell_styles[cluster].fill) for cluster, words in _LEGEND.items())
    missing_entry = (LegendEntry(wording.capitalise(wording.NOT_AVAILABLE), cell_styles[None].fill),)
    return (() if missing.all() else entries) + (missing_entry if missing.any() else ())


def build_cell_title(figure: Figure) -> str:
    """Build the title of the map, which names the wards with clusters.

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
        reason = "some months of the period are not loaded" if figure.coverage.is_complete else wording.NOT_AVAILABLE
        return f"Clusters of {name_subject(figure)}: {reason}"
    if table["cluster"].isna().any():
        return f"Clusters of {name_subject(figure)}: a month is in question"
    hot = table[table["cluster"] == HOT]
    if hot.empty:
        return f"There are no clusters of {name_subject(figure)}"
    wards = hot.groupby("ward")["count"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    return f"Clusters of {name_subject(figure)} are in {wording.shorten_names(wards)}"


def select_hot_cells(figure: Figure) -> Figure:
    """Select the hexagons in clusters for the table next to the map, those with the most incidents first.

    Each row names the hexagon's ward.
    """
    # Positions are for the map alone: the table names the ward.
    hot = figure.table[figure.table["cluster"] == HOT].drop(columns=["longitude", "latitude"])
    return replace(figure, table=hot.sort_values(["count", "cell"], ascending=[False, True]).reset_index(drop=True))


def describe_cells(figure: Figure) -> str:
    """Describe how many hexagons are in clusters, and the share of incidents in them.

    Hexagons with far fewer than expected are described only where there are any.

    The sentence is also the alternative text of the map.
    """
    table = figure.table
    # A withheld or missing count makes every test of its neighbours unsound, so nothing is described.
    if table["count"].isna().any():
        reason = explain_coverage(figure.coverage) or "Some months of the period are not loaded."
        return f"Clusters are {wording.NOT_AVAILABLE}. {reason}"
    if table["cluster"].isna().any():
        return " ".join((f"Clusters are {wording.NOT_AVAILABLE}.", *list_doubts(figure.doubts)))
    hot, cold = table["cluster"] == HOT, table["cluster"] == COLD
    total, inside = int(table["count"].sum()), int(table.loc[hot, "count"].sum())
    hexagons, sentences = wording.format_count(len(table), "hexagons"), []
    if hot.any():
        are_in = "is in a cluster" if hot.sum() == 1 else "are in clusters"
        share = wording.format_percent(100 * inside / total)
        sentences.append(
            f"Of {hexagons}, {wording.format_number(hot.sum())} {are_in}, with {share} of the {figure.unit}."
        )
    else:
        sentences.append(f"None of {hexagons} is in a cluster.")
    if cold.any():
        have = "has" if cold.sum() == 1 else "have"
        sentences.append(f"{wording.format_number(cold.sum())} {have} far fewer than expected.")
    return " ".join(sentences)


def make_cell_styles(dark: bool) -> dict[str | None, CellStyle]:
    """Make the style of each kind of hexagon; None is the kind that has no data."""
    colours = choose_theme(dark)
    return {
        HOT: CellStyle(colours.diverging[4], 0.9, colours.text, 2.5),
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


def draw_cell_picture(figure: Figure, selection: Selection) -> Spec:
    """Draw the map of clusters for a paper.

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
    features = []
    for row in sorted(rows, key=lambda row: order.index(row["cluster"])):
        style = cell_styles[row["cluster"]]
        geometry = {"type": "Polygon", "coordinates": [_list_corners(row["cell"])]}
        look = {"shown": words[style.fill], "line": style.line, "width": style.width}
        features.append({"type": "Feature", "geometry": geometry, **look})
    key = alt.Legend(
        title=None, orient="top", direction="vertical", symbolType="square", symbolSize=200, labelLimit=700
    )
    hexagons = (
        alt.Chart(DATA)
        .mark_geoshape(opacity=0.85)
        .encode(
            fill=alt.Fill("shown:N", scale=parts.make_class_scale(entries), legend=key),
            stroke=alt.Stroke("line:N", scale=None),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        )
    )
    return parts.draw_on_ground(parts.build_ground(selection), features, below=(hexagons,))


def _list_corners(cell: str) -> list[list[float]]:
    """List a hexagon's corners as longitude and latitude, in the order in which d3 fills the inside."""
    # H3 gives latitude first and goes round the other way than d3 expects.
    ring = [[longitude, latitude] for latitude, longitude in h3.cell_to_boundary(cell)][::-1]
    return [*ring, ring[0]]
