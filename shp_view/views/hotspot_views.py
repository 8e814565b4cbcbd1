"""The views of the Ward hotspots page: wards, clusters, points and repeat locations, of one period or two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.analysis import hotspots
from shp_data.analysis.places import points
from shp_data.analysis.places.repeats import MINIMUM
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, check_lsoa_access
from shp_view.maps import point_maps, ward_maps
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.maps.point_maps import draw_point_picture
from shp_view.maps.ward_maps import describe_marks, draw_ward_picture
from shp_view.text import alt_texts, map_words, sentences, wording
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.map_words import LSOA_MEASURES, Measure, write_legend_title
from shp_view.text.map_words import MEASURES as MEASURES
from shp_view.text.verdict_words import explain_grades
from shp_view.views import filters, lsoa_views, named_hotspot_views, repeat_views
from shp_view.views.named_hotspot_views import SIZE as SIZE
from shp_view.views.named_hotspot_views import SIZES as SIZES
from shp_view.views.view import Canvas, Map, MapClick, Query, View, ViewTable

HotspotLayer = Literal["wards", "lsoas", "cells", "points", "places"]
LAYERS: dict[HotspotLayer, str] = {
    "wards": "Wards",
    "lsoas": "LSOAs",
    "cells": "Hotspots",
    "points": "Points",
    "places": "Repeat locations",
}
# The choice of what colours the areas of a layer: its label, its options and its name in a link.
MEASURE_CHOICES: dict[HotspotLayer, tuple[str, dict[Measure, str], str]] = {
    "wards": ("Colour the wards by", MEASURES, "measure"),
    "lsoas": ("Colour the LSOAs by", LSOA_MEASURES, "lsoa_measure"),
}
NONE = "None"  # no period to compare with
CLICK_HELP: dict[HotspotLayer, str] = {
    "wards": "Click a ward on the map, or its name in the table, to see its months and records.",
    "lsoas": "Click an LSOA on the map, or its name in the table, to see its months and records.",
    "cells": "Click a hotspot on the map, or its name in the table, to see its months, locations and records.",
    "points": "Click a circle on the map, or a name in the table, to see the months and records of that location.",
    "places": "Click a circle on the map, or a name in the table, to see the months and records of that location.",
}
MARK_NOTES: dict[HotspotLayer, str] = {
    "lsoas": "The map shows the outline of this LSOA.",
    "cells": "The map shows an outline around this hotspot.",
}
_POINT_COLUMNS = ("location", "ward", "count")
_MOST_NAMED = 4  # wards
_ONE_MAP: tuple[Measure, ...] = ("difference", "verdict", "imd2025_decile")


def list_layers(reader: Reader, selection: Selection) -> dict[HotspotLayer, str]:
    """List the layers that a viewer may see. A role under protection has LSOAs of published data alone."""
    layers = LAYERS if reader.viewer.role == "analyst" else {name: LAYERS[name] for name in MEASURE_CHOICES}
    try:
        check_lsoa_access(reader, selection)
    except (NotAllowedError, SelectionError):
        return {name: label for name, label in layers.items() if name != "lsoas"}
    return layers


def find_adjacent_periods(periods: Iterable[Period], period: Period) -> tuple[Period | None, Period | None]:
    """Find the periods of the same length just before and just after, where they are available."""
    available = set(periods)
    earlier, later = period.previous, period.shift(period.length)
    return earlier if earlier in available else None, later if later in available else None


def list_comparisons(periods: Iterable[Period], period: Period) -> dict[str, Period | None]:
    """List the periods to compare with: none, the one before, last year's, and any other of the same length.

    The first three keep their meaning when the period changes.
    """
    # "The period before" in a link means another period in a month's time, as its reader expects.
    relative = {NONE: None, "The period before": period.previous, "The same period last year": period.last_year}
    return relative | {other.label: other for other in periods if other.length == period.length and other != period}


def build_view(
    layer: HotspotLayer, measure: Measure, against: str, selection: Selection, ask: Query, size: int = SIZE
) -> View:
    """Build the view of one of the layers, as one map.

    `against`: the comparison period of a map of wards or LSOAs, in words; "" for none. `size`: of the hexagons.
    Raises NotAllowedError.
    """
    if layer not in MEASURE_CHOICES:
        return build_views(layer, measure, None, selection, ask, size)[0]
    # The words of a link are looked up here, because a slide has no select box that would do so.
    options = list_comparisons(ask(filters.list_options)["period"].options.values(), selection.period)
    view = build_views(layer, measure, options.get(against), selection, ask)[0]
    if not against or against in options:
        return view
    note = f"“{against[:60]}” is not available, so there is no comparison."
    return replace(view, sentences=(*view.sentences, note))


def build_views(
    layer: HotspotLayer, measure: Measure, other: Period | None, selection: Selection, ask: Query, size: int = SIZE
) -> tuple[View, ...]:
    """Build the map of a layer, and a second map of the other period where one map cannot show both.

    `size`: of the hexagons. Raises NotAllowedError.
    """
    if layer == "wards":
        return _build_ward_views(measure, other, selection, ask)
    if layer == "lsoas":
        sides = list_map_selections(selection, other if needs_two_maps(measure, other) else None)
        return lsoa_views.build_view(measure, selection, other, sides, ask)
    if layer == "places":
        view = repeat_views.build_view("map", MINIMUM, selection, ask)
        return (replace(view, table=view.table and replace(view.table, page="hotspots")),)
    sides = list_map_selections(selection, other)
    if layer == "cells":
        return tuple(named_hotspot_views.build_view(size, side, ask) for side in sides)
    figures = [ask(points.list_busiest_locations, side) for side in sides]
    # Circles of both maps have the same scale.
    highest_count = max(map(point_maps.find_highest_count, figures))
    return tuple(_make_point_view(*pair, highest_count) for pair in zip(figures, sides, strict=True))


def list_map_selections(selection: Selection, other: Period | None) -> list[Selection]:
    """List the selections to map: the period in view and, in the same wards, the other period if there is one."""
    return [selection, replace(selection, period=other, vintage=selection.ward_year)] if other else [selection]


def needs_two_maps(measure: Measure, other: Period | None) -> bool:
    """Check whether comparing needs two maps.

    Change and verdict show on one map how the periods differ, and deprivation is of no period.
    """
    return other is not None and measure not in _ONE_MAP


def _build_ward_views(measure: Measure, other: Period | None, selection: Selection, ask: Query) -> tuple[View, ...]:
    sides = list_map_selections(selection, other if needs_two_maps(measure, other) else None)
    figure = ask(hotspots.compare_wards, selection, other)
    figures = [figure, *(ask(hotspots.compare_wards, side, None, selection.period) for side in sides[1:])]
    what, spread = sentences.name_subject(figure), fetch_spread(figure, measure, selection, ask)
    # Two maps next to each other have one legend, so that the same colour is the same number on both.
    values = pd.concat([side_figure.table[measure] for side_figure in figures])
    return tuple(
        make_ward_view(
            side_figure,
            measure,
            side,
            spread,
            values,
            title=map_words.write_map_title(side_figure.table, measure, what, side.period, against),
            notes=tuple(list_ward_notes(side, side_figure, measure, against)),
            table=ViewTable(
                side_figure,
                map_words.list_columns(measure, against),
                "hotspots",
                explain_grades(side_figure.table) if side is selection else "",
            ),
        )
        for side_figure, side, against in zip(figures, sides, (other, None), strict=False)
    )


def fetch_spread(figure: Figure, measure: Measure, selection: Selection, ask: Query) -> pd.DataFrame:
    """Fetch the table from which the classes of a map are made, as `select_class_table` chooses it."""
    # Of all periods of this length: the colours then keep their meaning when the user moves from one to the next.
    scope = selection.indicators, selection.areas, selection.covid, selection.period.length
    return select_class_table(ask(hotspots.list_ward_figures, *scope), figure, measure)


def make_ward_view(
    figure: Figure,
    measure: Measure,
    selection: Selection,
    spread: pd.DataFrame,
    values: pd.Series[float] | None = None,
    *,
    title: str = "",
    notes: tuple[str, ...] = (),
    table: ViewTable | None = None,
) -> View:
    """Make the view of a ward map.

    Parameters
    ----------
    figure
        Its table has the columns that `ward_maps.draw_ward_map` needs.
    measure
        The column to colour by.
    selection
        The selection of the map, which a click narrows to a ward.
    spread
        The figures that define the classes.
    values
        The values that the legend covers, for several maps with one legend; None for those of the figure.
    title, notes, table
        Those of the view.

    Returns
    -------
    The view.
    """
    ward_year, area = selection.ward_year, filters.find_focus(selection)
    legend_values = figure.table[measure] if values is None else values

    def draw_map(canvas: Canvas) -> Map:
        """Draw the map for a screen."""
        deck = ward_maps.draw_ward_map(
            figure, measure, ward_year, selection.period, spread, area=area, selected=canvas.ward,
            actions=canvas.actions, room=canvas.room, dark=canvas.dark,
        )  # fmt: skip
        legend = list_legend_entries(build_classes(spread, measure, dark=canvas.dark), legend_values)
        legend_title = write_legend_title(measure, figure.table)
        captions = tuple(describe_marks(canvas.actions))
        return Map(deck, legend_title, legend, filters.WARD, _list_clicked_wards, captions)

    # The chart is drawn when the page knows its theme, its size and the ward in the filters.
    return View(
        title=title,
        sentences=notes,
        figure=figure,
        alt=alt_texts.describe_ward_map(figure, measure),
        draw=draw_map,
        selection=selection,
        draw_on_paper=lambda: draw_ward_picture(figure, measure, ward_year, spread, area=area),
        table=table,
    )


def _list_clicked_wards(click: MapClick) -> list[str]:
    return [ward["properties"]["code"] for ward in click["objects"].get(ward_maps.WARDS) or []]


def select_class_table(spread: pd.DataFrame, figure: Figure, measure: Measure) -> pd.DataFrame:
    """Select the table from which the classes of a map are made.

    Parameters
    ----------
    spread
        The spread of the measure.
    figure
        The figure of the map.
    measure
        The column that the map shows.

    Returns
    -------
    The spread, or the map's own table where the spread has no such figure. That is so of the change on another
    period where no month of last year is loaded.
    """
    if measure == "verdict" or spread[measure].notna().any():
        return spread
    return figure.table


def list_ward_notes(selection: Selection, figure: Figure, measure: Measure, other: Period | None) -> list[str]:
    """List the notes over a ward map: why it is grey, changed boundaries, another period that is not loaded.

    `figure`: as `hotspots.compare_wards` compares the two periods.
    """
    grey = map_words.explain_grey_map(figure.table, measure)
    notes = [f"{grey} {explain_coverage(figure.coverage)}".rstrip() if grey else ""]
    if other:
        can_compare = figure.table["count"].isna().all() or figure.table["difference"].notna().any()
        missing = f"Not every month of {other.label} is loaded, so there is no comparison with it."
        notes += ["" if can_compare else missing]
        notes += [describe_boundary_change(selection, other)]
    return [note for note in notes if note]


def describe_boundary_change(selection: Selection, other: Period) -> str:
    """Say that wards changed between two periods, and in which wards both are counted.

    The text is empty where no ward changed.
    """
    changed = hotspots.find_changed_wards(selection, other)
    if not changed:
        return ""
    names = wording.join_names(changed) if len(changed) <= _MOST_NAMED else wording.format_count(len(changed), "wards")
    return (
        f"Ward boundaries changed: {names} did not exist in {other.label}. Both periods are counted in the ward "
        f"boundaries of {selection.ward_year}."
    )


def _make_point_view(figure: Figure, selection: Selection, highest_count: int) -> View:
    title, text = point_maps.write_point_title(figure), point_maps.write_point_legend(figure, highest_count)
    table = ViewTable(
        point_maps.build_point_table(figure), _POINT_COLUMNS, "hotspots", point_maps.write_point_note(figure)
    )
    # The browser returns which circle was clicked by its index alone.
    coordinates = list(zip(figure.table["longitude"], figure.table["latitude"], strict=True))

    def list_clicked_points(click: MapClick) -> list[str]:
        rows = click["indices"].get(point_maps.POINTS) or []
        return [wording.format_point(coordinates[row]) for row in rows]

    def draw_map(canvas: Canvas) -> Map:
        """Draw the map for a screen."""
        deck = point_maps.draw_point_map(
            figure, selection, most=highest_count, location=canvas.location, selected=canvas.ward, room=canvas.room,
            dark=canvas.dark,
        )  # fmt: skip
        return Map(deck, "", (), filters.PLACE, list_clicked_points)

    return View(
        title=title,
        sentences=(text,),
        figure=figure,
        alt=f"{title}. {text}",
        draw=draw_map,
        selection=selection,
        draw_on_paper=lambda: draw_point_picture(figure, selection, highest_count),
        table=table,
    )
