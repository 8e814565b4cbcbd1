"""Data: what is loaded, what is missing, and the result of every load."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import data_views, loading

head, desk = st.container(), app.get_desk()
st.write(loading.describe_records(has_own=bool(app.list_loads())))
app.choose_records()
st.page_link("pages/data/load_files.py", label="Load files")
overview = app.answer(data_views.build_overview)
with head:
    app.draw_heading(overview.title)

if overview.months:
    st.subheader("Records loaded, by month", anchor=False)
    for note in overview.doubled:
        st.warning(markup.escape_markdown(note))
    for note in overview.apart:
        st.info(markup.escape_markdown(note))
    supplier = st.selectbox("Supplier", overview.suppliers, key="source_shown") if overview.suppliers else None
    st.html(data_views.build_grid(overview.months, supplier))
    st.caption(data_views.LEGEND)
    app.draw_downloads(overview.months, "months")
    app.draw_notes(overview.months)


def show_question(question) -> None:
    """Show a month in question, and the two decisions on it."""
    with st.container(border=True):
        st.write(markup.escape_markdown(question.text))
        with st.container(horizontal=True):
            for label, is_complete in data_views.OUTCOMES.items():
                if st.button(label, key=f"{label}-{question.key}"):
                    decide(question, is_complete=is_complete)


def decide(question, *, is_complete: bool) -> None:
    """Save a decision on a month, with the name of the user."""
    by = app.identify_visitor().address or app.get_viewer().role
    with app.attempt():
        app.record_activity("decision", data_views.decide_month(store, question.month, by, is_complete=is_complete))
        st.rerun()


def show_decision(decided) -> None:
    """Show a decision on a month, and the button to withdraw it."""
    with st.container(border=True):
        st.write(markup.escape_markdown(decided.text))
        if st.button("Withdraw", key=f"withdraw-{decided.key}"):
            with app.attempt():
                app.record_activity("decision", data_views.withdraw_month(store, decided.decision))
                st.rerun()


store = app.open_store()
if desk.is_own(store) and (questions := data_views.list_questions(store)):
    st.subheader("Months in question", anchor=False)
    st.write(data_views.QUESTIONS)
    for question in questions:
        show_question(question)
if desk.is_own(store) and (decisions := data_views.list_decisions(store)):
    st.subheader("Decisions on months", anchor=False)
    for decided in decisions:
        show_decision(decided)
if apart := app.answer(data_views.list_records_apart, data_views.ROW_LIMIT):
    reader = app.open_reader()
    st.subheader("Records counted apart", anchor=False)
    st.write("Records in the areas from suppliers that are not responsible for them. No figure counts them.")
    app.draw_grid(apart, list(apart.table), "apart")
    app.draw_downloads(apart, "apart", whole=lambda: data_views.list_records_apart(reader))
if overview.figures:
    st.subheader("Reported figures", anchor=False)
    st.write("Figures that suppliers send as numbers. A later figure replaces the earlier one.")
    app.draw_grid(overview.figures, list(overview.figures.table), "reported")
    app.draw_downloads(overview.figures, "reported")
    app.draw_notes(overview.figures)
if overview.places:
    st.subheader("How exactly records are placed", anchor=False)
    st.write("Points, hexagons and repeat locations use only the records placed by point.")
    app.draw_grid(overview.places, list(overview.places.table), "places")
    app.draw_downloads(overview.places, "places")


def show_load(load) -> None:
    """Show what a load did, its rejected rows, and the button to undo it."""
    details = data_views.build_load_details(store, load)
    st.write(markup.escape_markdown(details.text))
    for title, figure in details.tables.items():
        st.markdown(f"**{title}**")
        app.draw_grid(figure, list(figure.table), f"{title}-{load.part}")
    with st.container(horizontal=True):
        if details.read_rejected:
            file = f"rejected-{load.part}.csv"
            app.draw_download_button("Rejected rows (CSV)", details.read_rejected, file, f"rows-{load.part}")
        if desk.is_own(store):
            undo_load(load)


def undo_load(load) -> None:
    """Undo a load, at the second click."""
    with st.popover("Undo this load"):
        st.write(markup.escape_markdown(loading.describe_undo(load)))
        if st.button("Undo it", key=f"undo-{load.part}", type="primary"):
            with app.attempt():
                app.record_activity("undo", desk.undo(load))
                st.rerun()


st.subheader("Loads", anchor=False)
loads, note = data_views.list_latest_loads(store)
for position, load in enumerate(loads):
    name = data_views.name_load(load)
    with st.expander(name, expanded=position == 0, key=f"load-{load.part}", on_change="rerun") as box:
        if box.open:
            show_load(load)
if note:
    st.caption(note)
app.draw_activities()
