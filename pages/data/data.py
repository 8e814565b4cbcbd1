"""Data: what is loaded, what is missing, and what became of every load?"""

import streamlit as st

from shp_data.analysis import loaded
from shp_view import app
from shp_view.tables import coverage_grid
from shp_view.text import audit_words, markup
from shp_view.views import loading

SHOWN = 20  # loads, the latest first

head = st.container()
st.write(loading.whose(own=bool(app.own_loads())))
app.records_choice()
st.page_link("pages/data/load_files.py", label="Load files")

months = app.answer(loaded.months)
figures = app.answer(loaded.reported, app.viewer())
with head:
    app.heading(coverage_grid.title(months, figures=bool(len(figures.table))))

if len(months.table):
    st.subheader("Records loaded, by month", anchor=False)
    for said in app.answer(loaded.doubled):
        st.warning(markup.literal(f"Possible double counting. {said}"))
    sources = coverage_grid.one_of(months)
    source = st.selectbox("Source", sources, key="source_shown") if sources else None
    st.html(coverage_grid.grid(months, source, dark=app.dark()))
    st.caption(coverage_grid.LEGEND)
    app.downloads(months, "months")
    app.notes(months)
if len(figures.table):
    st.subheader("Reported figures", anchor=False)
    st.write("What suppliers give as numbers, as they gave it. A figure that is given again takes the earlier's place.")
    app.grid(figures, list(figures.table), "reported")
    app.downloads(figures, "reported")
    app.notes(figures)


def undo(load: loaded.Load) -> None:
    """Take a load back, at the second click."""
    with st.popover("Undo this load"):
        st.write(markup.literal(loading.undo_question(load)))
        if st.button("Undo it", key=f"undo-{load.part}", type="primary"):
            refused = loading.undo(app.own_store(), load.part)
            if refused:
                st.error(markup.literal(refused))
            else:
                app.record("undo", loaded.moment(load))
                st.rerun()


st.subheader("Loads", anchor=False)
store = app.store()
for place, load in enumerate(reversed(store.manifest.loads[-SHOWN:])):
    name = f"{loaded.moment(load)}: {loading.sum_line(load.tally)}"
    with st.expander(name, expanded=place == 0, key=f"load-{load.part}", on_change="rerun") as details:
        if not details.open:
            continue
        st.write(markup.literal(loading.places_line(load)))
        for title, figure in (("By file", loaded.by_file(load)), ("By indicator", loaded.by_indicator(load))):
            st.markdown(f"**{title}**")
            app.grid(figure, list(figure.table), f"{title}-{load.part}")
        with st.container(horizontal=True):
            if load.rejected_file:
                rows, file = loading.rejected_rows(store.layout.root, load), f"rejected-{load.part}.csv"
                app.download("Rejected rows (CSV)", rows, file, f"rows-{load.part}")
            if store.layout.root == app.own_store():
                undo(load)
if len(store.manifest.loads) > SHOWN:
    st.caption(f"The latest {SHOWN} of {len(store.manifest.loads)} loads.")
if app.visitor().login:
    with st.expander("Sign-ins, exports and uploads", key="audit", on_change="rerun") as record:
        if record.open:
            found = audit_words.latest(app.own_store())
            st.dataframe(found, hide_index=True, key="events", placeholder="")
            st.caption(audit_words.EXPLAINED)
