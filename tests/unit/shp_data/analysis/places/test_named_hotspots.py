"""Hotspots: hot hexagons joined into places with names, their figures, their months, and the way to their records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import h3
import pandas as pd
import pytest
import shapely
from helpers.stores import DESK, chosen, load

from shp_data.analysis.headlines import build_card
from shp_data.analysis.places.cells import COARSE, FINE, FINEST, HOT, Grid, find_clusters
from shp_data.analysis.places.heat import measure_heat
from shp_data.analysis.places.named_hotspots import (
    COLUMNS,
    CountedPoint,
    count_locations,
    find_hotspot,
    find_hotspots,
    join_cells,
    name_hotspot,
)
from shp_data.analysis.verdicts import VERDICT
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.periods import Month
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader, list_records
from shp_data.store.version import Store, open_store

TOWN, ESTATE = h3.latlng_to_cell(54.6862, -1.2129, FINE), h3.latlng_to_cell(54.6600, -1.2400, FINE)
QUIET = h3.latlng_to_cell(54.6950, -1.2400, FINE)
HARTLEPOOL = "Hartlepool"
MONTHS = [Month(2020, 1).shift(step) for step in range(24)]  # January 2020 to December 2021


def write(path: Path, counts: Mapping[tuple[str, str], Mapping[str, int]], hours: Mapping[str, str] = {}) -> Path:
    """A file of so many incidents by location and cell, in each month; at an hour where the location has one."""
    rows = []
    for (name, cell), by_month in counts.items():
        latitude, longitude = h3.cell_to_latlng(cell)
        for month, number in by_month.items():
            when = f"{month}-05 {hours[name]}" if name in hours else month
            rows += [f"{when},asb_police,{name},{longitude:.6f},{latitude:.6f}"] * number
    path.write_text("date,indicator,location,longitude,latitude\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def around(cell: str) -> list[str]:
    return sorted(h3.grid_ring(cell, 1))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two years. In town York Road and Victoria Road are busy all the time; on the estate only the last month is."""
    always = {str(month): 6 for month in MONTHS}
    rising = {str(month): 4 + step // 2 for step, month in enumerate(MONTHS)}
    last = {str(MONTHS[-1]): 7}
    ring, estate_ring = around(TOWN), around(ESTATE)
    counts: dict[tuple[str, str], Mapping[str, int]] = {
        ("On or near Parking Area", TOWN): dict.fromkeys(always, 12),
        ("On or near York Road", ring[0]): rising,
        ("On or near York Road", ring[1]): always,
        ("On or near Victoria Road", ring[2]): dict.fromkeys(always, 8),
        ("On or near Lister Street", ring[3]): always,
        ("On or near Supermarket", ring[4]): always,
        ("", ring[5]): always,
        **{("On or near Elm Grove", cell): last for cell in estate_ring},
        ("On or near Ash Grove", ESTATE): last,
        ("On or near Lone Lane", QUIET): dict.fromkeys(always, 1),
    }
    root = tmp_path_factory.mktemp("town")
    load(root / "store", write(root / "a.csv", counts, {"On or near York Road": "21:10"}))
    return open_store(root / "store")


def table(store: Store, period: str, resolution: int = FINE, *areas: str) -> pd.DataFrame:
    selection = chosen(period, "asb_police", *(areas or (HARTLEPOOL,)))
    return find_hotspots(Reader(store, DESK), selection, resolution).joined.table


def test_hot_cells_next_to_each_other_are_one_hotspot() -> None:
    # a - b - c   d - e   f: a row of three, a pair and one alone; b and d are not hot.
    grid = Grid(FINE, tuple("abcdef"), ((1,), (0, 2), (1,), (4,), (3,), ()), (0.0,) * 6, (0.0,) * 6)
    assert join_cells({"a": 3, "b": 5, "c": 5}, grid) == [["b", "c", "a"]]
    assert join_cells({"a": 6, "c": 5, "d": 1, "e": 4}, grid) == [["a"], ["c"], ["e", "d"]]
    assert join_cells({"a": 4, "c": 5, "d": 0, "e": 0}, grid) == [["c"]], "fewer than five incidents are no hotspot"
    assert join_cells({}, grid) == []


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ([("York Road", 5), ("Victoria Road", 9), ("Lister Street", 2)], "Victoria Road and York Road"),
        # The points of a street add up, whatever their capitals.
        ([("York Road", 5), ("YORK ROAD", 5), ("Victoria Road", 9)], "York Road and Victoria Road"),
        # A tie goes by name, so that the same records always give the same name.
        ([("Oak Close", 4), ("Ash Close", 4), ("Elm Close", 4)], "Ash Close and Elm Close"),
        ([("Parking Area", 50), ("Supermarket", 40), ("No Location", 9), ("", 8), ("Oak Close", 1)], "Oak Close"),
        ([("Oak Close", 4), ("Elm Close", 0)], "Oak Close"),
        ([("Parking Area", 50), ("", 8)], "Part of Victoria"),
    ],
)
def test_a_hotspot_has_the_name_of_its_busiest_streets(points: list[tuple[str, int]], name: str) -> None:
    counted = [CountedPoint(-1.2, 54.7, street, "Victoria", HARTLEPOOL, count) for street, count in points]
    assert name_hotspot(counted) == name
    assert name_hotspot(counted[::-1]).lower() == name.lower()


