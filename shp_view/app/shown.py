"""The parts of a page that show a Figure: its title, charts, tables, notes and downloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from shp_data.analysis.context import name_area
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.notes import audit
from shp_view.app.choices import is_limited, leave_location
from shp_view.app.links import build_addresses
from shp_view.app.mapped import MAP_HEIGHT
from shp_view.app.packs import draw_share_button
from shp_view.app.session import can_open, get_store_folder, get_viewer, identify_visitor, is_dark, open_reader
from shp_view.charts.chart_parts import PICKED, Spec
from shp_view.documents import documents
from shp_view.tables import tables
from shp_view.text import alt_texts, data_words, markup, sentences
from shp_view.theme import choose_theme
from shp_view.views import filters as view
from shp_view.views.view import Map, View


def draw_download_button(label: str, make_bytes: Callable[[], bytes], name: str, key: str, **options: Any) -> None:
    """Draw a button for a file that is made, and recorded, when the user clicks it."""
    user, store_folder = identify_visitor(), get_store_folder()

    def make_file() -> bytes:
        if user.address and user.role:
            audit.write_entry(
                store_folder, audit.AuditEntry(dt.datetime.now(dt.UTC), user.address, user.role, "export", name)
            )
        return make_bytes()

    st.download_button(label, make_file, name, key=key, on_click="ignore", **options)


def draw_heading(title: str, selection: Selection | None = None) -> None:
    """Draw the page's message, and under it one line.

    The line gives the period, area, latest month of data, whose data it is, and role.
    """
    reader = open_reader()
    current_store = reader.store
    months = current_store.list_months()
    data = "synthetic sample, not real records" if current_store.has_synthetic else "own records"
    has_location = selection is not None and selection.location is not None  # and a name from a file is no Markdown
    title = sentences.choose_title(reader, selection, title) if selection else title
    st.title(markup.escape_markdown(title) if has_location else title, anchor=False)
    facts = [selection.period.label, markup.escape_markdown(name_area(selection))] if selection else []
    facts += [f"data to {months[-1].label if months else 'no month'}", data, f"seen as {get_viewer().role}"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" · ".join(facts), width="content")
        draw_share_button(title, selection)
    if note := data_words.explain_as_of(st.query_params.get(data_words.AS_OF, ""), months[-1] if months else None):
        st.info(markup.escape_markdown(note))
    if selection and selection.location:
        draw_location_note(f"Only the records at {name_area(selection)} are in view.")
    for gap_note in sentences.explain_gaps(reader, selection) if selection else ():
        st.warning(markup.escape_markdown(gap_note))
    if selection and (unplaced_note := sentences.explain_unplaced(reader, selection)):
        st.warning(unplaced_note)
    if current_store.has_synthetic:
        st.info(
            "**Synthetic sample.** These incidents are invented; only their published totals are real."
            + (" Load your own records on the Load files page." if can_open("load_files") else "")
        )


def draw_location_note(text: str) -> None:
    """Draw a line on the location in view, and the button to leave it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(markup.escape_markdown(text), width="content")
        st.button("Leave this place", on_click=leave_location, type="tertiary", key="leave-place")


def draw_chart(spec: Spec, alt: str, key: str, pick: str | None = None) -> str | None:
    """Draw a chart. With `pick`, return the value of that field at the clicked mark, else None."""
    if pick is None:
        st.vega_lite_chart(spec, theme=None, alt=alt, key=key)
        return None
    event = st.vega_lite_chart(spec, theme=None, alt=alt, key=key, on_select="rerun")
    points = event["selection"].get(PICKED) or []
    return str(points[0][pick]) if points and pick in points[0] else None


def draw_view(page_view: View, key: str) -> None:
    """Draw a view: its chart, or its map with the legend."""
    drawing = page_view.draw(is_dark()) if page_view.draw else None
    if isinstance(drawing, Map):
        st.pydeck_chart(drawing.deck, key=key, height=MAP_HEIGHT, alt=page_view.alt)
        if drawing.legend:
            st.html(markup.make_legend(drawing.title, drawing.legend))
    elif drawing:
        draw_chart(drawing, page_view.alt, key)


def draw_table(
    figure: Figure,
    columns: Sequence[str],
    selection: Selection | None = None,
    page: str = "records",
    keep: Iterable[str] = (),
) -> None:
    """Draw some columns of a figure as a table.

    With `selection`, each row links to its records, or to another page with its filters. There is no link
    where the viewer may not open the page. `keep`: the keys of the choices of this page that the links keep.
    """
    has_links = can_open(page) and not ("code" in figure.table and is_limited())
    row_selections = view.make_row_selections(figure, selection) if selection and has_links else []
    saved_choices = {key: st.query_params[key] for key in keep if key in st.query_params}
    links = build_addresses(page, row_selections, saved_choices)
    st.html(tables.to_html(figure, columns, links, selection.period if selection else None))


def draw_grid(figure: Figure, columns: Sequence[str], key: str, **options: Any) -> Any:
    """Draw some columns of a figure in a grid that can be sorted and searched, for long tables."""
    config = {
        name: st.column_config.NumberColumn(format=form) for name, form in tables.list_formats(figure, columns).items()
    }
    rows = tables.build_grid(figure, columns)
    return st.dataframe(rows, hide_index=True, key=key, column_config=config, placeholder="–", **options)


def make_frames(map_count: int) -> list[tuple[Any, Any]]:
    """Make a frame for each map and its table.

    One map is next to its table; two maps are next to each other, above their tables.
    """
    if map_count == 1:
        left, right = st.columns([4, 3])
        return [(left, right)]
    return [(column, column) for column in st.columns(map_count)]


def draw_notes(figure: Figure) -> None:
    """Draw the caveats and the source line under a chart or table."""
    st.caption("  \n".join((*figure.caveats, figure.source_line)))


def draw_downloads(
    figure: Figure,
    key: str,
    picture: Callable[[], Spec] | None = None,
    whole: Callable[[], Figure] | None = None,
) -> None:
    """Draw the downloads of a figure, each made when the user asks for it.

    They are a table (CSV, XLSX) and, with `picture`, a picture (PNG, SVG). `whole`: returns the full figure
    where `figure` is only the start of it.
    """
    get_figure = whole or (lambda: figure)
    kinds: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: documents.to_xlsx(get_figure()),
        "csv": lambda: documents.to_csv(get_figure()),
    }
    if picture is not None:
        build_chart = picture
        kinds = {
            "png": lambda: documents.to_png(build_chart(), figure),
            "svg": lambda: documents.to_svg(build_chart(), figure),
        } | kinds
    with st.popover("Download", key=f"{key}-download", on_change="rerun") as menu:
        if menu.open:
            for kind, make_bytes in kinds.items():
                name = documents.make_file_name(figure, kind)
                draw_download_button(kind.upper(), make_bytes, name, f"{key}-{kind}", width="stretch")


def draw_card(figure: Figure, trend: Figure, selection: Selection) -> None:
    """Draw a card: the figure's number, change and rate, the months of its trend, and its sentence."""
    line = markup.draw_sparkline(
        *sentences.list_month_counts(trend), alt_texts.describe_trend(trend), choose_theme(is_dark())
    )
    facts, sentence = sentences.format_card_facts(figure), sentences.describe_card(figure, selection)
    st.html(markup.make_card(figure.title, sentences.format_card_count(figure), facts, line, sentence))
