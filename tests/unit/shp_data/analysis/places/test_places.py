"""What is one place, and what is not."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.stores import DESK, chosen, load, opened
from hypothesis import given
from hypothesis import strategies as st

from shp_data.analysis import headlines, records, trends
from shp_data.analysis.places.places import NEAR, count_by_location, find_leaders, find_location, list_locations
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.periods import parse_period
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.files.writing import undo_load
from shp_data.store.places import count_by_point
from shp_data.store.reading import Reader, count_by_hour
from shp_data.store.version import Store, open_store

EAST, NORTH = -1.2129, 54.6862  # well inside a ward of Hartlepool
METRE = 1 / 111_320  # degrees of latitude
Row = tuple[str, float, int]  # location, metres north, how many


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def lines(rows: list[Row]) -> list[str]:
    """One line of an incident file for each incident."""
    return [
        f"2020-10,asb_police,{name},{EAST},{NORTH + metres * METRE:.7f}" for name, metres, n in rows for _ in range(n)
    ]


def stored(folder: Path, rows: list[str]) -> Store:
    file = folder / "incidents.csv"
    file.write_text("\n".join(["date,indicator,location,longitude,latitude", *rows]) + "\n", encoding="utf-8")
    load(folder / "S", file)
    return opened(folder / "S")


def places(store: Store) -> list[tuple[str, int, int]]:
    """The name, metres north and count of every place, the busiest first."""
    table = list_locations(Reader(store, DESK), "2020", ()).table
    found = count_by_location(Reader(store, DESK), chosen("2020-10"), ()).set_index("place")["count"]
    return [(row.location, round((row.latitude - NORTH) / METRE), int(found[place])) for place, row in table.iterrows()]


def test_geocoded_points_of_one_name_close_together_are_one_place_at_the_busiest(tmp_path: Path) -> None:
    rows = [
        ("Raby Road", 0, 2),
        ("raby road", 30, 5),
        ("Raby Road", 79, 1),
        ("Raby Road", 81, 1),
        ("Park Road", 31, 1),
    ]
    assert places(stored(tmp_path, lines(rows))) == [("raby road", 30, 8), ("Park Road", 31, 1), ("Raby Road", 81, 1)]


def test_a_chain_of_points_is_not_one_long_place(tmp_path: Path) -> None:
    rows = [("Raby Road", 40 * n, 10 - n) for n in range(5)]
    assert places(stored(tmp_path, lines(rows))) == [
        ("Raby Road", 0, 10 + 9),
        ("Raby Road", 80, 8 + 7),
        ("Raby Road", 160, 6),
    ]


@pytest.mark.parametrize("name", ["Parking Area", "Car park", "Supermarket", "", "On or near Raby Road"])
def test_kinds_of_place_nameless_points_and_those_of_police_uk_never_merge(tmp_path: Path, name: str) -> None:
    found = places(stored(tmp_path, lines([(name, 0, 2), (name, 10, 1)])))
    label = name.removeprefix("On or near ")
    assert found == [(label, 0, 2), (label, 10, 1)]


def test_the_label_is_the_commonest_name_at_the_point(tmp_path: Path) -> None:
    rows = [("", 0, 9), ("On or near Raby Road", 0, 3), ("Raby Road", 0, 1), ("Asda", 0, 2), ("A", 10, 1), ("B", 10, 1)]
    assert places(stored(tmp_path, lines(rows))) == [("Raby Road", 0, 15), ("A", 10, 2)]


def test_places_end_at_the_edge_of_their_ward() -> None:
    points = pd.DataFrame({"longitude": EAST, "latitude": [NORTH, NORTH + 5 * METRE], "location": "Raby Road"})
    points = points.assign(snapped=False, lpa="Hartlepool")
    assert find_leaders(points.assign(code="E1")).tolist() == [0, 0]
    assert find_leaders(points.assign(code=["E1", "E2"])).tolist() == [0, 1]


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [(name, metres, 1 + metres % 3) for name in "ABC" for metres in range(0, 400, 25)]
    found = []
    for seed in (1, 2):
        mixed = lines(rows)
        random.Random(seed).shuffle(mixed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        found.append(places(stored(folder, mixed)))
    assert found[0] == found[1]
    assert len(found[0]) < len(rows)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 300), st.integers(0, 300)), max_size=40))
def test_each_point_is_near_the_busier_one_that_took_it(drawn: list[tuple[str, int, int]]) -> None:
    points = pd.DataFrame(drawn, columns=["location", "east", "north"])
    points["longitude"] = points["east"] * METRE / np.cos(np.radians(NORTH)) + EAST
    points["latitude"] = points["north"] * METRE + NORTH
    taken_by = find_leaders(points.assign(snapped=False, lpa="Hartlepool", code="E1"))
    apart = np.hypot(
        points["east"] - points["east"][taken_by].to_numpy(), points["north"] - points["north"][taken_by].to_numpy()
    )
    assert (apart <= NEAR * 1.001).all()
    assert (taken_by <= points.index).all()
    assert (taken_by[taken_by] == taken_by).all()
    own = points[taken_by == points.index]
    for _, same in own.groupby("location"):
        for (_, one), (_, other) in zip(same.iterrows(), list(same.iterrows())[1:], strict=False):
            assert np.hypot(one["east"] - other["east"], one["north"] - other["north"]) > NEAR * 0.999


def test_the_points_of_the_sample_are_places_of_their_own(sample: Store) -> None:
    found = list_locations(Reader(sample, DESK), "2020", ())
    assert len(found.table) == len(found.points) == 3424


def test_records_without_coordinates_are_counted_at_no_place(tmp_path: Path) -> None:
    store = stored(tmp_path, [*lines([("Raby Road", 0, 2)]), "2020-10,asb_police,Raby Road,,"])
    found = count_by_location(Reader(store, DESK), chosen("2020-10"), ("month",))
    assert found.fillna({"place": -1}).to_numpy().tolist() == [[0, "2020-10", 2], [-1, "2020-10", 1]]


def test_what_is_never_mapped_has_no_places(sample: Store) -> None:
    selection = replace(
        chosen("2020-21-Q3"), indicators=("asb_police", "domestic_abuse"), period=parse_period("2020-10")
    )
    with pytest.raises(NotAllowedError, match="may not be shown on a map"):
        count_by_point(Reader(sample, DESK), selection, ())


def test_a_store_of_which_every_load_was_undone_has_no_places(tmp_path: Path) -> None:
    stored(tmp_path, lines([("Raby Road", 0, 2)]))
    undo_load(tmp_path / "S", opened(tmp_path / "S").manifest.loads[0].part)
    assert list_locations(Reader(opened(tmp_path / "S"), DESK), "2020", ()).table.empty


def test_a_place_is_found_by_any_of_its_points_and_knows_them_all(tmp_path: Path) -> None:
    store = stored(tmp_path, lines([("Raby Road", 0, 2), ("raby road", 30, 5), ("Raby Road", 81, 1)]))
    points = list_locations(Reader(store, DESK), "2020", ()).points
    found = {
        find_location(Reader(store, DESK), point, "2020")
        for point in zip(points.longitude, points.latitude, strict=True)
    }
    assert sorted((p.name, p.lpa, len(p.points)) for p in found if p) == [
        ("Raby Road", "Hartlepool", 1),
        ("raby road", "Hartlepool", 2),
    ]
    (merged,) = [place for place in found if place and len(place.points) == 2]
    assert merged.points == ((EAST, round(NORTH + 30 * METRE, 7)), (EAST, NORTH))  # the busiest first
    assert find_location(Reader(store, DESK), (EAST, NORTH + 1), "2020") is None


def test_every_figure_of_a_place_counts_all_its_points_and_nothing_else(tmp_path: Path) -> None:
    store = stored(tmp_path, lines([("Raby Road", 0, 2), ("raby road", 30, 5), ("Park Road", 31, 4)]))
    place = find_location(Reader(store, DESK), (EAST, NORTH), "2020")
    assert place is not None
    own = chosen("2020-10").select_location(place, "2020")
    assert len(records.list_incidents(Reader(store, DESK), own).table) == 7
    card = headlines.build_card(Reader(store, DESK), own)
    assert card.table["count"].tolist() == [7]
    assert card.table["rate_per_1000"].isna().all()  # nobody is counted for a place
    assert card.subtitle.startswith("Police ASB, raby road, Victoria ward, Oct 2020")
    assert trends.count_by_month(Reader(store, DESK), own).table["count"].tolist() == [7]
    assert trends.count_by_area(Reader(store, DESK), own).table["count"].sum() == 11  # areas are compared whole
    assert count_by_hour(Reader(store, DESK), own)["count"].sum() == 7
    assert len(records.list_incidents(Reader(store, DESK), own.select_ward(place.code, "2020")).table) == 11
    assert len(records.list_incidents(Reader(store, DESK), own.select_area("Hartlepool")).table) == 11
