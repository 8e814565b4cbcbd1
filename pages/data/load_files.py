"""Load files: load the partnership's own records, and see the result of every row."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import loading

desk = app.get_desk()


def choose_files() -> tuple[list, str | None, bool]:
    """Choose the files, the supplier and whether they add to the data in the store."""
    files = app.upload_files(
        "Files of records or reported figures: CSV, Excel, Parquet, or a zip from data.police.uk",
        loading.KINDS,
        f"files-{desk.turn}",
    )
    st.caption("To load a folder, use the command line: `python -m shp_data ingest`.")
    left, right = st.columns(2)
    name = app.choose_supplier(left)
    how = ("Replace earlier data from this supplier", "Add to existing data")
    add = right.radio("For months that are already loaded", how, key="how") == how[1]
    return files, name, add


def describe_reading(previews: list[loading.Preview]) -> None:
    """Describe how each file will be read, and let the user change it."""
    for number, reading in enumerate(loading.group_by_reading(previews)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(markup.escape_markdown(reading.text))
            if reading.changeable and st.button("Change how it is read", key=f"change-{number}-{desk.turn}"):
                desk.changing = reading.changeable.name
                st.rerun()
    for file in previews:
        st.markdown("\n- ".join(map(markup.escape_markdown, loading.describe_rows_left_out(file))))
    for text in filter(None, map(loading.describe_figures, previews)):
        st.write(markup.escape_markdown(text))


def ask_about_dates(file: loading.Preview, key: str) -> None:
    """Say which dates of a file cannot be read, and ask for the order of day and month where it is not clear."""
    for text in loading.describe_dates(file):
        st.warning(markup.escape_markdown(text))
    question = loading.ask_date_order(file)
    if question is None or file.reading is None:
        return
    with st.container(border=True):
        st.write(markup.escape_markdown(question.text))
        orders = list(loading.DATE_ORDERS)
        suggested = orders.index(question.suggested) if question.suggested else None
        order = st.radio(
            "Order of the dates", orders, suggested, format_func=loading.DATE_ORDERS.get, key=f"order-{key}"
        )
        st.caption(markup.escape_markdown(f"Saved for {file.reading.name} and used for its later files."))
        if st.button("Save order", key=f"save-order-{key}", disabled=order is None):
            desk.save_date_order(file.reading, order)
            st.rerun()


def ask_to_load(previews: list[loading.Preview], paths: list, name: str | None, add: bool) -> None:
    """Describe what a load would do now, and offer the button. Leave it out where nothing would be loaded."""
    takes_outside = ask_about_outside(previews)
    partial_note = loading.describe_partial_load(previews, outside=takes_outside)
    if partial_note:
        st.write(markup.escape_markdown(partial_note))
    if not any(file.is_loadable and (takes_outside or not loading.is_outside(file)) for file in previews):
        return
    label, kind = ("Load what is ready", "secondary") if partial_note else ("Load", "primary")
    if st.button(label, type=kind, key="load"):
        load_files(paths, name, add, takes_outside)
        st.rerun()


def ask_about_outside(previews: list[loading.Preview]) -> bool:
    """Ask whether to load the files of which most records are outside every area."""
    notes = loading.list_outside_notes(previews, desk.last)
    for note in notes:
        st.warning(markup.escape_markdown(note))
    return bool(notes) and st.checkbox(loading.TAKE_OUTSIDE, key=f"outside-{desk.turn}")


def load_files(paths: list, name: str | None, add: bool, takes_outside: bool) -> None:
    """Load the files, and show the progress."""
    bar = st.progress(0.0, "Loading")

    def show_progress(done: int, files: int, item: str) -> None:
        bar.progress(done / max(1, files), markup.escape_markdown(f"{done} of {files} files done: {item}"))

    desk.load(paths, name, add=add, progress=show_progress, outside=takes_outside)
    app.drop_uploads(files)
    app.record_activity("upload", ", ".join(path.name for path in paths))


def show_result(load: loading.Load) -> None:
    """Show the result of every row of the load."""
    st.subheader(loading.describe_outcome(load), anchor=False)
    st.write(markup.escape_markdown(f"{loading.format_row_sum(load.tally)}. {loading.describe_load(load)}"))
    if unplaced_note := loading.explain_no_locations(load):
        st.warning(unplaced_note)
    reader = app.open_reader()
    for doubt in loading.describe_doubts(reader, load) if desk.is_own(reader.store) else ():
        st.warning(markup.escape_markdown(doubt))
    # In full, because a cell of the table cuts a long reason off.
    for message in loading.list_failures(load):
        st.error(markup.escape_markdown(message))
    for note in loading.list_apart_notes(load):
        st.warning(markup.escape_markdown(note))
    files = loading.count_by_file(load)
    app.draw_grid(files, list(files.table), f"files-{load.part}")
    st.markdown("\n- ".join(map(markup.escape_markdown, loading.describe_left_out(load))))
    if rejections := loading.build_rejections(desk, load):
        st.markdown("**Why rows were rejected**")
        app.draw_grid(rejections.reasons, list(rejections.reasons.table), f"reasons-{load.part}")
        app.draw_download_button("Rejected rows (CSV)", rejections.read_rows, f"rejected-{load.part}.csv", "rejected")
        st.caption(
            'Correct these rows in Excel, then upload the file for the same supplier with "Add to existing data".'
        )
    if load.cells:
        places = loading.count_by_place(load, desk.root)
        st.markdown("**How exactly records are placed**")
        app.draw_grid(places, list(places.table), f"places-{load.part}")
    with st.container(horizontal=True):
        for page, label in ((".", "See the headlines"), ("trends", "See the trends"), ("data", "See what is loaded")):
            app.draw_link(label, page)


def show_saved_mappings() -> None:
    """Show the saved mappings, each with a button to remove it."""
    saved_mappings = desk.describe_mappings()
    if saved_mappings:
        st.subheader("Saved mappings", anchor=False)
        st.caption('To change one, upload a file of the supplier and choose "Change how it is read".')
    for name, text in saved_mappings.items():
        with st.container(border=True):
            st.markdown(f"**{markup.escape_markdown(name)}**  \n{markup.escape_markdown(text)}")
            if st.button("Remove", key=f"forget-{name}"):
                desk.remove_mapping(name)
                st.rerun()


def show_added_indicators() -> None:
    """Show the indicators that analysts added, each with a button to remove it."""
    added = desk.describe_indicators()
    if added:
        st.subheader("Added indicators", anchor=False)
    for id_, (name, text) in added.items():
        with st.container(border=True):
            st.markdown(f"**{markup.escape_markdown(name)}** (`{id_}`)  \n{markup.escape_markdown(text)}")
            if st.button("Remove", key=f"drop-indicator-{id_}"):
                with app.attempt():
                    desk.remove_indicator(id_)
                    app.record_activity("indicator", f"removed {name} ({id_})")
                    st.rerun()


app.draw_heading("Load files")
files, supplier, add = choose_files()
if files:
    paths = desk.save(files)
    with st.spinner("Reading the files"):
        previews = desk.preview_files(paths, supplier)
    st.markdown(loading.describe_readiness(previews))
    describe_reading(previews)
    app.ask_about_files(previews)
    for number, file in enumerate(previews):
        ask_about_dates(file, f"{number}-{file.name}-{desk.turn}")
    unclear = [file for file in previews if file.needs_mapping or file.name == desk.changing]
    if unclear:
        with st.container(border=True):
            app.map_file(unclear[0], supplier)
    for file in previews:
        if file.fault and not file.needs_mapping and not file.needs_answer:
            st.error(markup.escape_markdown(file.fault))
    ask_to_load(previews, paths, supplier, add)
if desk.last:
    show_result(desk.last)
show_saved_mappings()
show_added_indicators()
st.subheader("Reported figures", anchor=False)
st.write("For figures without records, such as complaints or cases: fill in this workbook, then upload it above.")
app.draw_download_button("Workbook to fill in (XLSX)", loading.build_template, "reported-figures.xlsx", "template")
