"""The records of a figure. Each can be traced to the file and row that it came from."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.context import build_figure
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store import reading
from shp_data.store.reading import Reader

COLUMNS = ("date", "indicator", "location", "lpa", "ward", "row", "file", "covid_related", "source", "incident_id")


def list_incidents(reader: Reader, selection: Selection, limit: int | None = None) -> Figure:
    """List the incidents that are counted, by date.

    Parameters
    ----------
    limit : int, optional
        The largest number of records to list.

    Returns
    -------
    Figure
        One row for each incident: COLUMNS, longitude and latitude (WGS84 degrees). Indicators and wards by
        name.

    Raises
    ------
    NotAllowedError
        For a role that may not see records.
    """
    table = reading.list_records(reader, selection, limit)
    areas = reader.partnership.areas
    shorts = {id_: indicator.short for id_, indicator in reader.partnership.vocabulary.indicators.items()}
    table["date"] = _format_dates(table)
    table["ward"] = table["ward"].map({code: areas.find_ward_name(code) for code in table["ward"].unique()})
    table["indicator"] = table["indicator"].map(shorts)
    columns = [*COLUMNS, "longitude", "latitude"]
    return build_figure(reader, selection, table[columns], measure="Records")


def _format_dates(table: pd.DataFrame) -> pd.Series[str]:
    """Format each date as exactly as it is recorded: `2020-10`, `2020-10-05` or `2020-10-05 21:30`."""
    forms = {"month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}
    # A month without its day is stored as its first day: shown in full, that would be invented.
    dates = pd.Series("", index=table.index, dtype=str)
    for precision, form in forms.items():
        matches = table["precision"] == precision
        dates[matches] = table.loc[matches, "occurred"].dt.strftime(form)
    return dates