def test_the_hotspots_of_a_period_with_their_figures(town: Store) -> None:
    december = table(town, "2021-12")
    assert tuple(december.columns) == COLUMNS
    assert december["hotspot"].tolist() == ["York Road and Victoria Road", "Elm Grove and Ash Grove"]
    # In town 12 + (4 + 23 // 2) + 6 + 8 + 6 + 6 + 6 = 59; on the estate 7 x 7 = 49; in all 109 with the lone one.
    assert december["count"].tolist() == [59, 49]
    assert december["share"].tolist() == pytest.approx([100 * 59 / 109, 100 * 49 / 109])
    # A year before York Road had 4 + 11 // 2 = 9 in the place of 15, and the estate had none.
    assert december["last_year"].tolist() == [53, 0]
    assert december["difference"].tolist() == [6, 49]
    assert december["hot_months"].tolist() == [12, 1]
    assert december["judged_months"].tolist() == [12, 12]
    assert december["pattern"].tolist()[1] == "new"
    assert december["hours"].tolist()[0] == "20-24"
    assert december["hours"].isna().tolist() == [False, True]
    assert december["cell"].iloc[0] == around(TOWN)[0]  # with 15
    assert all(cell in cells for cell, cells in zip(december["cell"], december["cells"], strict=True))
    november = table(town, "2021-11")
    assert november["hotspot"].tolist() == ["York Road and Victoria Road"]


def test_a_hotspot_is_every_hot_hexagon_that_touches_it_and_no_other(town: Store) -> None:
    selection = chosen("2021-12", "asb_police", HARTLEPOOL)
    both = find_hotspots(Reader(town, DESK), selection)
    hot = set(both.cells.table.loc[both.cells.table["cluster"] == HOT, "cell"])
    hotspots = [set(cells.split()) for cells in both.joined.table["cells"]]
    assert set().union(*hotspots) == hot
    for cells in hotspots:
        assert all(set(h3.grid_ring(cell, 1)) & hot <= cells for cell in cells)
        outline = shapely.geometry.shape(h3.cells_to_h3shape(cells).__geo_interface__)
        assert outline.geom_type == "Polygon"
        records = list_records(Reader(town, DESK), selection)
        inside = shapely.contains_xy(outline, records["longitude"].to_numpy(), records["latitude"].to_numpy())
        row = both.joined.table[both.joined.table["cells"] == " ".join(_busiest_first(both.cells.table, cells))]
        assert row["count"].tolist() == [inside.sum()]


def _busiest_first(cells: pd.DataFrame, names: set[str]) -> list[str]:
    counts = dict(zip(cells["cell"], cells["count"], strict=True))
    return sorted(names, key=lambda name: (-counts[name], name))


def test_the_verdict_is_that_of_the_place_alone(town: Store) -> None:
    selection = chosen("2021-12", "asb_police", HARTLEPOOL)
    row = table(town, "2021-12").iloc[0]
    place = find_hotspot(Reader(town, DESK), row["cell"], selection)
    assert place is not None
    card = build_card(Reader(town, DESK), selection.select_location(place, "2022")).table.iloc[0]
    for column in ("count", "last_year", *VERDICT):
        assert (pd.isna(row[column]) and pd.isna(card[column])) or row[column] == card[column], column


def test_any_hexagon_of_a_hotspot_leads_to_it_and_its_records(town: Store) -> None:
    selection = chosen("2021-12", "asb_police", HARTLEPOOL)
    for row in table(town, "2021-12").to_dict("records"):
        places = {find_hotspot(Reader(town, DESK), cell, selection) for cell in row["cells"].split()}
        assert len(places) == 1
        place = places.pop()
        assert place is not None
        assert (place.name, place.cell, place.is_hotspot) == (row["hotspot"], row["cell"], True)
        inside = selection.select_location(place, selection.ward_year)
        assert len(list_records(Reader(town, DESK), inside)) == row["count"]
        locations = count_locations(Reader(town, DESK), inside).table
        assert locations["count"].sum() == row["count"]
        assert locations["count"].tolist() == sorted(locations["count"], reverse=True)


