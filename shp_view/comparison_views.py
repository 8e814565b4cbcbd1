"""The views of the Comparison page: places by rate, in a funnel, and by their change."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis import comparison
from shp_data.domain.selection import Selection, Viewer
from shp_data.figure import Figure
from shp_view import comparison_charts, comparison_words, funnel_chart, sentences, wording
from shp_view.chart_parts import Spec
from shp_view.comparison_words import Places
from shp_view.comparison_words import View as Kind
from shp_view.view import Ask, View

MANY, FOREMOST = 100, 40  # of more places than these a chart draws so many


def view(places: Places, kind: Kind, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """How do places compare, in one of the views? Raises NotAllowedError."""
    if places == "wards":
        found = ask(comparison.wards, chosen, viewer)
    else:  # the same whichever area is in focus, so that it is worked out once for all of them
        found = ask(comparison.lpas, replace(chosen, areas=(), ward=None), viewer)
    focus = chosen.areas[0] if len(chosen.areas) == 1 else None
    charted, left_out = _charted(comparison_words.with_words(found), kind, focus)
    return View(
        title=_title(found, places, kind, chosen, focus),
        said=(comparison_words.EXPLAINED[kind], *left_out),
        figure=found,
        alt=comparison_words.ALT[kind](charted),
        drawn=lambda dark: _chart(charted, kind, focus, dark),
    )


def _charted(found: Figure, kind: Kind, focus: str | None) -> tuple[Figure, tuple[str, ...]]:
    """What a chart with a row for each place draws: of many the foremost and the one in focus, and what says so."""
    table = found.table
    if kind == "funnel" or len(table) <= MANY:
        return found, ()
    ahead = table["p_value"] if kind == "change" else -table["rate_per_1000"]
    foremost = ahead.nsmallest(FOREMOST).index
    own = table.index[table[comparison_words.name_column(found)] == focus]
    said = comparison_words.foremost(kind, FOREMOST, len(table), focus=bool(own.difference(foremost).size))
    return replace(found, table=table.loc[foremost.union(own)]), (said,)


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
