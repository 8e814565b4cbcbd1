"""Search: find wards and streets by name, and count the incidents there."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.context import build_figure
from shp_data.analysis.measures import list_mappable
from shp_data.analysis.places.places import count_by_location, list_locations
from shp_data.domain.disclosure import check_role
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.domain.vocabulary import normalise_name
from shp_data.store.reading import Reader, count_records

MOST = 20  # rows
FEWEST = 2  # letters
COLUMNS = ("location", "ward", "lpa", "count")
_EQUAL, _START, _WORD, _WITHIN, _NO = range(5)


def find_by_name(reader: Reader, text: str, ward_year: str) -> Figure:
    """Find the wards, streets and other named locations that match a text.

    A name that equals the text comes first, then one that starts with it, then one with a word that starts
    with it, then one that contains it. Among equals a ward comes first, then the most incidents. Case, spaces
    and full stops do not matter. A text of fewer than FEWEST letters has no match. Viewers who may not see
    streets find wards, without their counts.

    Parameters
    ----------
    text : str
        The name or part of a name.
    ward_year : str
        The year of the ward boundaries, such as "2020".

    Returns
    -------
    Figure
        The best matches first, at most MOST: location (a ward as `Northgate ward`), ward, code, lpa, count
        (all incidents that may be shown by location, in all months loaded). A street is all locations of one
        name in one ward.

    Raises
    ------
    SelectionError
        Where no record is loaded.
    NotAllowedError
        For a role that may not see the figures.
    """
    check_role(reader.viewer, reader.partnership.disclosure)
    areas, months, indicators = reader.partnership.areas, reader.store.list_months(), list_mappable(reader)
    if not months or not indicators:
        raise SelectionError("no record is loaded that could be found by its place; load files first")
    all_months = Period(months[0], months[-1])
    selection = reader.partnership.select(indicators, all_months, areas.everywhere, vintage=ward_year)
    kinds = (_list_wards, _list_streets) if reader.viewer.role == "analyst" else (_list_wards,)
    named = pd.concat([matches(reader, selection, ward_year) for matches in kinds])
    named["match"] = [_rank_match(name, text) for name in named["name"]]
    matches = named[named["match"] < _NO].sort_values(
        ["match", "is_ward", "count", "location", "lpa", "ward"], ascending=[True, False, False, True, True, True]
    )
    table = matches[["location", "ward", "code", "lpa", "count"]].head(MOST).reset_index(drop=True)
    return build_figure(reader, selection, table, measure="All incidents with a place")


def _list_wards(reader: Reader, selection: Selection, ward_year: str) -> pd.DataFrame:
    wards = reader.partnership.areas.list_wards(ward_year)
    rows = [(f"{ward.name} ward", ward.name, ward.code, ward.lpa, ward.name) for ward in wards]
    table = pd.DataFrame(rows, columns=["location", "ward", "code", "lpa", "name"]).assign(is_ward=True)
    # Their names are public; their counts over all months would be a way around the rules.
    if reader.viewer.role != "analyst":
        return table.assign(count=pd.array([None] * len(table), dtype="Int64"))
    counts = count_records(reader, selection, ("ward",)).set_index("ward")["count"]
    return table.assign(count=counts.reindex(table["code"], fill_value=0).to_numpy())


def _list_streets(reader: Reader, selection: Selection, ward_year: str) -> pd.DataFrame:
    """List the named locations, merged by name and ward, each with the name of the busiest."""
    counts = count_by_location(reader, selection, ()).dropna(subset=["place"]).set_index("place")["count"]
    table = list_locations(reader, ward_year, selection.areas).table
    table = table.assign(
        count=counts.reindex(table.index).fillna(0).astype("int64"), key=table["location"].map(normalise_name)
    )
    table = table[(table["key"] != "") & table["code"].isin(reader.partnership.areas.wards[ward_year])]
    # The first of a group is its busiest location, and its spelling names the street.
    by_street = table.sort_values("count", ascending=False, kind="stable").groupby(["key", "code"], sort=False)
    streets = by_street.agg(
        location=("location", "first"), ward=("ward", "first"), lpa=("lpa", "first"), count=("count", "sum")
    ).reset_index()
    return streets.assign(name=streets["location"], is_ward=False).drop(columns="key")


def _rank_match(name: str, text: str) -> int:
    """Rank how well a name matches a text. Lower is better; _NO where it does not match."""
    wanted, whole = normalise_name(text), normalise_name(name)
    if len(wanted) < FEWEST or wanted not in whole:
        return _NO
    if whole.startswith(wanted):
        return _EQUAL if whole == wanted else _START
    words = name.split()
    ends = (normalise_name(" ".join(words[n:])) for n in range(1, len(words)))
    return _WORD if any(end.startswith(wanted) for end in ends) else _WITHIN
