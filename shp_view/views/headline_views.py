"""The cards of the Headlines page as views: each theme's period, with its last two years by month."""

from __future__ import annotations

from shp_data.analysis import headlines
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_view.charts import trend_charts
from shp_view.text import alt_texts, sentences
from shp_view.views.view import Query, View


def build_view(theme: str, selection: Selection, ask: Query) -> View:
    """Build the view of a theme in the period; "" gives the first theme.

    Raises SelectionError where no record of the theme is loaded.
    """
    headline = next((item for item in ask(headlines.build_headlines, selection) if theme in ("", item.theme)), None)
    if headline is None:
        name = partnership().vocabulary.themes.get(theme, theme)
        raise SelectionError(f"No record of “{name}” is loaded: choose another view, or load such records.")
    theme_selection, trend = headline.selection, headline.trend
    return View(
        title=sentences.build_change_title(headline.card, theme_selection),
        sentences=(
            sentences.describe_card(headline.card, theme_selection),
            f"{sentences.format_card_facts(headline.card)}.",
        ),
        figure=trend,
        alt=alt_texts.describe_trend(trend),
        draw=lambda dark: trend_charts.draw_trend(trend, dark=dark),
    )