def test_a_hotspot_leaves_the_ward_in_the_filters(town: Store) -> None:
    selection = chosen("2021-12", "asb_police", HARTLEPOOL)
    place = find_hotspot(Reader(town, DESK), TOWN, selection)
    assert place is not None
    narrowed: Selection = selection.select_ward("E05013041", "2022").select_location(place, "2022")
    assert (narrowed.ward, narrowed.areas) == (None, (HARTLEPOOL,))


def test_what_is_in_no_hotspot_of_the_period_is_none(town: Store) -> None:
    reader = Reader(town, DESK)
    assert find_hotspot(reader, ESTATE, chosen("2021-11", "asb_police", HARTLEPOOL)) is None
    for words in ("", "-1.2,54.6", "85283473fffffff", QUIET):
        assert find_hotspot(reader, words, chosen("2021-12", "asb_police", HARTLEPOOL)) is None


@pytest.mark.parametrize("resolution", [COARSE, FINEST])
def test_other_sizes_of_hexagon_have_their_own_hotspots(town: Store, resolution: int) -> None:
    for row in table(town, "2021-12", resolution).to_dict("records"):
        assert {h3.get_resolution(cell) for cell in row["cells"].split()} == {resolution}
        place = find_hotspot(Reader(town, DESK), row["cell"], chosen("2021-12", "asb_police", HARTLEPOOL))
        assert place is not None and place.name == row["hotspot"]


def test_each_month_is_judged_as_the_map_of_that_month(town: Store) -> None:
    reader = Reader(town, DESK)
    heat = measure_heat(reader, chosen("2021-12", "asb_police", HARTLEPOOL), FINE)
    assert heat.months == tuple(MONTHS)
    for month in (MONTHS[0], MONTHS[13], MONTHS[-1]):
        clusters = find_clusters(reader, chosen(str(month), "asb_police", HARTLEPOOL)).table
        row = heat.months.index(month)
        hot = {cell for cell, is_hot in zip(heat.cells, heat.hot[row], strict=True) if is_hot}
        assert hot == set(clusters.loc[clusters["cluster"] == HOT, "cell"])
        assert heat.scores[row].tolist() == pytest.approx(clusters["z"].astype(float).tolist())


def test_months_after_the_period_do_not_count(town: Store) -> None:
    row = table(town, "2020-06").iloc[0]
    assert (row["hot_months"], row["judged_months"]) == (6, 6)
    assert pd.isna(row["pattern"])
    figure = find_hotspots(Reader(town, DESK), chosen("2020-06", "asb_police", HARTLEPOOL)).joined
    assert any("Too few months are loaded" in str(caveat) for caveat in figure.caveats)
    assert table(town, "2020-10").iloc[0]["pattern"] is not None


def test_without_every_month_there_is_no_hotspot_and_the_reason(town: Store) -> None:
    both = find_hotspots(Reader(town, DESK), chosen("2021-22", "asb_police", HARTLEPOOL))
    assert both.joined.table.empty
    assert both.cells.table["count"].isna().all()
    assert tuple(both.joined.table.columns) == COLUMNS


def test_two_hotspots_of_one_name_are_told_apart_by_their_wards(tmp_path: Path) -> None:
    counts = {("High Street", cell): {"2020-10": 20} for middle in (TOWN, ESTATE) for cell in h3.grid_disk(middle, 1)}
    load(tmp_path / "store", write(tmp_path / "a.csv", counts))
    names = table(open_store(tmp_path / "store"), "2020-10")["hotspot"].tolist()
    assert len(set(names)) == 2
    assert all(name.startswith("High Street (") for name in names)


@pytest.mark.parametrize("role", ["partner", "public"])
def test_only_the_analyst_sees_hotspots(town: Store, role: str) -> None:
    selection, reader = chosen("2021-12", "asb_police", HARTLEPOOL), Reader(town, Viewer(role))  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        find_hotspots(reader, selection)
    with pytest.raises(NotAllowedError):
        find_hotspot(reader, TOWN, selection)
    with pytest.raises(NotAllowedError):
        measure_heat(reader, selection, FINE)
    place = find_hotspot(Reader(town, DESK), TOWN, selection)
    assert place is not None
    with pytest.raises(NotAllowedError):
        count_locations(reader, selection.select_location(place, "2022"))
