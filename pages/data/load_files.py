"""Load files: bring the partnership's own records in, and see what became of every row."""

import streamlit as st

from shp_data.analysis import loaded
from shp_view import app
from shp_view.text import markup, reading_words
from shp_view.views import loading, mapping_form, uploads

desk, root = app.desk(), app.own_store()


def choose_files() -> tuple[list, str | None, bool]:
    """The files, the supplier and whether they add to what the store has."""
    files = st.file_uploader(
        "Files: CSV, Excel, Parquet, or a zip as downloaded from data.police.uk; records or reported figures",
        uploads.KINDS,
        accept_multiple_files=True,
        key=f"files-{desk.turn}",
    )
    st.caption("Up to 500 MB a file. Whole folders load by the command line: `python -m shp_data ingest`.")
    left, right = st.columns(2)
    name = app.supplier(left)
    how = ("Replace what the same source gave before", "Add to it")
    add = right.radio("For months that are loaded already", how, key="how") == how[1]
    return files, name, add


def tell_how_read(found: list[mapping_form.Preview]) -> None:
    """How each file will be read, and where to say otherwise."""
    for number, read in enumerate(reading_words.read_alike(found)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(markup.literal(read.told))
            if read.changeable and st.button("Change how it is read", key=f"change-{number}-{desk.turn}"):
                desk.changing = read.changeable.name
                st.rerun()
    for told in filter(None, map(loading.of_figures, found)):
        st.write(markup.literal(told))


def ask_to_load(found: list[mapping_form.Preview], paths: list, name: str | None, add: bool) -> None:
    """Say what loading would do now, and do it; no button where it would do nothing."""
    partly = loading.loading_now(found)
    if partly:
        st.write(markup.literal(partly))
    if not any(file.loadable for file in found):
        return
    label, kind = ("Load what is ready", "secondary") if partly else ("Load", "primary")
    if st.button(label, type=kind, key="load"):
        load_files(paths, name, add)
        st.rerun()


def load_files(paths: list, name: str | None, add: bool) -> None:
    """Load the files, with progress."""
    bar = st.progress(0.0, "Loading")

    def progress(done: int, files: int, item: str) -> None:
        bar.progress(done / max(1, files), markup.literal(f"{done} of {files} files done: {item}"))

    desk.load(root, paths, name, add=add, progress=progress)
    app.record("upload", ", ".join(path.name for path in paths))


def show_result(load: loaded.Load) -> None:
    """What became of every row of the load."""
    st.subheader(loading.outcome(load), anchor=False)
    st.write(markup.literal(f"{loading.sum_line(load.tally)}. {loading.places_line(load)}"))
    if lost := loading.placeless(load):
        st.warning(lost)
    files = loaded.by_file(load)
    app.grid(files, list(files.table), f"files-{load.part}")
    if load.rejected_file:
        reasons = loaded.reasons(load, root)
        st.markdown("**Why rows were rejected**")
        if meant := loading.left_out(load, root):
            st.write(meant)
        app.grid(reasons, list(reasons.table), f"reasons-{load.part}")
        rows, file = loading.rejected_rows(root, load), f"rejected-{load.part}.csv"
        app.download("Rejected rows (CSV)", rows, file, "rejected")
        st.caption('Mend them in Excel, then load that file with the same supplier and "Add to it".')
    with st.container(horizontal=True):
        for page, label in ((".", "See the headlines"), ("trends", "Trends"), ("data", "What is loaded")):
            app.link(label, page)


def show_kept() -> None:
    """The mappings kept, each to be removed."""
    kept = reading_words.kept(root)
    if kept:
        st.subheader("Mappings kept", anchor=False)
        st.caption('To change one, upload a file of the supplier and choose "Change how it is read".')
    for name, told in kept.items():
        with st.container(border=True):
            st.markdown(f"**{markup.literal(name)}**  \n{markup.literal(told)}")
            if st.button("Remove", key=f"forget-{name}"):
                mapping_form.forget(root, name)
                st.rerun()


app.heading("Load files")
files, supplier, add = choose_files()
if files:
    paths = desk.save(files)
    with st.spinner("Looking into the files"):
        found = desk.previews(root, paths, supplier)
    st.markdown(loading.readiness(found))
    tell_how_read(found)
    unclear = [file for file in found if file.mappable or file.name == desk.changing]
    if unclear:
        with st.container(border=True):
            app.map_file(unclear[0], supplier)
    for file in found:
        if file.fault and not file.mappable:
            st.error(markup.literal(file.fault))
    ask_to_load(found, paths, supplier, add)
if desk.last:
    show_result(desk.last)
show_kept()
st.subheader("Figures that come as numbers", anchor=False)
st.write("Complaints, cases and other figures without records are filled into a workbook, which is uploaded here too.")
app.download("Workbook to fill in (XLSX)", loading.template, "reported-figures.xlsx", "template")
