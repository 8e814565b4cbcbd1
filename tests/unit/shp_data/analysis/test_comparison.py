"""The areas side by side, as the paper prints them."""

from __future__ import annotations

import pytest
from helpers.stores import DESK, chosen

from shp_data.analysis.comparison import compare_lpas
from shp_data.domain.partnership import partnership
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store


@pytest.mark.parametrize("areas", [(), ("Hartlepool",)])
def test_the_published_table_whatever_area_is_selected(areas: tuple[str, ...]) -> None:
    figure = compare_lpas(Reader(open_store(prepare_sample_store()), DESK), chosen("2020-21-Q3", "asb_police", *areas))
    table = figure.table.set_index("lpa")
    assert tuple(table.index) == partnership().areas.lpa_names
    columns = ["count", "last_year", "difference", "pct_difference", "rate_per_1000", "rate_last_year"]
    found = table[columns].astype(float).round({"pct_difference": 0, "rate_per_1000": 1, "rate_last_year": 1})
    assert found.loc["Hartlepool"].tolist() == [1246, 896, 350, 39, 13.3, 9.6]
    assert found["count"].tolist() == [1246, 2478, 1762, 2425]
    assert found["difference"].tolist() == [350, 594, 355, 702]
    assert found["pct_difference"].tolist() == [39, 32, 25, 41]
    assert table["population"]["Hartlepool"] == 93_663
    assert figure.synthetic
