"""What a page shows of a Figure: its title, charts, tables, notes and downloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from shp_data.analysis.context import area_of
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.notes import audit
from shp_view.app.choices import leave_place, limited
from shp_view.app.links import addresses
from shp_view.app.mapped import MAP_HEIGHT
from shp_view.app.packs import share_button
from shp_view.app.session import dark, opens, own_store, store, viewer, visitor
from shp_view.charts.chart_parts import PICKED, Spec
from shp_view.documents import documents
from shp_view.tables import tables
from shp_view.text import alt_texts, markup, sentences, share_words
from shp_view.theme import theme
from shp_view.views import filters as view
from shp_view.views.view import Map, View


def download(label: str, made: Callable[[], bytes], name: str, key: str, **options: Any) -> None:
    """A button for a file that is made, and noted, when it is asked for."""
    found, root = visitor(), own_store()

    def noted() -> bytes:
        if found.address and found.role:
            audit.note(root, audit.Event(dt.datetime.now(dt.UTC), found.address, found.role, "export", name))
        return made()

    st.download_button(label, noted, name, key=key, on_click="ignore", **options)


def heading(title: str, chosen: Selection | None = None) -> None:
    """The page's message, and under it the one quiet line: period, area, data to which month, whose, role."""
    shown = store()
    months = shown.months()
    data = "synthetic sample, not real records" if shown.synthetic else "own records"
    named = chosen is not None and chosen.place is not None  # and a name from a file is no Markdown
    title = sentences.placed_title(shown, chosen, title) if chosen else title
    st.title(markup.literal(title) if named else title, anchor=False)
    facts = [chosen.period.label, markup.literal(area_of(chosen))] if chosen else []
    facts += [f"data to {months[-1].label if months else 'no month'}", data, f"seen as {viewer().role}"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" · ".join(facts), width="content")
        share_button(title, chosen)
    if note := share_words.as_of_note(st.query_params.get(share_words.AS_OF, ""), months[-1] if months else None):
        st.info(markup.literal(note))
    if chosen and chosen.place:
        place_note(f"Only the records at {area_of(chosen)} are in view.")
    for lacking in sentences.missing(shown, chosen) if chosen else ():
        st.warning(markup.literal(lacking))
    if chosen and (lost := sentences.unplaced(shown, chosen)):
        st.warning(lost)
    if shown.synthetic:
        st.info(
            "**Synthetic sample.** These incidents are invented; only their published totals are real."
            + (" Load your own records on the Load files page." if opens("load_files") else "")
        )


def place_note(said: str) -> None:
    """A line on the place in view, and the way to leave it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(markup.literal(said), width="content")
        st.button("Leave this place", on_click=leave_place, type="tertiary", key="leave-place")


def chart(spec: Spec, alt: str, key: str, pick: str | None = None) -> str | None:
    """Draw a chart. With `pick`, the value of that field at the mark that was clicked, else None."""
    if pick is None:
        st.vega_lite_chart(spec, theme=None, alt=alt, key=key)
        return None
    event = st.vega_lite_chart(spec, theme=None, alt=alt, key=key, on_select="rerun")
    points = event["selection"].get(PICKED) or []
    return str(points[0][pick]) if points and pick in points[0] else None


def picture(shown: View, key: str) -> None:
    """Draw a view: its chart, or its map with the legend."""
    drawn = shown.drawn(dark()) if shown.drawn else None
    if isinstance(drawn, Map):
        st.pydeck_chart(drawn.deck, key=key, height=MAP_HEIGHT, alt=shown.alt)
        if drawn.legend:
            st.html(markup.legend(drawn.title, drawn.legend))
    elif drawn:
        chart(drawn, shown.alt, key)


def table(
    figure: Figure,
    columns: Sequence[str],
    chosen: Selection | None = None,
    page: str = "records",
    keep: Iterable[str] = (),
) -> None:
    """Show some columns of a figure. With `chosen`, each row leads to its records, or to another page of it.

    No row leads where the viewer may not go.
    `keep`: the choices of this page that its links keep, by their key.
    """
    led = opens(page) and not ("code" in figure.table and limited())
    narrowed = view.of_rows(figure, chosen) if chosen and led else []
    kept = {key: st.query_params[key] for key in keep if key in st.query_params}
    links = addresses(page, narrowed, kept)
    st.html(tables.as_html(figure, columns, links, chosen.period if chosen else None))


def grid(figure: Figure, columns: Sequence[str], key: str, **options: Any) -> Any:
    """Show some columns of a figure in a grid that can be sorted and searched: for long tables."""
    config = {
        name: st.column_config.NumberColumn(format=form) for name, form in tables.formats(figure, columns).items()
    }
    shown = tables.grid(figure, columns)
    return st.dataframe(shown, hide_index=True, key=key, column_config=config, placeholder="–", **options)


def frames(maps_shown: int) -> list[tuple[Any, Any]]:
    """Where each map and its table stand: one map beside its table, or two maps side by side over theirs."""
    if maps_shown == 1:
        left, right = st.columns([4, 3])
        return [(left, right)]
    return [(column, column) for column in st.columns(maps_shown)]


def notes(figure: Figure) -> None:
    """The caveats and the source line that stand under every chart and table."""
    st.caption("  \n".join((*figure.caveats, figure.source_line)))


def downloads(
    figure: Figure,
    key: str,
    picture: Callable[[], Spec] | None = None,
    whole: Callable[[], Figure] | None = None,
) -> None:
    """The figure as a table (CSV, XLSX) and, with `picture`, as a picture (PNG, SVG), made when asked for.

    `whole`: gives the figure to keep where `figure` is only the start of it.
    """
    kept = whole or (lambda: figure)
    kinds: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: documents.to_xlsx(kept()),
        "csv": lambda: documents.to_csv(kept()),
    }
    if picture is not None:
        drawn = picture
        kinds = {
            "png": lambda: documents.to_png(drawn(), figure),
            "svg": lambda: documents.to_svg(drawn(), figure),
        } | kinds
    with st.popover("Download", key=f"{key}-download", on_change="rerun") as menu:
        if menu.open:
            for kind, made in kinds.items():
                name = documents.file_name(figure, kind)
                download(kind.upper(), made, name, f"{key}-{kind}", width="stretch")


def card(figure: Figure, trend: Figure, chosen: Selection) -> None:
    """A card: the figure's number, change and rate, the months of its trend, and its sentence."""
    line = markup.sparkline(*sentences.months_of(trend), alt_texts.trend(trend), theme(dark()))
    facts, said = sentences.card_facts(figure), sentences.card_sentence(figure, chosen)
    st.html(markup.card(figure.title, sentences.card_count(figure), facts, line, said))
