"""The dashboard: `streamlit run dashboard.py`, or `python3 run.py`, which installs its libraries first."""

import streamlit as st

from shp_view import app

# The folder of each page is a section of the navigation.
SECTIONS = {"explore": "Explore", "report": "Report and present", "data": "Data", "help": "Help"}
PAGES = {
    "explore/headlines": "Headlines",
    "explore/trends": "Trends",
    "explore/comparison": "Comparison",
    "explore/hotspots": "Ward hotspots",
    "explore/ward": "Ward profile",
    "explore/repeats": "Repeat locations",
    "report/report": "Report",
    "report/present": "Present",
    "data/records": "Records",
    "data/data": "Data",
    "data/load_files": "Load files",
    "help/methods": "Methods",
}


def show_page(page: st.Page) -> None:
    """Show the page of the address with its filters, if the visitor may open it."""
    name = page.url_path or "headlines"  # the first page has no name in the address
    app.check_access(name)
    app.draw_filters(name)
    page.run()


def run_dashboard() -> None:
    """Identify the visitor, list the pages open to them, and show the one in view."""
    app.start_page()
    visitor = app.identify_visitor()
    pages: dict[str, list[st.Page]] = {section: [] for section in SECTIONS.values()}
    for path, title in PAGES.items():
        folder, name = path.split("/")
        # A page that is not listed can still be opened by its address, so `show_page` checks again.
        page = st.Page(
            f"pages/{path}.py",
            title=title,
            default=name == "headlines",
            visibility="visible" if app.can_open(name) else "hidden",
        )
        pages[SECTIONS[folder]].append(page)
    page = st.navigation(pages, position="sidebar" if visitor.role else "hidden")
    with app.attempt():
        if app.admit(visitor):
            show_page(page)
    if visitor.role:
        app.draw_account(visitor)


with app.attempt():  # partnership.toml itself may not be usable
    run_dashboard()
