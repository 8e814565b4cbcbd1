"""The areas side by side, as the paper prints them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, incidents, load

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


def test_last_year_is_over_the_residents_of_the_same_edition(tmp_path: Path) -> None:
    """Equal counts in 2020-21 and 2021-22: the rate changes as the residents of one edition do, by 2 in 1,000.

    Across editions (93,663 before the census, 92,202 after it) it would rise by 1.6 %.
    """
    load(tmp_path / "store", incidents(tmp_path / "a.csv", {"2019-10": 50, "2020-10": 50, "2021-10": 50}))
    reader = Reader(open_store(tmp_path / "store"), DESK)
    figure = compare_lpas(reader, chosen("2021-10", "asb_police"))
    row = figure.table.set_index("lpa").loc["Hartlepool"]
    assert (row["count"], row["last_year"], row["population"]) == (50, 50, 92_202)
    assert row["rate_per_1000"] == pytest.approx(50_000 / 92_202)
    assert row["rate_last_year"] == pytest.approx(50_000 / 92_401)
    assert row["rate_per_1000"] / row["rate_last_year"] == pytest.approx(92_401 / 92_202)
    assert (row["rate_ratio"], row["verdict"]) == (1, "no clear change")  # a change is that of the counts
    text = "Rates are per 1,000 residents: mid-2019 and mid-2020 estimates, ONS edition of July 2025."
    assert text in figure.caveats
    # The rate of 2020-21 alone is over the residents as then published.
    alone = compare_lpas(reader, chosen("2020-10", "asb_police"))
    assert alone.table.set_index("lpa")["rate_per_1000"]["Hartlepool"] == pytest.approx(50_000 / 93_663)
    text = "Rates are per 1,000 residents: mid-2018 and mid-2019 estimates, ONS edition before Census 2021."
    assert text in alone.caveats
    # 2018-19 is not loaded, so there is no rate of last year to name residents for.
    first = compare_lpas(reader, chosen("2019-10", "asb_police"))
    assert "Rates are per 1,000 residents: mid-2018 estimate, ONS edition before Census 2021." in first.caveats
