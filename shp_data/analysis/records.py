"""The records behind a figure, each traceable to the file and row that it came from."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.context import figure
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store import reading
from shp_data.store.facts import Store

SHOWN = (
    "date",
    "indicator",
    "location",
    "lpa",
    "ward",
    "covid_related",
    "source",
    "incident_id",
    "file",
    "row",
)


def behind(store: Store, selection: Selection, viewer: Viewer, limit: int | None = None) -> Figure:
    """Which incidents are counted? One row each, by date: the columns SHOWN, longitude and latitude.

    `limit`: the first so many only. Indicators and wards by name. Raises NotAllowedError for a role that may
    not see records.
    """
    table = reading.records(store, selection, viewer, limit)
    areas = partnership().areas
    shorts = {id_: indicator.short for id_, indicator in partnership().vocabulary.indicators.items()}
    table["date"] = _dates(table)
    table["ward"] = table["ward"].map({code: areas.ward_name(code) for code in table["ward"].unique()})
    table["indicator"] = table["indicator"].map(shorts)
    columns = [*SHOWN, "longitude", "latitude"]
    return figure(store, selection, table[columns], measure="Records")


def _dates(table: pd.DataFrame) -> pd.Series[str]:
    """Each date as exactly as it is known: `2020-10`, `2020-10-05` or `2020-10-05 21:30`."""
    forms = {"month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}
    dates = pd.Series("", index=table.index, dtype=str)
    for precision, form in forms.items():
        known = table["precision"] == precision
        dates[known] = table.loc[known, "occurred"].dt.strftime(form)
    return dates
