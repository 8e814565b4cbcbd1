"""Data: what is loaded, what is missing, and the result of every load."""

import streamlit as st

from shp_data.analysis import loaded
from shp_data.store.files import writing
from shp_view import app
from shp_view.tables import coverage_grid
from shp_view.text import data_words, markup
from shp_view.views import loading

LATEST_LOADS = 20  # loads, the latest first

head = st.container()
st.write(loading.describe_records(has_own=bool(app.list_loads())))
app.choose_records()
st.page_link("pages/data/load_files.py", label="Load files")

months = app.answer(loaded.count_by_month)
figures = app.answer(loaded.list_reported_figures)
with head:
    app.draw_heading(coverage_grid.build_title(months, has_figures=bool(len(figures.table))))

if len(months.table):
    st.subheader("Records loaded, by month", anchor=False)
    for note in app.answer(loaded.describe_doubled):
        st.warning(markup.escape_markdown(f"Possible double counting. {note}"))
    sources = coverage_grid.list_source_choices(months)
    source = st.selectbox("Supplier", sources, key="source_shown") if sources else None
    st.html(coverage_grid.build_grid(months, source))
    st.caption(coverage_grid.LEGEND)
    app.draw_downloads(months, "months")
    app.draw_notes(months)
if len(figures.table):
    st.subheader("Reported figures", anchor=False)
    st.write("Figures that suppliers send as numbers. A later figure replaces the earlier one.")
    app.draw_grid(figures, list(figures.table), "reported")
    app.draw_downloads(figures, "reported")
    app.draw_notes(figures)


def undo_load(load: loaded.Load) -> None:
    """Undo a load, at the second click."""
    with st.popover("Undo this load"):
        st.write(markup.escape_markdown(loading.describe_undo(load)))
        if st.button("Undo it", key=f"undo-{load.part}", type="primary"):
            with app.attempt():
                writing.undo_load(app.get_store_folder(), load.part)
                app.record_activity("undo", loaded.format_load_time(load))
                st.rerun()


st.subheader("Loads", anchor=False)
store = app.open_store()
for position, load in enumerate(reversed(store.manifest.loads[-LATEST_LOADS:])):
    name = f"{loaded.format_load_time(load)}: {loading.format_row_sum(load.tally)}"
    with st.expander(name, expanded=position == 0, key=f"load-{load.part}", on_change="rerun") as details:
        if not details.open:
            continue
        st.write(markup.escape_markdown(loading.describe_load(load)))
        for title, figure in (
            ("By file", loaded.count_by_file(load)),
            ("By indicator", loaded.count_by_indicator(load)),
        ):
            st.markdown(f"**{title}**")
            app.draw_grid(figure, list(figure.table), f"{title}-{load.part}")
        with st.container(horizontal=True):
            if load.rejected_file:
                rows, file = loading.make_rejected_reader(store.layout.root, load), f"rejected-{load.part}.csv"
                app.draw_download_button("Rejected rows (CSV)", rows, file, f"rows-{load.part}")
            if store.layout.root == app.get_store_folder():
                undo_load(load)
if len(store.manifest.loads) > LATEST_LOADS:
    st.caption(f"Showing the latest {LATEST_LOADS} of {len(store.manifest.loads)} loads.")
if app.identify_visitor().has_login:
    with st.expander("Sign-ins, exports and uploads", key="audit", on_change="rerun") as record:
        if record.open:
            entries = data_words.read_latest(app.get_store_folder())
            st.dataframe(entries, hide_index=True, key="events", placeholder="")
            st.caption(data_words.EXPLANATION)
