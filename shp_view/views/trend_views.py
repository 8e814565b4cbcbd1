"""The views of the Trends page: the analysis, the chart and the words of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shp_data.analysis import headlines, hours, profile, seasons, trends
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import Actions
from shp_data.store.reading import Reader
from shp_view.charts import trend_charts
from shp_view.charts.chart_parts import Spec
from shp_view.tables import tables
from shp_view.text import alt_texts, season_words, sentences
from shp_view.text.coverage_words import mark_doubts
from shp_view.text.ward_words import add_actions
from shp_view.views.filters import find_focus
from shp_view.views.view import Query, View, ViewTable

TrendKind = Literal["months", "seasons", "rolling", "week", "areas", "xmr"]


@dataclass(frozen=True)
class TrendView:
    """One view: its name, its analysis, its chart of a figure and the LPA in focus, and its words.

    `describe`: the sentence of the period's card and the figure. `columns`: those of its table. `by_month`:
    whether each row of the table, and each mark of the chart, is a month.
    """

    name: str
    analysis: Callable[..., Figure]
    draw: Callable[[Figure, str | None, bool], Spec]
    describe_chart: Callable[[Figure], str]
    describe: Callable[[Figure, Figure], str]
    columns: tuple[str, ...]
    by_month: bool


VIEWS: dict[TrendKind, TrendView] = {
    "months": TrendView(
        "Months",
        trends.count_by_month,
        lambda figure, _, dark: trend_charts.draw_trend(figure, dark=dark),
        alt_texts.describe_trend,
        lambda card, figure: " ".join(
            filter(None, (sentences.describe_unusual_months(card, figure), sentences.describe_forecast(figure)))
        ),
        tables.MONTHS,
        True,
    ),
    "seasons": TrendView(
        "Seasons",
        seasons.compare_with_earlier_years,
        lambda figure, _, dark: trend_charts.draw_season(figure, dark=dark),
        season_words.describe_season_chart,
        lambda _, figure: season_words.describe_season(figure),
        tables.SEASON,
        True,
    ),
    "rolling": TrendView(
        "Rolling 12 months",
        seasons.sum_rolling_year,
        lambda figure, _, dark: trend_charts.draw_rolling_sum(figure, dark=dark),
        season_words.describe_rolling_chart,
        lambda _, figure: season_words.describe_rolling_sum(figure),
        tables.ROLLING,
        True,
    ),
    "week": TrendView(
        "Weekday and hour",
        hours.count_by_weekday,
        lambda figure, _, dark: trend_charts.draw_week(figure, dark=dark),
        season_words.describe_week_chart,
        lambda _, figure: season_words.describe_week(figure),
        tables.WEEK,
        False,
    ),
    "areas": TrendView(
        "By area",
        trends.count_by_area,
        lambda figure, focus, dark: trend_charts.draw_area_trends(figure, focus, dark=dark),
        alt_texts.describe_area_trends,
        lambda *_: "",
        tables.AREA_MONTHS,
        False,
    ),
    "xmr": TrendView(
        "XmR chart",
        trends.chart_control_limits,
        lambda figure, _, dark: trend_charts.draw_trend(figure, dark=dark),
        alt_texts.describe_trend,
        sentences.describe_unusual_months,
        tables.LIMITS,
        True,
    ),
}
NAMES: dict[TrendKind, str] = {kind: trend_view.name for kind, trend_view in VIEWS.items()}


def build_page_view(kind: TrendKind, selection: Selection, reader: Reader, ask: Query) -> View:
    """Build a view with the actions that the viewer may see. Raises NotAllowedError.

    An action does not change the version of the store, so `ask`, which caches by version, cannot answer for it.
    """
    return build_view(kind, selection, ask, profile.list_visible_actions(reader, selection))


def build_view(kind: TrendKind, selection: Selection, ask: Query, actions: Actions = ()) -> View:
    """Build one of the views of the count by month. Raises NotAllowedError.

    `actions`: the actions for the ward or location, marked among the months.
    """
    trend_view = VIEWS[kind]
    card, figure = ask(headlines.build_card, selection), ask(trend_view.analysis, selection)
    # Only the charts of all months have room for the marks of actions.
    figure = add_actions(mark_doubts(figure), actions) if kind in ("months", "xmr") else figure
    focus = find_focus(selection)
    return View(
        title=sentences.build_change_title(card, selection),
        sentences=tuple(filter(None, (sentences.describe_card(card, selection), trend_view.describe(card, figure)))),
        figure=figure,
        alt=trend_view.describe_chart(figure),
        # Such as the week, where no record has a time of day: the sentences say so.
        draw=None if figure.table.empty else lambda canvas: trend_view.draw(figure, focus, canvas.dark),
        selection=selection,
        table=ViewTable(figure, trend_view.columns, "records" if trend_view.by_month else None),
        click_field="month" if trend_view.by_month else None,
    )
