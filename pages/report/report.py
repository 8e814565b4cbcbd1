"""Report: the quarterly performance report as a page, its documents, and the check of a published report."""

import streamlit as st

from shp_view import app
from shp_view.documents import web
from shp_view.text import markup
from shp_view.views import report_views

selection, reader = app.read_selection(), app.open_reader()
report_selection = report_views.narrow_selection(selection)
is_analyst = reader.viewer.role == "analyst"
loaded_report = report_views.fetch_report(selection, app.answer)
report = loaded_report.report
paper = report_views.build_page_paper(reader, loaded_report, dark=app.is_dark())


def show_documents() -> None:
    """Offer the report as files, each made when it is requested."""
    link = app.build_full_address("report", report_selection)
    with st.container(horizontal=True):
        for kind, (name, make_file) in report_views.list_files(reader, loaded_report, link).items():
            app.draw_download_button(kind.upper(), make_file, name, f"report-{kind}")


def edit_commentary(part) -> None:
    """Edit the analyst's commentary on an indicator."""
    name = "Edit the commentary" if part.commentary else "Add a commentary"
    with st.popover(name, key=f"words-{part.key}", on_change="rerun") as box:
        if box.open:
            label = "Commentary (shown and exported with the report)"
            text = st.text_area(label, part.commentary, key=f"text-{part.key}")
            if st.button("Save", key=f"save-{part.key}", type="primary"):
                with app.attempt():
                    report_views.save_report_commentary(reader, report, part.key, text)
                    st.rerun()


def show_part(part) -> None:
    """Show an indicator: its sentences and tables, and its charts next to them."""
    text_column, chart_column = st.columns([5, 4], gap="large") if part.pictures else (st.container(), None)
    with text_column:
        st.html(web.format_part(part))
        if is_analyst and report_views.can_comment(part):
            edit_commentary(part)
    for position, picture in enumerate(part.pictures):
        with chart_column:
            st.caption(picture.title)
            app.draw_chart(picture.spec, picture.alt, f"{part.key}-{position}")
            app.draw_pack_button("report", report_selection, f"{part.key}.{position}")


def show_report() -> None:
    """Show the paper."""
    show_documents()
    st.html(web.format_summary(paper.summary))
    app.draw_pack_button("report", report_selection)
    anchors = {report_views.make_anchor(chapter.heading): chapter.heading for chapter in paper.chapters}
    st.html(web.format_contents(anchors))
    records = report_views.select_records(report_selection, report.lines) if is_analyst else {}
    addresses = dict(zip(records, app.build_addresses("records", list(records.values())), strict=True))
    for anchor, chapter in zip(anchors, paper.chapters, strict=True):
        st.header(chapter.heading, anchor=anchor)
        if chapter.table.rows:
            st.html(web.format_table(chapter.table, addresses))
        for part in chapter.parts:
            show_part(part)
    st.write(markup.escape_markdown(paper.unsupplied))
    st.caption("  \n".join((*paper.notes, *paper.sources, f"Data to {report.as_of}.")))
    st.write(report_views.describe_publication(reader, report))
    if is_analyst and st.button("Publish this report"):
        with app.attempt():
            report_views.publish_report(reader, report, app.identify_visitor().address or reader.viewer.role)
            st.rerun()


def check_report() -> None:
    """Check a published report: show the figures that do not follow."""
    st.write(
        "Upload a table of published figures in the same columns as the report's CSV. Each figure is calculated again."
    )
    file = app.upload_file("Published figures: CSV or XLSX", ["csv", "xlsx"], "published")
    if file:
        with app.attempt():
            mismatches, summary = report_views.check_published_file(reader, file.name, file.getvalue())
            st.write(summary)
            if len(mismatches.table):
                app.draw_table(mismatches, list(mismatches.table))
            app.draw_downloads(mismatches, "check")
            app.draw_notes(mismatches)


app.draw_heading(paper.title, report_selection)
st.caption(report_views.explain_narrowing(selection, report_selection))
tabs = {"report": "The report"} | ({"check": "Check a published report"} if is_analyst else {})
{"report": show_report, "check": check_report}[app.choose("Show", tabs, "view")]()
