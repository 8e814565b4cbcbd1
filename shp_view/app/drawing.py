"""The parts of a page that show a View or a Figure: its title, charts, maps, tables, notes and downloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, cast

import streamlit as st

from shp_data.analysis.context import name_area
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_data.store.notes import audit
from shp_data.store.notes.actions import Actions, read_actions
from shp_view.app.choices import is_limited, leave_location
from shp_view.app.links import build_addresses, build_method_address, draw_share_button
from shp_view.app.session import (
    answer,
    can_open,
    get_room,
    get_store_folder,
    get_viewer,
    identify_visitor,
    is_dark,
    open_reader,
    open_store,
)
from shp_view.charts.chart_parts import PICKED, Spec
from shp_view.documents import documents
from shp_view.methods.methods import PARTS, Method, label_part, list_methods_behind, work_example
from shp_view.tables import tables
from shp_view.text import data_words, markup, sentences, wording
from shp_view.text.coverage_words import list_caveats
from shp_view.theme import choose_theme
from shp_view.views import filters, views
from shp_view.views.headline_views import Card, WorthALook
from shp_view.views.view import Canvas, Map, View

MAP_HEIGHT = 520  # pixels


def draw_download_button(label: str, make_bytes: Callable[[], bytes], name: str, key: str, **options: Any) -> None:
    """Draw a button for a file that is made, and recorded, when the user clicks it."""
    user, store_folder = identify_visitor(), get_store_folder()

    def make_file() -> bytes:
        """Make the file and record the export."""
        # While a file is made, no page is drawn and nobody can be identified: hence the visitor of the page.
        if user.address and user.role:
            entry = audit.AuditEntry(dt.datetime.now(dt.UTC), user.address, user.role, "export", name)
            audit.write_entry(store_folder, entry)
        return make_bytes()

    st.download_button(label, make_file, name, key=key, on_click="ignore", **options)


def draw_activities() -> None:
    """Draw the latest sign-ins, downloads and uploads; nothing where there is no sign-in."""
    if identify_visitor().has_login:
        with st.expander("Sign-ins, downloads and uploads", key="audit", on_change="rerun") as box:
            if box.open:
                rows = data_words.read_latest(get_store_folder())
                st.dataframe(rows, hide_index=True, key="events", placeholder="")
                st.caption(data_words.EXPLANATION)


def draw_heading(title: str, selection: Selection | None = None) -> None:
    """Draw the page's message, and under it one line.

    The line gives the period, area, latest month of data, whose data it is, and role.
    """
    reader = open_reader()
    store, months = reader.store, reader.store.list_months()
    data = data_words.describe_suppliers(store.find_suppliers(store.list_indicators()), store.has_synthetic)
    title = sentences.choose_title(reader, selection, title) if selection else title
    st.title(markup.escape_markdown(title), anchor=False)  # it may have the name of a location, from a file
    facts = [selection.period.label, markup.escape_markdown(name_area(selection))] if selection else []
    facts += [f"data to {months[-1].label if months else 'no month'}", markup.escape_markdown(data)]
    facts += [f"{get_viewer().role} view"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" · ".join(facts), width="content")
        draw_share_button(title, selection)
    if note := data_words.explain_as_of(st.query_params.get(data_words.AS_OF, ""), months[-1] if months else None):
        st.info(markup.escape_markdown(note))
    if selection and selection.location:
        draw_location_note(f"Showing only the records at {name_area(selection)}.")
    for gap_note in sentences.explain_gaps(reader, selection) if selection else ():
        st.warning(markup.escape_markdown(gap_note))
    if selection and (doubt_note := sentences.explain_doubts(reader, selection)):
        st.warning(markup.escape_markdown(doubt_note))
    if selection and (unplaced_note := sentences.explain_unplaced(reader, selection)):
        st.warning(unplaced_note)
    if store.has_synthetic:
        st.info(
            "**Synthetic sample.** These incidents are invented. Only the published totals are real."
            + (" Load your own records on the Load files page." if can_open("load_files") else "")
        )


def draw_location_note(text: str) -> None:
    """Draw a line on the location in view, and the button to leave it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(markup.escape_markdown(text), width="content")
        st.button("Show all locations", on_click=leave_location, type="tertiary", key="leave-place")


def draw_chart(spec: Spec, alt: str, key: str, pick: str | None = None) -> str | None:
    """Draw a chart. With `pick`, return the value of that field at the clicked mark, else None."""
    if pick is None:
        st.vega_lite_chart(spec, theme=None, alt=alt, key=key)
        return None
    event = st.vega_lite_chart(spec, theme=None, alt=alt, key=key, on_select="rerun")
    # Nothing is picked until the first click, and after a click beside the marks.
    points = event["selection"].get(PICKED) or []
    # A mark without the field, such as a month that is only forecast, opens nothing.
    value = points[0].get(pick) if points else None
    return None if value is None else str(value)


