"""The views of the Comparison page: places by rate, in a funnel, and by their change."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis import comparison
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_view.charts import comparison_charts, funnel_chart
from shp_view.charts.chart_parts import Spec
from shp_view.text import comparison_words, sentences, wording
from shp_view.text.comparison_words import Places
from shp_view.text.comparison_words import View as Kind
from shp_view.views.view import Ask, View

MANY, FOREMOST = 100, 20  # of more places than these so many are shown at first


def view(places: Places, kind: Kind, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """How do places compare, in one of the views? Raises NotAllowedError."""
    worded = in_words(places, chosen, ask, viewer)
    found = comparison_words.without_words(worded)
    focus = _focus(chosen)
    charted = worded if kind == "funnel" else foremost(worded, kind, chosen)
    told = len(charted.table), len(worded.table)
    left_out = (comparison_words.foremost(kind, *told, focus),) if told[0] < told[1] else ()
    return View(
        title=_title(found, places, kind, chosen, focus),
        said=(comparison_words.EXPLAINED[kind], *left_out),
        figure=found,
        alt=comparison_words.ALT[kind](charted),
        drawn=lambda dark: _chart(charted, kind, focus, dark),
    )


def in_words(places: Places, chosen: Selection, ask: Ask, viewer: Viewer) -> Figure:
    """The places as the page's table shows them. The LPAs are the same whichever of them is in focus."""
    about = chosen if places == "wards" else replace(chosen, areas=(), ward=None)
    found: Figure = ask(_in_words, places, about, viewer)
    return found


def _in_words(store: Store, places: Places, chosen: Selection, viewer: Viewer) -> Figure:
    found = comparison.wards if places == "wards" else comparison.lpas
    return comparison_words.with_words(found(store, chosen, viewer))


def foremost(found: Figure, kind: Kind, chosen: Selection) -> Figure:
    """Of more than a hundred places those with the highest rates, or the surest change, and the area in focus."""
    table = found.table
    if len(table) <= MANY:
        return found
    ahead = table["p_value"] if kind == "change" else -table["rate_per_1000"]
    own = table.index[table[comparison_words.name_column(found)] == _focus(chosen)]
    return replace(found, table=table.loc[ahead.nsmallest(FOREMOST).index.union(own)])


def _focus(chosen: Selection) -> str | None:
    """The one area that is chosen."""
    return chosen.areas[0] if len(chosen.areas) == 1 else None


def _title(found: Figure, places: Places, kind: Kind, chosen: Selection, focus: str | None) -> str:
    what = sentences.what_of(found)
    if kind == "change":
        return comparison_words.changed_title(found.table, comparison_words.name_column(found), what, chosen.period)
    if places == "wards":
        return wording.ward_title(found.table, what)
    return wording.comparison_title(found.table, what, focus)


def _chart(found: Figure, kind: Kind, focus: str | None, dark: bool) -> Spec:
    if kind == "funnel":
        return funnel_chart.funnel(found, dark=dark)
    if kind == "change":
        return comparison_charts.change(found, dark=dark)
    return comparison_charts.rates(found, focus, dark=dark)
