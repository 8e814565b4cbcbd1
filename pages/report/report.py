"""Report: the quarterly performance report as a page, its documents, and the check of a published report."""

import streamlit as st

from shp_view import app
from shp_view.documents import web
from shp_view.report import report_files, report_page
from shp_view.report.report_paper import MISSING_FIGURES, build_paper
from shp_view.text import markup

selection = app.read_selection()
report_selection = report_page.narrow_selection(selection)
reader = app.open_reader()
analyst = reader.viewer.role == "analyst"
quarter_report, figures = app.answer(report_page.load_report, report_selection.period, report_selection.areas[0])
root, commentary = reader.store.layout.root, report_files.select_commentary(reader, quarter_report)
quarter_paper = build_paper(
    quarter_report,
    figures,
    commentary,
    report_files.find_issued_revisions(reader, quarter_report),
    dark=app.is_dark(),
)


def show_fault(fault: str) -> None:
    """Show the error, or reload the page where there is none."""
    if fault:
        st.error(markup.escape_markdown(fault))
    else:
        st.rerun()


def show_documents() -> None:
    """Offer the report as files, each made when it is requested."""
    link = app.build_full_address("report", report_selection)
    with st.container(horizontal=True):
        for kind in report_files.FORMATS:
            app.draw_download_button(
                kind.upper(),
                lambda kind=kind: report_page.build_report_file(kind, reader, quarter_report, link),
                report_files.name_file(quarter_report, kind),
                f"report-{kind}",
            )


def edit_commentary(key: str) -> None:
    """Edit the analyst's own words on an indicator."""
    name = "Edit the commentary" if key in commentary else "Add a commentary"
    with st.popover(name, key=f"words-{key}", on_change="rerun") as box:
        if box.open:
            words = st.text_area(
                "Commentary, shown and exported with the report", commentary.get(key, ""), key=f"text-{key}"
            )
            if st.button("Keep it", key=f"keep-{key}", type="primary"):
                show_fault(report_page.save_report_commentary(root, quarter_report, key, words))


def show_report() -> None:
    """Show the paper."""
    show_documents()
    st.html(web.format_summary(quarter_paper.summary))
    app.draw_pack_button("report", report_selection)
    st.html(
        web.format_contents(
            {
                report_page.make_anchor(paper_chapter.heading): paper_chapter.heading
                for paper_chapter in quarter_paper.chapters
            }
        )
    )
    for chapter, section in zip(quarter_paper.chapters, quarter_report.sections, strict=True):
        st.header(chapter.heading, anchor=report_page.make_anchor(chapter.heading))
        records = report_page.select_records(report_selection, section.lines) if analyst else {}
        addresses = app.build_addresses("records", list(records.values()))
        st.html(web.format_table(chapter.table, dict(zip(records, addresses, strict=True))))
        for part in chapter.parts:
            text_column, chart_column = st.columns([5, 4], gap="large") if part.pictures else (st.container(), None)
            with text_column:
                st.html(web.format_part(part))
                if analyst and part.key != MISSING_FIGURES:
                    edit_commentary(part.key)
            for position, picture in enumerate(part.pictures):
                with chart_column:
                    st.caption(picture.title)
                    app.draw_chart(picture.spec, picture.alt, f"{part.key}-{position}")
                    app.draw_pack_button("report", report_selection, f"{part.key}.{position}")
    st.caption("  \n".join((*quarter_paper.notes, *quarter_paper.sources, f"Data to {quarter_report.as_of}.")))
    st.write(report_page.describe_last_issue(root, quarter_report))
    if analyst and st.button("Issue this report"):
        show_fault(report_page.issue_report(root, quarter_report, app.identify_visitor().address or reader.viewer.role))


def check_report() -> None:
    """Check a published report: show the figures that do not follow."""
    st.write("A table of published figures, in the columns of the report's CSV: each is worked out again.")
    file = st.file_uploader("Published figures: CSV or XLSX", ["csv", "xlsx"], key="published")
    if file is None:
        return
    wrong_figures, note = report_page.check_published_file(reader, file.name, file.getvalue())
    if wrong_figures is None:
        st.error(markup.escape_markdown(note))
        return
    st.write(note)
    if len(wrong_figures.table):
        app.draw_table(wrong_figures, list(wrong_figures.table))
    app.draw_downloads(wrong_figures, "check")
    app.draw_notes(wrong_figures)


app.draw_heading(quarter_paper.title, report_selection)
st.caption(report_page.explain_narrowing(selection, report_selection))
views = {"report": "The report"} | ({"check": "Check a published report"} if analyst else {})
view = app.choose("Show", views, "view")
{"report": show_report, "check": check_report}[view]()
