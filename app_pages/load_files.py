"""Load files: bring the partnership's own records in, and see what became of every row."""

import streamlit as st

from shp_data.analysis import loaded
from shp_view import app, loading, mapping_form, markup, uploads

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
    names = mapping_form.suppliers(root)
    name = left.selectbox(
        "Supplier of these files, if they do not name it",
        names,
        names.index(desk.supplier) if desk.supplier in names else None,
        accept_new_options=True,
        placeholder="As the files say",
        key=f"supplier-{desk.turn}-{desk.supplier}",
    )
    how = ("Replace what the same source gave before", "Add to it")
    add = right.radio("For months that are loaded already", how, key="how") == how[1]
    return files, name, add


def map_file(found: mapping_form.Preview, name: str | None) -> None:
    """Ask once what a supplier's columns and categories mean, and keep it."""
    key = f"{found.file.path.parent.name}-{found.name}"
    st.subheader(markup.literal(f"What is what in {found.name}?"), anchor=False)
    st.write(markup.literal(mapping_form.why(found)))
    st.dataframe(mapping_form.first_rows(found), hide_index=True, key=f"rows-{key}")
    supplier = st.text_input(
        "Name of the supplier",
        name or mapping_form.supplier_of(found),
        max_chars=80,
        key=f"name-{key}-{name}",
    )
    chosen = {}
    places = st.columns(3)
    for place, (ours, (label, headers, default)) in enumerate(mapping_form.columns(found, root, name).items()):
        picked = places[place % 3].selectbox(label, headers, default, key=f"{ours}-{key}")
        chosen |= {ours: picked} if picked != mapping_form.NONE else {}
    means = mapping_form.meanings()
    whole = st.selectbox(
        "If there is no column for it: the whole file is one indicator",
        means,
        None,
        format_func=means.get,
        placeholder="No: the indicator is in a column",
        key=f"whole-{key}",
    )
    meant = {} if whole else map_categories(found, supplier, chosen.get("indicator"), key)
    if st.button("Keep this mapping", type="primary", key=f"keep-{key}"):
        refused = mapping_form.keep(desk, root, found, supplier, chosen, meant, whole)
        if refused:
            st.error(markup.literal(refused))
        else:
            st.rerun()


def map_categories(found: mapping_form.Preview, supplier: str, column: str | None, key: str) -> dict:
    """The indicator that each unknown category of a column means."""
    unknown = mapping_form.categories(desk, found, root, supplier, column)
    if not unknown:
        return {}
    st.markdown("**What do its categories mean?** Rows of a category that is left out are rejected.")
    options = {**mapping_form.meanings(), mapping_form.LEFT_OUT: "Leave out: these rows are rejected"}
    places = st.columns(3)
    meant = {}
    for place, (category, rows) in enumerate(unknown.items()):
        label = markup.literal(mapping_form.category_label(category, rows))
        meant[category] = places[place % 3].selectbox(
            label, options, None, format_func=options.get, placeholder="Choose", key=f"{category}-{key}"
        )
    return meant


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
        app.grid(reasons, list(reasons.table), f"reasons-{load.part}")
        rows, file = loading.rejected_rows(root, load), f"rejected-{load.part}.csv"
        app.download("Rejected rows (CSV)", rows, file, "rejected")
        st.caption('Mend them in Excel, then load that file with the same supplier and "Add to it".')
    with st.container(horizontal=True):
        for page, label in ((".", "See the headlines"), ("trends", "Trends"), ("data", "What is loaded")):
            app.link(label, page)


app.heading("Load files")
files, supplier, add = choose_files()
if files:
    paths = desk.save(files)
    with st.spinner("Looking into the files"):
        found = desk.previews(root, paths, supplier)
    st.markdown(loading.readiness(found))
    for told in filter(None, map(loading.of_figures, found)):
        st.write(markup.literal(told))
    unclear = [file for file in found if file.mappable]
    if unclear:
        with st.container(border=True):
            map_file(unclear[0], supplier)
    for file in found:
        if file.fault and not file.mappable:
            st.error(markup.literal(file.fault))
    if st.button("Load anyway" if unclear else "Load", type="secondary" if unclear else "primary", key="load"):
        load_files(paths, supplier, add)
        st.rerun()
if desk.last:
    show_result(desk.last)

kept = mapping_form.kept(root)
if kept:
    st.subheader("Mappings kept", anchor=False)
for name, told in kept.items():
    with st.container(border=True):
        st.markdown(f"**{markup.literal(name)}**  \n{markup.literal(told)}")
        if st.button("Remove", key=f"forget-{name}"):
            mapping_form.forget(root, name)
            st.rerun()
