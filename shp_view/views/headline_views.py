"""The views of the Headlines page: a card for each theme, and the table of every indicator."""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.analysis import headlines
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_view.charts import trend_charts
from shp_view.tables import tables
from shp_view.text import alt_texts, sentences, verdict_words
from shp_view.views.view import Query, View, ViewTable


@dataclass(frozen=True)
class Card:
    """The card of a theme: its count and change, and the view of its last two years by month."""

    theme: str
    figure: Figure
    view: View


def build_cards(selection: Selection, ask: Query) -> list[Card]:
    """Build the card of each headline theme. Raises NotAllowedError."""
    return [_build_card(headline) for headline in ask(headlines.build_headlines, selection)]


def list_missing_themes(ask: Query) -> list[str]:
    """List the labels of the headline themes of which nothing is loaded."""
    return [partnership().vocabulary.themes[theme] for theme in ask(headlines.list_missing_themes)]


def _build_card(headline: headlines.Headline) -> Card:
    card, trend, selection = headline.card, headline.trend, headline.selection
    messages = sentences.describe_card(card, selection), sentences.describe_unusual_months(card, trend)
    view = View(
        title=sentences.build_change_title(card, selection),
        sentences=(" ".join(filter(None, messages)), f"{sentences.format_card_facts(card)}."),
        figure=trend,
        alt=alt_texts.describe_trend(trend),
        draw=lambda canvas: trend_charts.draw_trend(trend, dark=canvas.dark),
        selection=selection,
    )
    return Card(headline.theme, card, view)


def build_title(cards: list[Card], selection: Selection) -> str:
    """Build the title of the page from its cards."""
    return sentences.build_headlines_title([card.figure for card in cards], selection)


def build_view(theme: str, selection: Selection, ask: Query) -> View:
    """Build the view of a theme in the period; "" gives the first theme.

    Raises SelectionError where no record of the theme is loaded.
    """
    for card in build_cards(selection, ask):
        if theme in ("", card.theme):
            return card.view
    name = partnership().vocabulary.themes.get(theme, theme)
    raise SelectionError(f"No records of “{name}” are loaded. Choose another view, or load these records.")


def build_table(selection: Selection, ask: Query) -> View:
    """Build the table of every indicator. Raises NotAllowedError."""
    figure = ask(headlines.compare_indicators, selection)
    table = ViewTable(figure, tables.INDICATORS, note=verdict_words.explain_grades(figure.table))
    return View("Every indicator", (), figure, selection, table=table)
