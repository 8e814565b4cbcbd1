"""Search: which wards and streets are called so, and how much happened there?"""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.context import figure
from shp_data.analysis.places.places import at_places, known_places
from shp_data.domain.disclosure_rule import check_role
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import plain
from shp_data.store.facts import Store
from shp_data.store.reading import summary

MOST = 20  # rows
FEWEST = 2  # letters
FOUND = ("location", "ward", "lpa", "count")
_EQUAL, _START, _WORD, _WITHIN, _NO = range(5)


def search(store: Store, text: str, vintage: str, viewer: Viewer) -> Figure:
    """Which wards of a vintage, and which streets and other named places, does a text mean?

    Out: the best first and at most MOST of them, location (a ward as `Northgate ward`), ward, code, lpa and count,
    of all incidents that may be shown by place in all months loaded. A street is all places of one name in one
    ward. Better is a name that is the text, then one that starts with it, then one of which a word does, then one
    that holds it; of equals a ward, then the most incidents. Case, spaces and full stops do not matter. No row for
    a text of fewer than FEWEST letters. Who may not see streets finds wards, without their counts. Raises
    SelectionError where no record is loaded, and NotAllowedError.
    """
    check_role(viewer, partnership().disclosure)
    words, months = partnership().vocabulary, store.months()
    every = tuple(id_ for id_ in store.indicators() if words.indicator(id_).mappable)
    if not months or not every:
        raise SelectionError("no record is loaded that could be found by its place; load files first")
    selection = Selection(every, Period(months[0], months[-1]), partnership().areas.everywhere, vintage=vintage)
    kinds = (_wards, _streets) if viewer.role == "analyst" else (_wards,)
    named = pd.concat([found(store, selection, vintage, viewer) for found in kinds])
    named["match"] = [_match(name, text) for name in named["name"]]
    found = named[named["match"] < _NO].sort_values(
        ["match", "is_ward", "count", "location", "lpa", "ward"], ascending=[True, False, False, True, True, True]
    )
    table = found[["location", "ward", "code", "lpa", "count"]].head(MOST).reset_index(drop=True)
    return figure(store, selection, table, measure="All incidents with a place")


def _wards(store: Store, selection: Selection, vintage: str, viewer: Viewer) -> pd.DataFrame:
    rows = [
        (f"{ward.name} ward", ward.name, ward.code, ward.lpa, ward.name)
        for ward in partnership().areas.wards_of(vintage)
    ]
    table = pd.DataFrame(rows, columns=["location", "ward", "code", "lpa", "name"]).assign(is_ward=True)
    if viewer.role != "analyst":
        return table.assign(count=pd.array([None] * len(table), dtype="Int64"))
    counts = summary(store, selection, ("ward",), viewer).set_index("ward")["count"]
    return table.assign(count=counts.reindex(table["code"], fill_value=0).to_numpy())


def _streets(store: Store, selection: Selection, vintage: str, viewer: Viewer) -> pd.DataFrame:
    """The named places, those of one name in one ward together, called as the busiest of them is."""
    found = at_places(store, selection, (), viewer).dropna(subset=["place"]).set_index("place")["count"]
    table = known_places(store, vintage, selection.areas, viewer).table
    table = table.assign(count=found.reindex(table.index).fillna(0).astype("int64"), key=table["location"].map(plain))
    table = table[(table["key"] != "") & table["code"].isin(partnership().areas.wards[vintage])]
    by_street = table.sort_values("count", ascending=False, kind="stable").groupby(["key", "code"], sort=False)
    streets = by_street.agg(
        location=("location", "first"), ward=("ward", "first"), lpa=("lpa", "first"), count=("count", "sum")
    ).reset_index()
    return streets.assign(name=streets["location"], is_ward=False).drop(columns="key")


def _match(name: str, text: str) -> int:
    """How well does a name match a text? The lower the better; _NO where it does not."""
    wanted, whole = plain(text), plain(name)
    if len(wanted) < FEWEST or wanted not in whole:
        return _NO
    if whole.startswith(wanted):
        return _EQUAL if whole == wanted else _START
    words = name.split()
    return _WORD if any(plain(" ".join(words[n:])).startswith(wanted) for n in range(1, len(words))) else _WITHIN
