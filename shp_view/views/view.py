"""A view: one chart or map with its message, in the same words wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pydeck as pdk

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.text.map_words import LegendEntry

# What answers a question of the store in view: `ask(trends.count_by_month, selection)` returns what
# `trends.count_by_month(reader, selection)` does, for the store and the viewer of the page.
Query = Callable[..., Any]


@dataclass(frozen=True)
class Map:
    """A map with the meaning of each of its colours."""

    deck: pdk.Deck
    title: str
    legend: tuple[LegendEntry, ...]


@dataclass(frozen=True)
class View:
    """One message with its chart or map.

    `title`: the message. `sentences`: those under it. `figure`: what is charted, with its source and caveats.
    `alt`: its alternative text. `draw`: draws the chart or map for a dark page or a light one; None where
    there is nothing to draw. `draw_on_paper`: draws the picture of a map; a chart is its own picture.
    """

    title: str
    sentences: tuple[str, ...]
    figure: Figure
    alt: str
    draw: Callable[[bool], Spec | Map] | None
    draw_on_paper: Callable[[], Spec] | None = None

    def draw_picture(self) -> Spec | None:
        """Draw the chart or map for a paper. Return None where there is nothing to draw."""
        if self.draw_on_paper is not None:
            return self.draw_on_paper()
        chart = self.draw(False) if self.draw else None
        return None if isinstance(chart, Map) else chart
