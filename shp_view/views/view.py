"""A view: one chart or map with the message over it, in the same words wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pydeck as pdk

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.text.map_measures import LegendEntry

# What answers a question of the store in view: `ask(trends.monthly, chosen, viewer)` says what
# `trends.monthly(store, chosen, viewer)` does.
Ask = Callable[..., Any]


@dataclass(frozen=True)
class Map:
    """A map with what each of its colours means."""

    deck: pdk.Deck
    title: str
    legend: tuple[LegendEntry, ...]


@dataclass(frozen=True)
class View:
    """One message with its chart or map.

    `title`: the message. `said`: the sentences under it. `figure`: what is drawn, with its source and caveats.
    `alt`: its alternative text. `drawn`: the chart or the map, for a dark page or a light one; None where there is
    nothing to draw. `on_paper`: the picture of a map; a chart is its own picture.
    """

    title: str
    said: tuple[str, ...]
    figure: Figure
    alt: str
    drawn: Callable[[bool], Spec | Map] | None
    on_paper: Callable[[], Spec] | None = None

    def picture(self) -> Spec | None:
        """The chart or map for a paper; None where there is nothing to draw."""
        if self.on_paper is not None:
            return self.on_paper()
        drawn = self.drawn(False) if self.drawn else None
        return None if isinstance(drawn, Map) else drawn
