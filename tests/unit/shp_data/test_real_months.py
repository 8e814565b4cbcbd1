"""Eighteen real months of data.police.uk, counted a second way."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from helpers.stores import DESK, load, opened

from shp_data.analysis.measures import count_by_field
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.domain.settings import find_boundaries_dir
from shp_data.store.completeness import EVERYWHERE, SpecialMonths, count_by_area, judge_completeness
from shp_data.store.files.manifest import Load
from shp_data.store.reading import Reader
from shp_data.store.version import Store

ASB = "Anti-social behaviour"


@pytest.fixture(scope="module")
def zips(real_data: Path) -> list[Path]:
    return sorted((real_data / "police_uk").glob("*.zip"))


@pytest.fixture(scope="module")
def loaded(zips: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Load, Store]:
    root = tmp_path_factory.mktemp("real") / "S"
    return load(root, *zips, source=None), opened(root)


@pytest.fixture(scope="module")
def raw(zips: list[Path]) -> gpd.GeoDataFrame:
    """The raw files as they are, each record as a point."""
    tables = []
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith("-street.csv")]
            tables += [pd.read_csv(io.BytesIO(archive.read(name))) for name in names]
    table = pd.concat(tables, ignore_index=True)
    points = gpd.points_from_xy(table["Longitude"], table["Latitude"], crs=4326)
    return gpd.GeoDataFrame(table[["Month", "Crime type"]], geometry=points)


def selection(store: Store, vintage: str | None = None) -> Selection:
    months = store.list_months()
    return partnership().select(store.list_indicators(), Period(months[0], months[-1]), vintage=vintage)


def test_rows_add_up(loaded: tuple[Load, Store], raw: gpd.GeoDataFrame) -> None:
    result, store = loaded
    found = result.tally
    assert found.read == len(raw) == 144_397
    assert found.read == found.accepted + found.duplicates + found.rejected
    for file in result.files:
        assert file.status == "loaded"
        assert sum(t.read for t in file.by_indicator.values()) == file.tally.read
    asb = sum(file.by_indicator["asb_police"].accepted for file in result.files)
    assert asb == (raw["Crime type"] == ASB).sum() == 36_598  # no identical row is removed
    assert sum(store.coverage.values()) == found.accepted


def test_counts_are_those_of_a_plain_count_of_the_raw_files(loaded: tuple[Load, Store], raw: gpd.GeoDataFrame) -> None:
    result, store = loaded
    lpas = gpd.read_file(find_boundaries_dir() / "lpas.geojson")[["name", "geometry"]]
    placed = raw.sjoin(lpas, how="left", predicate="intersects")
    placed = placed[~placed.index.duplicated()]
    names = placed["name"].where(placed["name"].notna(), "(outside)").mask(raw.geometry.is_empty, "(unplaced)")
    ids = raw["Crime type"].map(partnership().suppliers["police.uk"].categories)
    plain = placed.groupby([names, raw["Month"], ids]).size()
    table = count_by_field(Reader(store, DESK), selection(store), ["lpa", "month", "indicator"])
    ours = table.set_index(["lpa", "month", "indicator"])["count"]
    assert ours[ours > 0].to_dict() == plain.to_dict()
    every = {(lpa, month, id_) for lpa in lpas["name"] for month in raw["Month"].unique() for id_ in ids.unique()}
    assert every <= set(ours.index)  # zeros too
    assert ours.sum() == result.tally.accepted


def test_few_records_lie_elsewhere_by_the_reference_boundaries(raw: gpd.GeoDataFrame, reference: Path) -> None:
    full = gpd.read_file(reference / "boundaries" / "lads_LAD20_cleveland.geojson")
    full["name"] = full["lad_name"].map(partnership().areas.find_lpa)
    ours = gpd.read_file(find_boundaries_dir() / "lpas.geojson")
    places = [raw.sjoin(layer[["name", "geometry"]], how="left")["name"].fillna("(outside)") for layer in (ours, full)]
    one, other = (place[~place.index.duplicated()] for place in places)
    assert (one != other).sum() <= 50


@pytest.mark.parametrize("vintage", ["2020", "2022", "2025"])
def test_wards_add_up_to_their_area_in_every_vintage(loaded: tuple[Load, Store], vintage: str) -> None:
    _, store = loaded
    wards = count_by_field(Reader(store, DESK), selection(store, vintage), ["lpa", "ward"])
    lpas = count_by_field(Reader(store, DESK), selection(store, vintage), ["lpa"])
    assert wards.groupby("lpa")["count"].sum().to_dict() == lpas.set_index("lpa")["count"].to_dict()
    names = {(ward.lpa, ward.name) for ward in partnership().areas.wards[vintage].values()}
    assert names <= set(zip(wards["lpa"], wards["ward"], strict=True))


def test_lsoas_and_records_in_none_add_up_to_their_area(loaded: tuple[Load, Store]) -> None:
    """In every month and indicator, and by LPA."""
    _, store = loaded
    fields = ["lpa", "month", "indicator"]
    lsoas = count_by_field(Reader(store, DESK), selection(store), [*fields, "lsoa"])
    lpas = count_by_field(Reader(store, DESK), selection(store), fields)
    sums = lsoas.groupby(fields)["count"].sum()
    assert sums.to_dict() == lpas.set_index(fields)["count"].to_dict()
    assert sums.sum() == sum(store.coverage.values())
    assert set(partnership().areas.lsoas) <= set(lsoas["lsoa"])
    in_none = lsoas[~lsoas["lsoa"].str.startswith("E01")]
    assert set(in_none["lpa"]) <= {"(outside)", "(unplaced)"}  # every record in an area is in one of its LSOAs


def test_lsoas_are_those_of_a_point_in_polygon_in_the_reference_outlines(
    loaded: tuple[Load, Store], raw: gpd.GeoDataFrame, reference: Path
) -> None:
    """By geopandas, in ONS's outlines as they are, but for a few points on the border of two areas.

    43 records are at the point 2 metres from the border of Middlesbrough and Redcar & Cleveland, which the LSOAs of
    2021 draw on its other side: a record is in an LSOA of its area. One more is at another point of that kind.
    """
    _, store = loaded
    full = gpd.read_file(reference / "boundaries" / "lsoa_LSOA21_cleveland.geojson")[["lsoa21_code", "geometry"]]
    placed = raw.sjoin(full, how="left", predicate="intersects")
    placed = placed[~placed.index.duplicated()]
    plain = placed.groupby("lsoa21_code").size()
    table = count_by_field(Reader(store, DESK), selection(store), ["lsoa"]).set_index("lsoa")["count"]
    codes = list(partnership().areas.lsoas)
    different = (table[codes] - plain.reindex(codes).fillna(0)).abs()
    assert different.sum() == 2 * (43 + 1), different[different > 0]


def test_the_same_months_again_are_nothing_new(loaded: tuple[Load, Store], zips: list[Path]) -> None:
    _, store = loaded
    again = load(store.layout.root, *zips, source=None)
    assert {file.status for file in again.files} == {"already_loaded"}
    assert opened(store.layout.root).version == store.version


def test_no_complete_month_is_in_question(loaded: tuple[Load, Store]) -> None:
    assert loaded[1].completeness.list_doubtful() == ()


@pytest.fixture(scope="module")
def loaded_2023(real_data_2023: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("real") / "S"
    load(root, *sorted(real_data_2023.glob("*.zip")), source=None)
    return opened(root)


def test_no_complete_month_of_2023_and_2024_is_in_question(loaded_2023: Store) -> None:
    assert len(loaded_2023.list_months()) == 24
    assert loaded_2023.completeness.list_doubtful() == ()


def test_a_tenth_of_a_real_month_is_in_question(loaded_2023: Store) -> None:
    """Every tenth record of December 2024 instead of all: one question for each of the larger indicators."""
    counts = count_by_area(loaded_2023._counts_sql)
    lpas = (*partnership().areas.lpa_names, EVERYWHERE)
    available = {
        (id_, lpa): {str(m) for m in loaded_2023.list_months([id_])}
        for id_ in loaded_2023.list_indicators()
        for lpa in lpas
    }
    for series in counts.values():
        if "2024-12" in series:
            series["2024-12"] = series["2024-12"]._replace(records=series["2024-12"].records // 10)
    doubtful = judge_completeness(counts, available, (), SpecialMonths()).list_doubtful()
    areas = {month.counted.indicator: month.counted.area for month in doubtful}
    assert {month.counted.month for month in doubtful} == {"2024-12"}
    assert areas["asb_police"] == areas["violence_sexual_offences"] == areas["shoplifting"] == EVERYWHERE
    assert len(areas) >= 10