def draw_view(
    view: View,
    key: str,
    location: Location | None = None,
    *,
    height: int = MAP_HEIGHT,
    with_legend: bool = True,
    is_slide: bool = False,
) -> str | None:
    """Draw the chart or map of a view. Return what was clicked on a chart.

    A click on a map sets the filter of the ward or location. `location`: the one to ring. `height`: of a map,
    in pixels. `is_slide`: whether clicks do nothing and nothing is marked.
    """
    canvas = Canvas(is_dark()) if is_slide else _make_canvas(view.selection, location)
    drawing = view.draw(canvas) if view.draw else None
    if drawing is None:
        return None
    if not isinstance(drawing, Map):
        return draw_chart(drawing, view.alt, key, None if is_slide else view.click_field)

    def select_target() -> None:
        for value in drawing.list_clicked(st.session_state[key]["selection"]):
            _select_target(drawing.target, value, view.selection)

    # A map that listens sends every click to the server: a slide does not need that.
    options: dict[str, Any] = {} if is_slide else {"on_select": select_target}
    st.pydeck_chart(drawing.deck, key=key, height=height, alt=view.alt, **options)
    if with_legend and drawing.legend:
        st.html(markup.make_legend(drawing.title, drawing.legend))
    if drawing.captions:
        st.caption("  \n".join(markup.escape_markdown(line) for line in drawing.captions))
    return None


def _make_canvas(selection: Selection, location: Location | None) -> Canvas:
    """Make the canvas of a page's view, which marks the ward in the filters and, for the analyst, the actions."""
    # By the filter and not by the selection, which on a page of all wards has none.
    ward = filters.list_ward_codes(selection).get(st.session_state.get(filters.WARD, filters.ALL_WARDS)) or None
    return Canvas(is_dark(), get_room(), ward, location, _list_actions(selection))


def _list_actions(selection: Selection) -> Actions:
    """List the actions for a ward or location of the areas in view. Only the analyst sees them."""
    if get_viewer().role != "analyst":
        return ()
    actions = read_actions(open_store().layout.root)
    return tuple(action for action in actions if action.lpa in (selection.areas or (action.lpa,)))


def _select_target(target: str, value: str, selection: Selection) -> None:
    """Narrow the filters to a ward or an LSOA, by its code, or to a location, by its point."""
    if target == filters.PLACE:
        # Whoever may not open records may not narrow to a location either. An LSOA may be in several wards.
        if can_open("records"):
            st.query_params[filters.PLACE] = value
            if filters.parse_point(value) is None and filters.WARD in st.session_state:
                st.session_state[filters.WARD] = filters.ALL_WARDS
        return
    options = filters.list_ward_options(selection)
    st.session_state[filters.WARD] = options.find_words(value) or options.default
    leave_location()


def draw_sentences(view: View) -> None:
    """Draw the sentences of a view as one paragraph."""
    if view.sentences:
        st.write(markup.escape_markdown(" ".join(view.sentences)))


def draw_view_table(view: View) -> None:
    """Draw the table of a view, and the note under it."""
    if view.table:
        selection = view.selection if view.table.page else None
        draw_table(view.table.figure, view.table.columns, selection, view.table.page or "")
        if view.table.note:
            st.caption(view.table.note)


def draw_view_downloads(view: View, key: str) -> None:
    """Draw the downloads of a view: its picture and its table."""
    picture = cast(Callable[[], Spec], view.draw_picture) if view.draw else None  # what is drawn has a picture
    draw_downloads(view.figure, key, picture, lambda: view.download or view.figure)


def draw_table_view(view: View, key: str) -> None:
    """Draw a view that is a table: its heading, table, downloads and notes."""
    st.subheader(markup.escape_markdown(view.title), anchor=False)
    draw_view_table(view)
    draw_view_downloads(view, key)
    draw_notes(view.figure)


def draw_table(
    figure: Figure, columns: Sequence[str], selection: Selection | None = None, page: str = "records"
) -> None:
    """Draw some columns of a figure as a table.

    With `selection`, each row links to its records, or to another page with its filters and the choices of that
    page. There is no link where the viewer may not open the page.
    """
    # A role that sees no single ward must not be led to one.
    has_links = can_open(page) and not ("code" in figure.table and is_limited())
    has_links = has_links and ("lsoa" not in figure.table or can_open("records"))
    row_selections = filters.make_row_selections(figure, selection) if selection and has_links else []
    choices = {key: st.query_params[key] for key in views.list_choices(page) if key in st.query_params}
    links = build_addresses(page, row_selections, choices)
    # Months that are only forecast come last and have no records.
    links += [""] * (len(figure.table) - len(links)) if links else []
    st.html(tables.to_html(figure, columns, links, selection.period if selection else None))


