"""The dashboard: `streamlit run dashboard.py`, or `python3 run.py`, which installs what it needs first."""

import streamlit as st

from shp_data.domain.errors import UserError
from shp_view import app

# The folder of each page is a section of the navigation.
SECTIONS = {
    "explore": "Explore",
    "report": "Report and present",
    "data": "Data",
    "help": "Help",
}
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
UNFILTERED = ("Data", "Load files")
OF_EVERYTHING = ("Headlines", "Report", "Present", "Methods")
WITH_COVID = ("Report", "Present")  # it says both, with and without
BY_WARD = ("Trends", "Ward hotspots", "Ward profile", "Repeat locations", "Records")
BY_PLACE = ("Trends", "Ward hotspots", "Repeat locations", "Records")


def show(page: st.Page) -> None:
    """The page of the address with its filters, for whom may open it."""
    app.check(page.url_path or "headlines")  # the first page has no name in the address
    if page.title not in UNFILTERED:
        app.filters(
            what=page.title not in OF_EVERYTHING,
            ward=page.title in BY_WARD,
            place=page.title in BY_PLACE,
            covid=page.title not in WITH_COVID,
        )
    page.run()


def run() -> None:
    """Who looks, the pages that are theirs, and the one in view."""
    app.start()
    visitor = app.visitor()
    pages: dict[str, list[st.Page]] = {section: [] for section in SECTIONS.values()}
    for path, title in PAGES.items():
        folder, name = path.split("/")
        page = st.Page(
            f"pages/{path}.py",
            title=title,
            default=name == "headlines",
            visibility="visible" if app.opens(name) else "hidden",
        )
        pages[SECTIONS[folder]].append(page)
    page = st.navigation(pages, position="sidebar" if visitor.role else "hidden")
    try:
        if app.admit(visitor):
            show(page)
    except UserError as error:
        app.refuse(error)
    if visitor.role:
        app.account(visitor)


try:
    run()
except UserError as error:  # partnership.toml itself cannot be used
    app.refuse(error)
