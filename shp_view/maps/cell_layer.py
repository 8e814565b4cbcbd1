"""Hot and cold hexagons on a map: one layer for each kind, so that a hexagon needs no colour of its own.

The browser knows the outline of every hexagon of the H3 grid, so only their indexes are sent. Hot and cold differ
in their outline too, not in colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pydeck as pdk

from shp_data.analysis.places.cells import COLD, HOT, NEITHER
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.maps.layer_parts import PIXELS, rgb, tooltip
from shp_view.maps.maps import DESK, Room, deck, line_layer, name_layer
from shp_view.maps.ward_shapes import bounds, lpas_about, wards_of
from shp_view.text import wording
from shp_view.text.map_measures import LegendEntry
from shp_view.text.rows import Row, plain_rows
from shp_view.text.sentences import what_of
from shp_view.theme import theme

LAYERS = {None: "cells-missing", NEITHER: "cells", COLD: "cells-cold", HOT: "cells-hot"}  # the last drawn on top
TOOLTIP = tooltip("<b>{cluster}</b>", ("count", "last_year"))
_WORDS = {
    HOT: "Hot: more incidents here and next to it than chance explains (thick outline)",
    COLD: "Cold: fewer incidents here and next to it than chance explains (no outline)",
    NEITHER: "Not significant: no more and no fewer than chance explains",
}


@dataclass(frozen=True)
class Style:
    """How the hexagons of one kind are drawn: colours, and the width of the outline in pixels."""

    fill: str
    opacity: float
    line: str
    width: float


def cell_map(
    figure: Figure, chosen: Selection, *, selected: str | None = None, room: Room = DESK, dark: bool = False
) -> pdk.Deck:
    """Where do incidents cluster? The hexagons under the outlines of the chosen areas' wards and of the LPAs.

    Table: as `cell_layers` takes it. `selected`: the code of the ward to outline.
    """
    colours, wards = theme(dark), wards_of(chosen)
    box, shapes = bounds(wards.values()), list(wards.values())
    drawn = cell_layers(figure, dark=dark)
    upper = [layer for layer in drawn if layer.id in (LAYERS[COLD], LAYERS[HOT])]  # no name may hide them
    layers = [
        *(layer for layer in drawn if layer not in upper),
        line_layer("wards", shapes, colours.quiet, 0.8),
        line_layer("lpas", lpas_about(box), colours.quiet, 1.8),
        line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 3.5),
        name_layer(shapes, box, room, colours),
        *upper,
    ]
    return deck(layers, box, TOOLTIP, room, colours)


def cell_layers(figure: Figure, *, dark: bool = False) -> list[pdk.Layer]:
    """Where do incidents cluster, by hexagon? The layers that `LAYERS` names, those that have any hexagon.

    Table: cell, count, last_year, cluster. The objects can be clicked; each carries its `cell`.
    """
    rows = plain_rows(figure.table, ["cell", "count", "last_year", "cluster"])
    looks, drawn = styles(dark), []
    for cluster, name in LAYERS.items():
        told = [_told(row) for row in rows if row["cluster"] == cluster]
        if told:
            drawn.append(_layer(name, told, looks[cluster], dark))
    return drawn


def cell_legend(figure: Figure, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """What does each colour of the hexagons mean? Hot, cold and not significant, or `Not available`."""
    looks, missing = styles(dark), figure.table["cluster"].isna()
    known = tuple(LegendEntry(words, looks[cluster].fill) for cluster, words in _WORDS.items())
    unknown = (LegendEntry(wording.capital(wording.NOT_AVAILABLE), looks[None].fill),)
    return (() if missing.all() else known) + (unknown if missing.any() else ())


def cell_title(figure: Figure) -> str:
    """Which wards have hot hexagons? The message over the map. Table: cluster, count and ward."""
    table = figure.table
    if table["count"].isna().any():
        why = wording.NOT_AVAILABLE if figure.not_known else "the period is not loaded whole"
        return f"Hot and cold hexagons of {what_of(figure)}: {why}"
    hot = table[table["cluster"] == HOT]
    if hot.empty:
        return f"{wording.capital(what_of(figure))} cluster in no hexagon by more than chance"
    most = hot.groupby("ward")["count"].sum().sort_values(ascending=False, kind="stable")
    return f"{wording.capital(what_of(figure))} cluster by more than chance in {wording.some(most.index.tolist())}"


def hot_cells(figure: Figure) -> Figure:
    """The hot hexagons alone, those with the most incidents first, each by its ward: the table beside the map."""
    hot = figure.table[figure.table["cluster"] == HOT].drop(columns=["longitude", "latitude"])
    return replace(figure, table=hot.sort_values(["count", "cell"], ascending=[False, True]).reset_index(drop=True))


def cell_sentence(figure: Figure) -> str:
    """How many hexagons are hot and cold, and what do the hot ones hold? Also says what a map of them shows."""
    table = figure.table
    if table["count"].isna().any():
        why = figure.not_known or "Not every month of the period is loaded."
        return f"Hot and cold hexagons are {wording.NOT_AVAILABLE}. {why}"
    hot, cold = table["cluster"] == HOT, table["cluster"] == COLD
    total, inside = int(table["count"].sum()), int(table.loc[hot, "count"].sum())
    held = f", with {wording.percent(100 * inside / total)} of the {figure.unit}" if hot.any() else ""
    return (
        f"Of {wording.counted(len(table), 'hexagons')}, {wording.number(hot.sum()) if hot.any() else 'none'} "
        f"{'is' if hot.sum() <= 1 else 'are'} hot{held}, and {wording.number(cold.sum()) if cold.any() else 'none'} "
        f"{'is' if cold.sum() <= 1 else 'are'} cold."
    )


def styles(dark: bool) -> dict[str | None, Style]:
    """How the hexagons of each kind are drawn; None: those of which nothing is known."""
    colours = theme(dark)
    return {
        HOT: Style(colours.diverging[4], 0.9, colours.text, 2.5),
        COLD: Style(colours.diverging[0], 0.9, colours.outline, 0.5),
        NEITHER: Style(colours.diverging[2], 0.8, colours.outline, 0.5),
        None: Style(colours.missing, 0.6, colours.outline, 0.5),
    }


def _told(row: Row) -> Row:
    return {
        "cell": row["cell"],
        "cluster": wording.capital(row["cluster"] or wording.NOT_AVAILABLE),
        "count": wording.number(row["count"]),
        "last_year": wording.number(row["last_year"]),
    }


def _layer(name: str, rows: list[Row], style: Style, dark: bool) -> pdk.Layer:
    return pdk.Layer(
        "H3HexagonLayer", rows, id=name, pickable=True, get_hexagon="cell", extruded=False, stroked=True,
        high_precision=True, get_fill_color=rgb(style.fill, style.opacity), get_line_color=rgb(style.line),
        line_width_units=PIXELS, get_line_width=style.width, auto_highlight=True,
        highlight_color=rgb(theme(dark).text, 0.25),
    )  # fmt: skip
