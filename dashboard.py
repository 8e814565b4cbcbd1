"""The dashboard: `streamlit run dashboard.py`, or `python3 run.py`, which installs what it needs first."""

import streamlit as st

from shp_data.domain.errors import UserError
from shp_view import app

PAGES = [
    st.Page("app_pages/headlines.py", title="Headlines", default=True),
    st.Page("app_pages/trends.py", title="Trends"),
    st.Page("app_pages/comparison.py", title="Comparison"),
    st.Page("app_pages/hotspots.py", title="Ward hotspots"),
    st.Page("app_pages/ward.py", title="Ward profile"),
    st.Page("app_pages/repeats.py", title="Repeat locations"),
    st.Page("app_pages/report.py", title="Report"),
    st.Page("app_pages/present.py", title="Present"),
    st.Page("app_pages/records.py", title="Records"),
    st.Page("app_pages/data.py", title="Data"),
    st.Page("app_pages/load_files.py", title="Load files"),
    st.Page("app_pages/methods.py", title="Methods"),
]
UNFILTERED = ("Data", "Load files")
OF_EVERYTHING = ("Headlines", "Report", "Present", "Methods")
WITH_COVID = ("Report", "Present")  # it says both, with and without
BY_WARD = ("Trends", "Ward hotspots", "Ward profile", "Repeat locations", "Records")
BY_PLACE = ("Trends", "Ward hotspots", "Repeat locations", "Records")

app.start()
page = st.navigation(PAGES)
try:
    if page.title not in UNFILTERED:
        app.filters(
            what=page.title not in OF_EVERYTHING,
            ward=page.title in BY_WARD,
            place=page.title in BY_PLACE,
            covid=page.title not in WITH_COVID,
        )
    page.run()
except UserError as error:
    app.refuse(error)
