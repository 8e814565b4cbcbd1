"""The cards of the Headlines page as views: each theme's period, with its last two years by month."""

from __future__ import annotations

from shp_data.analysis import headlines
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_view.charts import charts
from shp_view.text import alt_texts, sentences
from shp_view.views.view import Ask, View


def view(theme: str, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """How did a theme do in the period? The first, for "". Raises SelectionError where nothing of it is loaded."""
    found = next((one for one in ask(headlines.headlines, chosen, viewer) if theme in ("", one.theme)), None)
    if found is None:
        name = partnership().vocabulary.themes.get(theme, theme)
        raise SelectionError(f"No record of “{name}” is loaded: choose another view, or load such records.")
    own, trend = found.selection, found.trend
    return View(
        title=sentences.change_title(found.card, own),
        said=(sentences.card_sentence(found.card, own), f"{sentences.card_facts(found.card)}."),
        figure=trend,
        alt=alt_texts.trend(trend),
        drawn=lambda dark: charts.trend(trend, dark=dark),
    )
