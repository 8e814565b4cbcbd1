"""Hexagons: all of an area, every incident in one or said to be in none, hot and cold only where tested."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h3
import pandas as pd
import pytest
import shapely
from helpers.stores import DESK, chosen, incidents, load

from shp_data.analysis.context import name_area
from shp_data.analysis.places.cells import COARSE, COLD, COLUMNS, FINE, FINEST, HOT, NEITHER, find_cell, find_clusters
from shp_data.analysis.places.places import list_locations
from shp_data.domain import boundaries
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.figure import Coverage
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader, list_records
from shp_data.store.version import Store, open_store

QUARTER = "2020-21-Q3"


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def victoria() -> str:
    return next(w.code for w in partnership().areas.list_wards("2020", "Hartlepool") if w.name == "Victoria")


def grown(path: Path, places: list[tuple[str, float, float, int]], months: tuple[str, ...] = ("2020-10",)) -> Path:
    """A file of so many incidents in each month at each place: name, longitude, latitude, number."""
    rows = [
        f"{month},asb_police,{name},{longitude},{latitude}"
        for month in months
        for name, longitude, latitude, number in places
        for _ in range(number)
    ]
    path.write_text("date,indicator,location,longitude,latitude\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_every_incident_is_in_the_cell_of_its_coordinates(sample: Store) -> None:
    selection = chosen(QUARTER, "asb_police", "Hartlepool")
    table = find_clusters(Reader(sample, DESK), selection).table
    assert tuple(table.columns) == COLUMNS
    assert table["count"].sum() == 1246  # as published
    found = list_records(Reader(sample, DESK), selection)
    plain: dict[str, int] = {}
    for latitude, longitude in zip(found["latitude"], found["longitude"], strict=True):
        cell = h3.latlng_to_cell(latitude, longitude, FINE)
        plain[cell] = plain.get(cell, 0) + 1
    assert {c: n for c, n in zip(table["cell"], table["count"], strict=True) if n} == plain
    before = find_clusters(Reader(sample, DESK), chosen("2019-20-Q3", "asb_police", "Hartlepool")).table
    assert table["last_year"].tolist() == before["count"].tolist()


def test_the_cells_cover_the_area_with_or_without_incidents(sample: Store) -> None:
    table = find_clusters(Reader(sample, DESK), chosen(QUARTER, "drugs_supply", "Hartlepool")).table
    outlines = [shapely.Polygon([(lng, lat) for lat, lng in h3.cell_to_boundary(cell)]) for cell in table["cell"]]
    features = boundaries.read_layer(boundaries.LPAS)["features"]
    area = next(shapely.geometry.shape(f["geometry"]) for f in features if f["properties"]["name"] == "Hartlepool")
    assert all(outline.intersects(area) for outline in outlines)
    assert area.difference(shapely.union_all(outlines)).area < area.area * 1e-6
    assert (table["count"] == 0).sum() > 1000
    middles = [h3.cell_to_latlng(cell) for cell in table["cell"]]
    assert table["latitude"].tolist() == pytest.approx([latitude for latitude, _ in middles], abs=1e-6)
    assert table["longitude"].tolist() == pytest.approx([longitude for _, longitude in middles], abs=1e-6)


def test_cells_have_the_size_selected_or_else_the_middle_one(sample: Store) -> None:
    def resolution(table: pd.DataFrame) -> set[int]:
        return {h3.get_resolution(cell) for cell in table["cell"]}

    region, area = chosen(QUARTER), chosen(QUARTER, "asb_police", "Hartlepool")
    ward = replace(region, ward=victoria(), vintage="2020")
    for selection in (region, area, ward):
        assert resolution(find_clusters(Reader(sample, DESK), selection).table) == {FINE}
    for size in (COARSE, FINE, FINEST):
        assert resolution(find_clusters(Reader(sample, DESK), area, size).table) == {size}
    with pytest.raises(SelectionError, match="unknown resolution '15'; valid: 8, 9, 10"):
        find_clusters(Reader(sample, DESK), chosen(QUARTER), 15)


def test_a_ward_counts_its_own_incidents_alone(sample: Store) -> None:
    ward = replace(chosen(QUARTER), ward=victoria(), vintage="2020")
    shown = find_clusters(Reader(sample, DESK), ward)
    assert shown.table["count"].sum() == len(list_records(Reader(sample, DESK), ward))
    assert any(f"only {len(shown.table)} hexagons" in caveat for caveat in shown.caveats)


def test_a_cluster_is_hot_and_lone_counts_are_not(tmp_path: Path) -> None:
    middle = h3.latlng_to_cell(54.6862, -1.2129, FINE)
    near = [(f"Near {n}", *h3.cell_to_latlng(cell)[::-1], 20) for n, cell in enumerate(h3.grid_disk(middle, 1))]
    lone = ("Lone", *h3.cell_to_latlng(h3.latlng_to_cell(54.6600, -1.2400, FINE))[::-1], 20)
    load(tmp_path / "store", grown(tmp_path / "a.csv", [*near, lone]))
    table = find_clusters(
        Reader(open_store(tmp_path / "store"), DESK), chosen("2020-10", "asb_police", "Hartlepool")
    ).table
    state = dict(zip(table["cell"], table["cluster"], strict=True))
    assert {state[cell] for cell in h3.grid_disk(middle, 1)} == {HOT}
    assert state[h3.latlng_to_cell(54.6600, -1.2400, FINE)] == NEITHER
    assert COLD not in set(state.values())


def test_a_quiet_spot_where_incidents_are_common_is_cold(tmp_path: Path) -> None:
    quiet = h3.grid_disk(h3.latlng_to_cell(54.6862, -1.2129, FINE), 2)
    grid = h3.grid_disk(quiet[0], 60)
    places = [("Street", *h3.cell_to_latlng(cell)[::-1], 1 if cell in quiet else 5 + n % 3) for n, cell in
              enumerate(grid)]  # fmt: skip
    load(tmp_path / "store", grown(tmp_path / "a.csv", places))
    table = find_clusters(
        Reader(open_store(tmp_path / "store"), DESK), chosen("2020-10", "asb_police", "Hartlepool")
    ).table
    cold = set(table.loc[table["cluster"] == COLD, "cell"])
    assert quiet[0] in cold


def test_incidents_in_no_cell_are_counted_in_a_caveat(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "date,indicator,longitude,latitude\n"
        "2020-10,asb_police,-1.2129,54.6862\n2020-10,asb_police,,\n2020-10,asb_police,-1.08,53.96\n",
        encoding="utf-8",
    )
    load(tmp_path / "store", path)
    store = open_store(tmp_path / "store")
    shown = find_clusters(Reader(store, DESK), chosen("2020-10"))
    assert shown.table["count"].sum() == 1
    assert any(caveat.startswith("2 of the incidents have no coordinates") for caveat in shown.caveats)
    placed = find_clusters(Reader(store, DESK), chosen("2020-10", "asb_police", "Hartlepool"))
    assert not any("in no hexagon" in caveat for caveat in placed.caveats if isinstance(caveat, str))
    assert Coverage("partly unplaced", ("asb_police",), share=1 / 3) in placed.caveats


def test_what_rests_on_a_month_that_is_not_loaded_is_missing(tmp_path: Path) -> None:
    load(tmp_path / "store", incidents(tmp_path / "a.csv", {"2020-10": 30}))
    store = open_store(tmp_path / "store")
    loaded = find_clusters(Reader(store, DESK), chosen("2020-10")).table
    assert loaded["last_year"].isna().all()
    assert loaded["count"].notna().all()
    table = find_clusters(Reader(store, DESK), chosen(QUARTER)).table
    assert table[["count", "last_year", "z", "p_value", "cluster"]].isna().all().all()
    assert len(table) == len(loaded)


def test_no_incident_at_all_is_no_cluster(sample: Store) -> None:
    ward = next(w.code for w in partnership().areas.list_wards("2020", "Hartlepool") if w.name == "Fens and Rossmere")
    shown = find_clusters(
        Reader(sample, DESK), replace(chosen(QUARTER, "drugs_supply"), ward=ward, vintage="2020")
    ).table
    assert shown["count"].sum() == 0
    assert set(shown["cluster"]) == {NEITHER}
    assert shown["z"].isna().all()


def test_an_area_without_a_boundary_has_no_cells(sample: Store) -> None:
    with pytest.raises(SelectionError, match="has no boundary"):
        find_clusters(Reader(sample, DESK), chosen(QUARTER, "asb_police", UNPLACED))


def test_a_role_that_may_not_see_records_sees_no_cells(sample: Store) -> None:
    with pytest.raises(NotAllowedError):
        find_clusters(Reader(sample, Viewer("public")), chosen(QUARTER))  # type: ignore[arg-type]


def test_each_cell_names_the_ward_of_the_area_that_its_centre_is_in_or_nearest_to(sample: Store) -> None:
    table = find_clusters(Reader(sample, DESK), chosen(QUARTER, "asb_police", "Hartlepool")).table
    assert set(table["lpa"]) == {"Hartlepool"}  # though cells on the edge reach into the next LPA
    features = boundaries.read_layer(boundaries.name_ward_layer("2020"))["features"]
    shapes = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    centres = shapely.points(table["longitude"], table["latitude"])
    inside = [shapes[code].contains(centre) for code, centre in zip(table["code"], centres, strict=True)]
    assert sum(inside) > 0.9 * len(table)
    for code, centre, within in zip(table["code"], centres, inside, strict=True):
        others = [c for c in set(table["code"]) if shapes[c].contains(centre)]
        assert others == ([code] if within else [])


def test_the_records_of_a_hexagon_are_those_that_it_counts(sample_cells):
    store, chosen_, table = sample_cells
    for row in table.sort_values("count", ascending=False).head(5).to_dict("records"):
        place = find_cell(Reader(store, DESK), row["cell"], "2020")
        assert place is not None and place.cell == row["cell"]
        inside = chosen_.select_location(place, "2020")
        assert len(list_records(Reader(store, DESK), inside)) == row["count"] > 0
        assert name_area(inside) == place.name
        assert place.name.startswith("a hexagon in ")


def test_what_is_no_hexagon_with_records_is_none(sample_cells):
    store, _, table = sample_cells
    empty = next(cell for cell in table.loc[table["count"] == 0, "cell"] if not _known(store, cell))
    for words in ("", "-1.2,54.6", "fffffffffffffff", "85283473fffffff", empty):
        assert find_cell(Reader(store, DESK), words, "2020") is None


def test_partners_see_no_hexagon(sample_cells):
    store, _, table = sample_cells
    with pytest.raises(NotAllowedError):
        find_cell(Reader(store, Viewer("partner")), table["cell"].iloc[0], "2020")


def _known(store, cell):
    points = list_locations(Reader(store, DESK), "2020", ()).points
    at = zip(points["latitude"], points["longitude"], strict=True)
    return any(h3.latlng_to_cell(*one, h3.get_resolution(cell)) == cell for one in at)


@pytest.fixture(scope="module")
def sample_cells():
    store, asked = open_store(prepare_sample_store()), chosen("2020-21-Q3", "asb_police", "Hartlepool")
    return store, asked, find_clusters(Reader(store, DESK), asked).table
