"""The views of LSOAs on the Ward hotspots page: maps of one period or two, and the spread over deprivation."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis import lsoas
from shp_data.analysis.context import name_area
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.maps import lsoa_maps
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.text import alt_texts, map_words, sentences
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.map_words import Measure, write_legend_title
from shp_view.views import filters
from shp_view.views.view import Canvas, Map, MapClick, Query, View, ViewTable


def build_view(
    measure: Measure, selection: Selection, other: Period | None, sides: list[Selection], ask: Query
) -> tuple[View, ...]:
    """Build the map of LSOAs, and a second one of the other period where `sides` has one.

    `other`: the period compared with. Raises NotAllowedError, and SelectionError where the partnership has no LSOAs.
    """
    figures = [ask(lsoas.compare_lsoas, selection, other), *(ask(lsoas.compare_lsoas, side) for side in sides[1:])]
    spread = _fetch_spread(figures[0], measure, selection, ask)
    # Two maps next to each other have one legend, so that the same colour is the same number on both.
    values = pd.concat([figure.table.loc[figure.table["lpa"] != "", measure] for figure in figures])
    return tuple(
        _make_view(figure, measure, side, spread, values, against)
        for figure, side, against in zip(figures, sides, (other, None), strict=False)
    )


def _fetch_spread(figure: Figure, measure: Measure, selection: Selection, ask: Query) -> pd.DataFrame:
    """Fetch the table from which the classes of a map are made: of all periods of this length where it has figures."""
    if measure in ("verdict", lsoas.DECILE):
        return figure.table
    scope = selection.indicators, selection.areas, selection.covid, selection.period.length
    spread: pd.DataFrame = ask(lsoas.list_lsoa_figures, *scope)
    return spread if spread[measure].notna().any() else figure.table


def _make_view(
    figure: Figure,
    measure: Measure,
    selection: Selection,
    spread: pd.DataFrame,
    values: pd.Series[float],
    against: Period | None,
) -> View:
    what = sentences.name_subject(figure)

    def draw_map(canvas: Canvas) -> Map:
        """Draw the map for a screen."""
        selected = canvas.location.cell if canvas.location else ""
        deck = lsoa_maps.draw_lsoa_map(
            figure, measure, selection, spread, selected=selected, room=canvas.room, dark=canvas.dark
        )
        legend = list_legend_entries(build_classes(spread, measure, dark=canvas.dark), values)
        return Map(deck, write_legend_title(measure, figure.table), legend, filters.PLACE, _list_clicked_lsoas)

    grey = map_words.explain_grey_map(figure.table, measure, "LSOA")
    notes = (
        f"{grey} {explain_coverage(figure.coverage)}".rstrip() if grey else "",
        map_words.explain_deprivation(lsoas.compute_deprived_shares(figure.table), what, name_area(selection)),
    )
    return View(
        title=map_words.write_map_title(figure.table, measure, what, selection.period, against, "LSOA"),
        sentences=tuple(filter(None, notes)),
        figure=figure,
        alt=alt_texts.describe_ward_map(figure, measure, "LSOA"),
        draw=draw_map,
        selection=selection,
        draw_on_paper=lambda: lsoa_maps.draw_lsoa_picture(figure, measure, selection, spread),
        table=ViewTable(figure, map_words.list_columns(measure, against, "LSOA"), "hotspots"),
    )


def _list_clicked_lsoas(click: MapClick) -> list[str]:
    return [lsoa["properties"]["code"] for lsoa in click["objects"].get(lsoa_maps.LSOAS) or []]
