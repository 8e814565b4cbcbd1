"""Incident points: every incident at its place, the busiest first, and what is left out said."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, load

from shp_data.analysis.places import points as module
from shp_data.analysis.places.points import COLUMNS, list_busiest_locations
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader, list_records
from shp_data.store.version import open_store

QUARTER = "2020-21-Q3"


def test_places_add_up_to_the_published_count_and_each_is_where_its_records_are() -> None:
    store, selection = open_store(prepare_sample_store()), chosen(QUARTER, "asb_police", "Hartlepool")
    table = list_busiest_locations(Reader(store, DESK), selection).table
    assert tuple(table.columns) == COLUMNS
    assert table["count"].sum() == 1246
    assert table["count"].is_monotonic_decreasing
    assert (table["count"] > 0).all()
    known = list_records(Reader(store, DESK), selection)
    assert set(zip(table["longitude"], table["latitude"], strict=True)) <= set(
        zip(known["longitude"], known["latitude"], strict=True)
    )


def test_two_points_of_one_name_are_two_places(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    here, there = "-1.2129,54.6862", "-1.2200,54.6900"
    rows = [f"2020-10,asb_police,On or near Parking Area,{at}" for at in (here, here, there)]
    rows.append("2020-10,asb_police,Somewhere,,")
    path.write_text("date,indicator,location,longitude,latitude\n" + "\n".join(rows) + "\n", encoding="utf-8")
    load(tmp_path / "store", path)
    shown = list_busiest_locations(Reader(open_store(tmp_path / "store"), DESK), chosen("2020-10"))
    assert shown.table["count"].tolist() == [2, 1]
    assert set(shown.table["location"]) == {"Parking Area"}
    assert "Incidents without coordinates, which have no point: 1." in shown.caveats


def test_places_beyond_the_busiest_are_counted_in_a_caveat(monkeypatch: pytest.MonkeyPatch) -> None:
    store, selection = open_store(prepare_sample_store()), chosen(QUARTER, "asb_police", "Hartlepool")
    whole = list_busiest_locations(Reader(store, DESK), selection).table
    monkeypatch.setattr(module, "MOST_LOCATIONS", 10)
    shown = list_busiest_locations(Reader(store, DESK), selection)
    assert shown.table.equals(whole.head(10))
    rest = f"{len(whole) - 10:,} others had {whole['count'].iloc[10:].sum():,} incidents."
    assert f"Only the busiest 10 places are shown; {rest}" in shown.caveats


def test_a_role_that_may_not_see_records_sees_no_points() -> None:
    with pytest.raises(NotAllowedError):
        list_busiest_locations(Reader(open_store(prepare_sample_store()), Viewer("public")), chosen(QUARTER))  # type: ignore[arg-type]
