"""docs/speed.md says what was measured, and the made-up months of the growth run are what they claim to be."""

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import speed
from benchmarks.synthetic import Maker, make_code, name_area, shift, write_partnership
from shp_data.domain import settings
from shp_data.domain.partnership import read_partnership
from shp_data.domain.periods import Month


def test_the_page_says_what_was_measured() -> None:
    assert speed.PAGE.read_text(encoding="utf-8") == speed.build_page(), "write it anew: python -m benchmarks.speed"


def test_another_measure_is_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    told, kept = speed.build_page(), {name: speed.read_measures(name) for name in ("growth", "asking")}
    kept["growth"]["loads"][0]["rows"] += 1
    read = speed.read_measures
    monkeypatch.setattr(speed, "read_measures", lambda name: kept.get(name) or read(name))
    assert speed.build_page() != told


def test_a_made_up_partnership_has_the_areas_and_wards_of_each_tile_elsewhere(tmp_path: Path) -> None:
    made = read_partnership(write_partnership(tmp_path / "P", 3)).areas
    own = read_partnership(settings.find_partnership_file()).areas
    assert made.lpa_names == (*own.lpa_names, *(name_area(name, tile) for tile in (1, 2) for name in own.lpa_names))
    for vintage, wards in own.wards.items():
        assert made.wards[vintage].keys() == {make_code(code, tile) for code in wards for tile in range(3)}
    first, moved = (
        next(
            feature["geometry"]["coordinates"]
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
            if feature["properties"]["name"] == name
        )
        for path, name in (
            (settings.find_boundaries_dir() / "lpas.geojson", "Hartlepool"),
            (tmp_path / "P" / "boundaries" / "lpas.geojson", "Hartlepool 02"),
        )
    )
    assert _first_point(moved) == pytest.approx([a + b for a, b in zip(_first_point(first), shift(2), strict=True)])
    with (tmp_path / "P" / "boundaries" / "populations.csv").open(encoding="utf-8", newline="") as file:
        levels = Counter(row["name"] for row in csv.DictReader(file) if row["level"] == "lpa")
    assert levels["Hartlepool 02"] == levels["Hartlepool"] > 0


def _first_point(part: list) -> list[float]:
    return part if isinstance(part[0], float) else _first_point(part[0])


def test_a_made_up_month_has_its_rows_ids_for_all_but_asb_and_places_of_its_tiles(tmp_path: Path) -> None:
    drawn = pa.table(
        {
            "Longitude": [-1.2, None],
            "Latitude": [54.6, None],
            "Location": ["On or near Park", "No Location"],
            "Crime type": ["Anti-social behaviour", "Burglary"],
        }
    )
    path = Maker(drawn, 500).write(tmp_path, Month(2020, 4), 1)
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 1000
    assert {row["Falls within"] for row in rows} == {"Force 01"}
    assert {row["Longitude"] for row in rows} == {None, *(round(-1.2 + shift(tile)[0], 6) for tile in (2, 3))}
    assert all((row["Crime ID"] is None) == (row["Crime type"] == "Anti-social behaviour") for row in rows)
    ids = [row["Crime ID"] for row in rows if row["Crime ID"]]
    assert {len(id_) for id_ in ids} == {64}
    assert len(set(ids)) == len(ids) > 300
