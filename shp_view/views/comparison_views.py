"""The views of the Comparison page: areas by rate, in a funnel, and by their change."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis import comparison
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader
from shp_view.charts import comparison_charts
from shp_view.charts.chart_parts import Spec
from shp_view.text import comparison_words, sentences, wording
from shp_view.text.comparison_words import AREA_LEVELS as AREA_LEVELS
from shp_view.text.comparison_words import TABLES as TABLES
from shp_view.text.comparison_words import VIEWS as VIEWS
from shp_view.text.comparison_words import AreaLevel
from shp_view.text.comparison_words import ComparisonView as Kind
from shp_view.text.verdict_words import explain_grades
from shp_view.views.filters import find_focus
from shp_view.views.view import Query, View, ViewTable

MAX_AREAS, TOP_AREAS = 100, 20  # of more areas than the first number, only the second is shown at first


def build_view(level: AreaLevel, kind: Kind, selection: Selection, ask: Query) -> View:
    """Build one of the views that compare areas. Raises NotAllowedError."""
    worded = build_table(level, selection, ask)
    figure, top = comparison_words.drop_range_texts(worded), select_top_areas(worded, kind, selection)
    focus = find_focus(selection)
    # A funnel shows which areas stand out among all of them, so it leaves none out.
    charted = worded if kind == "funnel" else top
    counts = len(charted.table), len(worded.table)
    left_out = (comparison_words.describe_top_areas(kind, *counts, focus),) if counts[0] < counts[1] else ()
    grades = "" if kind == "funnel" else explain_grades(figure.table)  # its table has no verdicts
    return View(
        title=_build_title(figure, level, kind, selection, focus),
        sentences=tuple(filter(None, (comparison_words.EXPLANATIONS[kind], grades, *left_out))),
        figure=figure,
        alt=comparison_words.ALT_TEXTS[kind](charted),
        draw=lambda canvas: _draw_chart(charted, kind, focus, canvas.dark),
        selection=selection,
        table=ViewTable(top, comparison_words.list_columns(figure, kind)),
        click_field="key",
    )


def build_table(level: AreaLevel, selection: Selection, ask: Query) -> Figure:
    """Build the figure of the page's table. It has every LPA, whichever of them is in focus."""
    # LPAs are few, and a rank among one is none: the filter of areas only marks one of them.
    about = selection if level == "wards" else replace(selection, areas=(), ward=None)
    figure: Figure = ask(_build_table, level, about)
    return figure


def _build_table(reader: Reader, level: AreaLevel, selection: Selection) -> Figure:
    compare = comparison.compare_wards if level == "wards" else comparison.compare_lpas
    return comparison_words.add_range_texts(compare(reader, selection))


def select_area(key: str, level: AreaLevel, selection: Selection) -> Selection:
    """Select the area of a clicked mark: a ward by its code, or an LPA by its name."""
    return selection.select_ward(key, selection.ward_year) if level == "wards" else selection.select_area(key)


def select_top_areas(figure: Figure, kind: Kind, selection: Selection) -> Figure:
    """Select the areas to draw first where there are more than a hundred.

    These are the areas with the highest rates, or the surest changes, and the area in focus.
    """
    table = figure.table
    if len(table) <= MAX_AREAS:
        return figure
    # By how sure a change is, not by its size: small areas have the largest changes by chance.
    order = table["p_value"].fillna(1.0) if kind == "change" else -table["rate_per_1000"]
    focus_rows = table.index[table[comparison_words.get_name_column(figure)] == find_focus(selection)]
    return replace(figure, table=table.loc[order.nsmallest(TOP_AREAS).index.union(focus_rows)])


def _build_title(figure: Figure, level: AreaLevel, kind: Kind, selection: Selection, focus: str | None) -> str:
    what, names = sentences.name_subject(figure), comparison_words.get_name_column(figure)
    if kind == "change":
        return comparison_words.build_change_title(figure.table, names, what, selection.period)
    if level == "wards":
        return wording.build_ward_title(figure.table, what)
    return wording.build_comparison_title(figure.table, what, focus)


def _draw_chart(figure: Figure, kind: Kind, focus: str | None, dark: bool) -> Spec:
    if kind == "funnel":
        return comparison_charts.draw_funnel(figure, dark=dark)
    if kind == "change":
        return comparison_charts.draw_changes(figure, dark=dark)
    return comparison_charts.draw_rates(figure, focus, dark=dark)
