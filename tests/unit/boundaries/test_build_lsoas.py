"""Which LSOAs lie in one ward, and the file that is shipped."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.build import HERE
from boundaries.build_lsoas import build_lsoas, format_layers, list_codes, list_facts, main, read_lsoas
from shp_data.domain.boundaries import LSOAS, LSOAS_DRAWN
from shp_data.domain.errors import InputError
from shp_data.setup.outlines import DEGREES, GRID, check_coverage


def boxes(**codes: tuple[float, float]) -> gpd.GeoDataFrame:
    """Boxes of a kilometre from south to north, from and to these kilometres east."""
    outlines = [shapely.box(1000 * west, 0, 1000 * east, 1000) for west, east in codes.values()]
    return gpd.GeoDataFrame({"code": list(codes), "lpa": "Doggerland"}, geometry=outlines, crs=GRID)


CHANGES = pd.DataFrame({"lsoa11_code": ["SAME", "OLD", "OLD", "WAS1", "WAS2", "ELSEWHERE"],
                        "lsoa21_code": ["SAME", "PART1", "PART2", "MERGED", "MERGED", "X"]})  # fmt: skip


def test_an_lsoa_is_in_a_ward_if_all_of_it_is_but_for_the_width_of_a_line() -> None:
    lsoas = boxes(SAME=(0, 1.01), PART1=(1.01, 1.5), PART2=(1.5, 2.1), MERGED=(2.1, 3))
    table = build_lsoas(
        lsoas, CHANGES, boxes(A=(0, 3)), {"1": boxes(W1=(0, 1), W2=(1, 3)), "2": boxes(V1=(0, 2), V2=(2, 3))}
    )
    assert table.fillna("").to_numpy().tolist() == [
        # A hundredth of SAME is over the line; a sixth of PART2, so of OLD too.
        ["MERGED", "Doggerland", "W2", "V2"],
        ["OLD", "Doggerland", "W2", ""],
        ["PART1", "Doggerland", "W2", "V1"],
        ["PART2", "Doggerland", "W2", ""],
        ["SAME", "Doggerland", "W1", "V1"],
        ["WAS1", "Doggerland", "W2", "V2"],
        ["WAS2", "Doggerland", "W2", "V2"],
    ]


def test_an_lsoa_beyond_the_areas_is_refused() -> None:
    with pytest.raises(InputError, match="LSOA SAME: not in one LPA"):
        build_lsoas(boxes(SAME=(0, 2)), CHANGES, boxes(A=(0, 1)), {})


def test_a_code_of_both_years_is_one_area() -> None:
    pairs = list_codes(CHANGES).groupby("code").lsoa21_code.apply(list).to_dict()
    assert pairs["SAME"] == ["SAME"] and pairs["OLD"] == ["PART1", "PART2"] and pairs["PART1"] == ["PART1"]


def test_the_shipped_file_has_the_lsoas_of_both_years() -> None:
    table = pd.read_csv(HERE / "lsoas.csv", dtype=str)
    assert table.code.is_unique
    # The LSOAs of 2021, and those of 2011 that were merged (2) or split (4 and 4).
    expected = {"Hartlepool": 57 + 2, "Middlesbrough": 90 + 4, "Redcar & Cleveland": 88, "Stockton-on-Tees": 124 + 4}
    assert table.lpa.value_counts().to_dict() == expected


# Two LSOAs that share an edge with a bend of 6 metres.
WEST = [(450000, 532000), (450300, 532000), (450306, 532150), (450300, 532300), (450000, 532300)]
EAST = [(450300, 532000), (450600, 532000), (450600, 532300), (450300, 532300), (450306, 532150)]


def write_file(folder: Path, *extra: shapely.Geometry) -> Path:
    """A file of the two LSOAs in WGS84, as ONS names its fields."""
    outlines = [shapely.MultiPolygon([shapely.Polygon(WEST), *extra]), shapely.Polygon(EAST)]
    columns = {"LSOA21CD": ["E01000002", "E01000001"], "LSOA21NM": ["Doggerland 001B", "Doggerland 001A"]}
    frame = gpd.GeoDataFrame(columns, geometry=outlines, crs=GRID).to_crs(DEGREES)
    frame.to_file(folder / "lsoas.geojson")
    return folder / "lsoas.geojson"


def test_a_part_that_rounding_made_a_line_is_dropped(tmp_path: Path) -> None:
    line = shapely.Polygon([(449000, 532000), (449100, 532000), (449000, 532000), (449000, 532000)])
    lsoas = read_lsoas(write_file(tmp_path, line))
    assert lsoas.code.tolist() == ["E01000001", "E01000002"]
    assert lsoas.geometry.iloc[1].geom_type == "Polygon"
    assert lsoas.geometry.iloc[1].area == pytest.approx(90900, rel=1e-4)  # 300 x 300, and a triangle of 300 x 6 / 2


def test_lsoas_that_overlap_are_refused(tmp_path: Path) -> None:
    over_the_edge = shapely.Polygon([(450400, 532100), (450500, 532100), (450500, 532200)])
    with pytest.raises(InputError, match="overlap, or their shared edges do not match"):
        format_layers(read_lsoas(write_file(tmp_path, over_the_edge)), "lsoas.geojson")


def test_a_small_bend_is_in_the_full_outlines_and_not_in_those_for_drawing(tmp_path: Path) -> None:
    lsoas = read_lsoas(write_file(tmp_path)).assign(lpa="Doggerland")
    texts = {name: json.loads(text)["features"] for name, text in format_layers(lsoas, "").items()}
    # Each ring closes with its first point. The bend spans a triangle of 900 square metres: less than 35 squared.
    points = {name: [len(f["geometry"]["coordinates"][0]) for f in features] for name, features in texts.items()}
    assert points == {f"{LSOAS}.geojson": [6, 6], f"{LSOAS_DRAWN}.geojson": [5, 5]}
    assert texts[f"{LSOAS}.geojson"][0]["properties"] == {
        "code": "E01000001", "name": "Doggerland 001A", "lpa": "Doggerland",
    }  # fmt: skip


FACTS = pd.DataFrame({"lsoa21_code": ["A", "B"], "mid2022_persons": [1500, 1200], "imd2025_imd_decile": [1, 10]})
NEIGHBOURHOODS = pd.DataFrame({"msoa21_name": ["Doggerland 001"], "hoc_library_name": ["Old Shore"]})


def test_an_lsoa_has_the_neighbourhood_of_its_msoa() -> None:
    lsoas = pd.DataFrame({"code": ["A", "B"], "name": ["Doggerland 001A", "Doggerland 002A"], "lpa": "Doggerland"})
    assert list_facts(lsoas, FACTS, NEIGHBOURHOODS, "March 2024").to_numpy().tolist() == [
        ["A", "Doggerland 001A", "Old Shore", "Doggerland", "March 2024", 2022, 1500, 1],
        ["B", "Doggerland 002A", "", "Doggerland", "March 2024", 2022, 1200, 10],
    ]


def test_an_lsoa_without_residents_is_refused() -> None:
    lsoas = pd.DataFrame({"code": ["A", "C"], "name": ["Doggerland 001A", "Doggerland 001B"], "lpa": "Doggerland"})
    with pytest.raises(InputError, match="LSOA C: no residents or no decile"):
        list_facts(lsoas, FACTS, NEIGHBOURHOODS, "")


def test_a_fault_writes_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("lsoa21_code\nE01000001\n")
    files = {"--lsoas": write_file(tmp_path), "--changes": facts, "--neighbourhoods": facts, "--folder": tmp_path}
    options = [str(part) for pair in files.items() for part in pair] + ["--residents", "March 2024", str(facts)]
    assert main(options) == 1
    assert "expected a CSV with lsoa11_code and lsoa21_code" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.csv", "lsoas.geojson"]


# --- what is shipped


@pytest.mark.parametrize("layer", [LSOAS, LSOAS_DRAWN])
def test_the_shipped_outlines_have_no_gap_and_no_overlap(layer: str) -> None:
    lsoas = gpd.read_file(HERE / f"{layer}.geojson")
    assert len(lsoas) == 359
    check_coverage(lsoas.geometry.to_numpy(), list(lsoas.name), [], layer, DEGREES)  # type: ignore[arg-type]


def test_what_is_shipped_for_drawing_is_small() -> None:
    assert len(gzip.compress((HERE / f"{LSOAS_DRAWN}.geojson").read_bytes())) < 250_000


def test_the_shipped_lsoas_add_up_to_the_authorities_of_the_same_edition() -> None:
    """By ONS's authority figures of mid-2022 in the edition of March 2024."""
    table = pd.read_csv(HERE / f"{LSOAS}.csv")
    expected = {
        "Hartlepool": 93861, "Middlesbrough": 148285, "Redcar & Cleveland": 137175, "Stockton-on-Tees": 199966,
    }  # fmt: skip
    assert table.groupby("lpa").population.sum().to_dict() == expected
    assert set(table.imd2025_decile) == set(range(1, 11))
    assert (table.neighbourhood != "").all()
    assert set(table.code) == set(gpd.read_file(HERE / f"{LSOAS}.geojson").code)
