"""Report: the quarterly performance report as the paper reads, its documents, and the check of a published one."""

import streamlit as st

from shp_view import app
from shp_view.documents import paper_html
from shp_view.report import report_files, report_page
from shp_view.report.report_paper import NOT_IN, paper
from shp_view.text import markup

chosen = app.selection()
about = report_page.subject(chosen)
store, viewer = app.store(), app.viewer()
analyst = viewer.role == "analyst"
found, figures = app.answer(report_page.found, about.period, about.areas[0], viewer)
root, said = store.layout.root, report_files.commentary(store, found)
shown = paper(found, figures, said, report_files.revised(store, found), dark=app.dark())


def refused(wrong: str) -> None:
    """Say what went wrong, or show the page anew."""
    if wrong:
        st.error(markup.literal(wrong))
    else:
        st.rerun()


def documents() -> None:
    """The report as files, each made when it is asked for."""
    link = app.here("report", about)
    with st.container(horizontal=True):
        for kind in report_files.FORMATS:
            app.download(
                kind.upper(),
                lambda kind=kind: report_page.document(kind, store, found, viewer, link),
                report_files.file_name(found, kind),
                f"report-{kind}",
            )


def comment(key: str) -> None:
    """The analyst's own words on an indicator."""
    name = "Edit the commentary" if key in said else "Add a commentary"
    with st.popover(name, key=f"words-{key}", on_change="rerun") as box:
        if box.open:
            words = st.text_area("Commentary, shown and exported with the report", said.get(key, ""), key=f"text-{key}")
            if st.button("Keep it", key=f"keep-{key}", type="primary"):
                refused(report_page.keep(root, found, key, words))


def read() -> None:
    """The paper itself."""
    documents()
    st.html(paper_html.summary(shown.summary))
    app.pack_button("report", about)
    st.html(paper_html.contents({report_page.anchor(one.heading): one.heading for one in shown.chapters}))
    for chapter, section in zip(shown.chapters, found.sections, strict=True):
        st.header(chapter.heading, anchor=report_page.anchor(chapter.heading))
        records = report_page.records_of(about, section.lines) if analyst else {}
        led = app.addresses("records", list(records.values()))
        st.html(paper_html.grid(chapter.table, dict(zip(records, led, strict=True))))
        for part in chapter.parts:
            told, drawn = st.columns([5, 4], gap="large") if part.pictures else (st.container(), None)
            with told:
                st.html(paper_html.part(part))
                if analyst and part.key != NOT_IN:
                    comment(part.key)
            for place, picture in enumerate(part.pictures):
                with drawn:
                    st.caption(picture.title)
                    app.chart(picture.spec, picture.alt, f"{part.key}-{place}")
                    app.pack_button("report", about, f"{part.key}.{place}")
    st.caption("  \n".join((*shown.notes, *shown.sources, f"Data to {found.as_of}.")))
    st.write(report_page.issued_note(root, found))
    if analyst and st.button("Issue this report"):
        refused(report_page.issue_report(root, found, app.visitor().address or viewer.role))


def check() -> None:
    """Which figures of a published report do not follow?"""
    st.write("A table of published figures, in the columns of the report's CSV: each is worked out again.")
    file = st.file_uploader("Published figures: CSV or XLSX", ["csv", "xlsx"], key="published")
    if file is None:
        return
    wrong, note = report_page.checked(store, file.name, file.getvalue(), viewer)
    if wrong is None:
        st.error(markup.literal(note))
        return
    st.write(note)
    if len(wrong.table):
        app.table(wrong, list(wrong.table))
    app.downloads(wrong, "check")
    app.notes(wrong)


app.heading(shown.title, about)
st.caption(report_page.narrowed(chosen, about))
views = {"report": "The report"} | ({"check": "Check a published report"} if analyst else {})
view = app.choose("Show", views, "view")
{"report": read, "check": check}[view]()
