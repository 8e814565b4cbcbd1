"""The views of the Trends page: what each asks, draws and says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shp_data.analysis import headlines, hours, seasons, trends
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.notes.actions import Actions
from shp_view.charts import charts, season_charts
from shp_view.charts.chart_parts import Spec
from shp_view.tables import tables
from shp_view.text import alt_texts, season_words, sentences
from shp_view.text.profile_words import with_actions
from shp_view.views.view import Ask, View

Kind = Literal["months", "seasons", "rolling", "week", "areas"]


@dataclass(frozen=True)
class TrendView:
    """One view: its name, what it asks, its chart of a figure and the LPA in focus, and its words.

    `sentence`: of the period's card and the figure. `columns`: of its table. `by_month`: whether each row of the
    table, and each mark of the chart, is a month.
    """

    name: str
    asked: Callable[[Store, Selection, Viewer], Figure]
    chart: Callable[[Figure, str | None, bool], Spec]
    alt: Callable[[Figure], str]
    sentence: Callable[[Figure, Figure], str]
    columns: tuple[str, ...]
    by_month: bool


VIEWS: dict[Kind, TrendView] = {
    "months": TrendView(
        "Months",
        trends.monthly,
        lambda figure, _, dark: charts.trend(figure, dark=dark),
        alt_texts.trend,
        sentences.months_sentence,
        tables.MONTHS,
        True,
    ),
    "seasons": TrendView(
        "Seasons",
        seasons.season,
        lambda figure, _, dark: season_charts.season(figure, dark=dark),
        season_words.season_alt,
        lambda _, figure: season_words.season_sentence(figure),
        tables.SEASON,
        True,
    ),
    "rolling": TrendView(
        "Rolling 12 months",
        seasons.rolling,
        lambda figure, _, dark: season_charts.rolling(figure, dark=dark),
        season_words.rolling_alt,
        lambda _, figure: season_words.rolling_sentence(figure),
        tables.ROLLING,
        True,
    ),
    "week": TrendView(
        "Weekday and hour",
        hours.week,
        lambda figure, _, dark: season_charts.week(figure, dark=dark),
        season_words.week_alt,
        lambda _, figure: season_words.week_sentence(figure),
        tables.WEEK,
        False,
    ),
    "areas": TrendView(
        "By area",
        trends.by_area,
        lambda figure, focus, dark: charts.trend_by_area(figure, focus, dark=dark),
        alt_texts.trend_by_area,
        lambda *_: "",
        tables.AREA_MONTHS,
        False,
    ),
}
NAMES: dict[Kind, str] = {kind: view.name for kind, view in VIEWS.items()}


def view(kind: Kind, chosen: Selection, ask: Ask, viewer: Viewer, agreed: Actions = ()) -> View:
    """How does the count run, in one of the views? Raises NotAllowedError.

    `agreed`: what was agreed for the ward or place, marked among the months.
    """
    one = VIEWS[kind]
    card, shown = ask(headlines.card, chosen, viewer), ask(one.asked, chosen, viewer)
    shown = with_actions(shown, agreed) if kind == "months" else shown
    focus = chosen.areas[0] if len(chosen.areas) == 1 else None
    return View(
        title=sentences.change_title(card, chosen),
        said=(f"{sentences.card_sentence(card, chosen)} {one.sentence(card, shown)}".rstrip(),),
        figure=shown,
        alt=one.alt(shown),
        drawn=None if shown.table.empty else lambda dark: one.chart(shown, focus, dark),
    )