def draw_grid(figure: Figure, columns: Sequence[str], key: str, **options: Any) -> Any:
    """Draw some columns of a figure in a grid that can be sorted and searched, for long tables."""
    rows, formats = tables.build_grid(figure, columns), tables.list_formats(figure, columns)
    config = {name: st.column_config.NumberColumn(format=number_format) for name, number_format in formats.items()}
    return st.dataframe(rows, hide_index=True, key=key, column_config=config, placeholder="–", **options)


def make_frames(map_count: int, *, is_wide: bool = False) -> list[tuple[Any, Any]]:
    """Make a frame for each map and its table.

    One map is next to its table, or above it where that is wide; two maps are next to each other, above their tables.
    """
    if map_count == 1 and not is_wide:
        left, right = st.columns([4, 3])
        return [(left, right)]
    return [(column, column) for column in st.columns(map_count)]


def draw_notes(figure: Figure) -> None:
    """Draw the caveats and the source line under a chart or table, and the links to its methods."""
    st.caption("  \n".join((*list_caveats(figure.caveats), figure.source_line)))
    if links := [f"[{method.title}]({build_method_address(method.name)})" for method in list_methods_behind(figure)]:
        st.markdown(f":small[How this is calculated: {' · '.join(links)}]")


def draw_method(method: Method, selection: Selection) -> None:
    """Draw a method: its text, and next to it the example from the loaded data."""
    left, right = st.columns([3, 2])
    left.markdown("\n\n".join(method.format_part(name) for name in PARTS if name != "example"))
    with right.container(border=True):
        st.markdown(label_part("example", answer(work_example, selection, method.name)))


def draw_downloads(
    figure: Figure, key: str, picture: Callable[[], Spec] | None = None, whole: Callable[[], Figure] | None = None
) -> None:
    """Draw the downloads of a figure, each made when the user asks for it.

    They are a table (CSV, XLSX) and, with `picture`, a picture (PNG, SVG). `whole`: returns the full figure
    where `figure` is only the start of it.
    """
    get_figure = whole or (lambda: figure)
    kinds: dict[str, Callable[[], bytes]] = {}
    if picture is not None:
        build_chart = picture
        kinds["png"] = lambda: documents.to_png(build_chart(), figure)
        kinds["svg"] = lambda: documents.to_svg(build_chart(), figure)
    kinds["xlsx"] = lambda: documents.to_xlsx(get_figure())
    kinds["csv"] = lambda: documents.to_csv(get_figure())
    # The buttons are made when the menu opens: a page of many figures would have dozens of them.
    with st.popover("Download", key=f"{key}-download", on_change="rerun") as menu:
        if menu.open:
            for kind, make_bytes in kinds.items():
                name = documents.make_file_name(figure, kind)
                draw_download_button(kind.upper(), make_bytes, name, f"{key}-{kind}", width="stretch")


def draw_card(card: Card) -> None:
    """Draw a card: its number, change and rate, the months of its trend, and its sentence."""
    months = sentences.list_month_counts(card.view.figure)
    line = markup.draw_sparkline(*months, card.view.alt, choose_theme(is_dark()))
    number, facts = sentences.format_card_count(card.figure), sentences.format_card_facts(card.figure)
    st.html(markup.make_card(card.figure.title, number, facts, line, card.view.sentences[0]))


def draw_worth_a_look(worth: WorthALook) -> None:
    """Draw the list of what is worth a look, each with its link, and what is not listed."""
    if worth.sentences:
        pages = [page if can_open(page) else "hotspots" for page, _ in worth.links]
        addresses = [build_addresses(page, [link])[0] for page, (_, link) in zip(pages, worth.links, strict=True)]
        st.html(markup.make_link_list(list(zip(worth.sentences, addresses, strict=True))))
    if worth.summary:
        st.write(markup.escape_markdown(worth.summary))


def draw_missing_card(theme: str) -> None:
    """Draw the card of a theme of which nothing is loaded, with the way to load it for those who may."""
    st.html(markup.make_card(theme, wording.NOT_AVAILABLE, "", "", sentences.explain_missing_theme(theme)))
    if can_open("load_files"):
        st.page_link("pages/data/load_files.py", label="Load files")
