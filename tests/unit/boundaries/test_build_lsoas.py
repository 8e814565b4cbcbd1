"""Which LSOAs lie in one ward, and the file that is shipped."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.build import HERE
from boundaries.build_lsoas import build_lsoas, list_codes
from shp_data.domain.errors import InputError
from shp_data.setup.outlines import GRID


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
