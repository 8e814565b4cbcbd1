"""A view: one chart or map with its message, in the same words wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pydeck as pdk

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_data.store.notes.actions import Actions
from shp_view.charts.chart_parts import Spec
from shp_view.maps.map_parts import DESK, Room
from shp_view.text.map_words import LegendEntry

# `ask(function, *arguments)` returns `function(store, *arguments)` for the store in view.
Query = Callable[..., Any]
# What was clicked on a map: `objects` and `indices`, each a list for every layer.
MapClick = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Canvas:
    """How a view is drawn: the page's colours, and what a map marks.

    `room`: the size of a map. `ward`: the code of the ward to outline. `location`: the one to ring.
    `actions`: those to number.
    """

    dark: bool = False
    room: Room = DESK
    ward: str | None = None
    location: Location | None = None
    actions: Actions = ()


@dataclass(frozen=True)
class Map:
    """A map with the meaning of each of its colours.

    `target`: the filter that a click sets: ward or location. `list_clicked`: returns the values of what was
    clicked: codes or points. `captions`: the lines under the map.
    """

    deck: pdk.Deck
    title: str
    legend: tuple[LegendEntry, ...]
    target: str
    list_clicked: Callable[[MapClick], list[str]]
    captions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewTable:
    """The table of a view: some columns of a figure.

    `page`: the page that each row links to; None for rows without links. `note`: the line under it.
    """

    figure: Figure
    columns: tuple[str, ...]
    page: str | None = "records"
    note: str = ""


@dataclass(frozen=True)
class View:
    """One message with its chart, map or table.

    `title`: the message. `sentences`: those under it. `figure`: what is charted, with its source and caveats.
    `selection`: what its links open. `alt`: the alternative text of the chart or map. `draw`: draws it; None where
    there is nothing to draw. `draw_on_paper`: draws the picture of a map; a chart is its own picture.
    `table`: its table on a page. `click_field`: the field of a chart's mark that a click returns.
    `download`: the figure of its downloads where the view shows only part of that.
    """

    title: str
    sentences: tuple[str, ...]
    figure: Figure
    selection: Selection
    alt: str = ""
    draw: Callable[[Canvas], Spec | Map] | None = None
    draw_on_paper: Callable[[], Spec] | None = None
    table: ViewTable | None = None
    click_field: str | None = None
    download: Figure | None = None

    def draw_picture(self) -> Spec | None:
        """Draw the chart or map for a paper. Return None where there is nothing to draw."""
        # A map on a page needs a browser with WebGL; on paper it is drawn as a chart of the same shapes.
        if self.draw_on_paper is not None:
            return self.draw_on_paper()
        chart = self.draw(Canvas()) if self.draw else None
        return None if isinstance(chart, Map) else chart
