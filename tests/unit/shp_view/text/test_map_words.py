"""The message over the ward map: it speaks of what the colours show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from shp_data.analysis.lsoas import DeprivedShares
from shp_data.domain.periods import parse_period
from shp_view.text.map_words import (
    MEASURES,
    Measure,
    explain_deprivation,
    explain_grey_map,
    list_columns,
    write_map_title,
)

QUARTER = parse_period("2020-21-Q3")
TABLE = pd.DataFrame(
    {
        "ward": ["A", "B", "C", "D"],
        "lpa": ["X", "X", "X", "X"],
        "count": pd.array([40, 30, 20, 10], "Int64"),
        "difference": pd.array([5, 12, 12, -20], "Int64"),
        "share": [40.0, 30.0, 20.0, 10.0],
        "rate_per_1000": [2.0, 9.0, 1.0, 0.5],
        "verdict": ["no clear change", "clear increase", "no clear change", "clear decrease"],
    }
)


def title(measure: Measure, **columns: Any) -> str:
    return write_map_title(TABLE.assign(**columns), measure, "fires", QUARTER)


def test_rates_and_counts() -> None:
    assert title("rate_per_1000") == "B had the highest rate of fires: 9.0 per 1,000 residents"
    assert title("count") == "A had the most fires: 40, of 100"
    assert title("count", count=pd.array([8, 8, 1, 0], "Int64")) == "A and B had the most fires: 8 each, of 17"
    assert title("count", count=pd.array([0] * 4, "Int64")) == "Fires: none were recorded in any ward"
    assert title("share", count=pd.array([None] * 4, "Int64")) == "Fires by ward: not available"


def test_a_map_of_one_ward_has_none_to_rank_it_among() -> None:
    one = TABLE.iloc[:1]
    assert write_map_title(one, "count", "fires", QUARTER) == "A had 40 fires, of 40"
    assert write_map_title(one, "rate_per_1000", "fires", QUARTER) == "A had a rate of fires of 2.0 per 1,000 residents"


def test_shares_name_the_fewest_wards_that_hold_half() -> None:
    assert title("share") == "A and B had 70% of the fires"
    assert title("share", share=[50.0, 30.0, 20.0, 0.0]) == "A had 50% of the fires"
    many = pd.concat([TABLE.assign(share=10.0, ward=[f"{name}{n}" for name in "ABCD"]) for n in (1, 2, 3)])
    assert write_map_title(many, "share", "fires", QUARTER) == "5 of 12 wards had 50% of the fires"


def test_changes_and_verdicts() -> None:
    assert (
        title("difference") == "B and C had the largest rise in fires: 12 more each than in the same quarter last year"
    )
    fell = pd.array([0, -1, -3, 0], "Int64")
    assert title("difference", difference=fell) == (
        "C had the largest fall in fires: 3 fewer than in the same quarter last year"
    )
    same = pd.array([0] * 4, "Int64")
    assert (
        title("difference", difference=same) == "Fires: the same number in every ward as in the same quarter last year"
    )
    assert title("verdict") == (
        "Fires: clear increase in B; clear decrease in D, compared with the same quarter last year"
    )
    assert title("verdict", verdict="no clear change") == (
        "Fires: no clear change in any ward, compared with the same quarter last year"
    )


def test_where_there_is_no_last_year_the_title_and_a_note_say_so() -> None:
    none = {"difference": pd.array([None] * 4, "Int64"), "verdict": None}
    assert title("difference", **none) == "Fires by ward: no comparison with the same quarter last year"
    assert title("verdict", **none) == "Fires: no comparison with the same quarter last year"
    table = TABLE.assign(**none)
    assert explain_grey_map(table, "difference") == (
        "No ward is coloured: “Change on last year” is not available in this period."
    )
    assert explain_grey_map(table, "count") == ""


def test_what_is_drawn_stands_in_the_table_beside_it() -> None:
    for measure in MEASURES:
        assert measure in list_columns(measure)
        assert len(list_columns(measure)) == 5


def test_records_near_no_ward_are_no_ward_but_count() -> None:
    other = TABLE.iloc[:1].assign(ward="(unplaced)", lpa="", count=pd.array([60], "Int64"), rate_per_1000=None)
    both = pd.concat([TABLE, other], ignore_index=True)
    assert write_map_title(both, "count", "fires", QUARTER) == "A had the most fires: 40, of 160"


def test_another_period_is_named_in_the_titles_and_stands_in_the_table() -> None:
    before = parse_period("2020-21-Q2")
    assert write_map_title(TABLE, "difference", "fires", QUARTER, before).endswith(
        "than in 2020-21 Q2 (Jul to Sep 2020)"
    )
    assert write_map_title(TABLE, "verdict", "fires", QUARTER, before).endswith(
        "compared with 2020-21 Q2 (Jul to Sep 2020)"
    )
    assert write_map_title(TABLE, "verdict", "fires", QUARTER, QUARTER.last_year).endswith("the same quarter last year")
    assert "other_period" in list_columns("count", before)
    assert "other_period" not in list_columns("count")


def lsoa_title(measure: Measure, **columns: Any) -> str:
    table = TABLE.rename(columns={"ward": "lsoa_name"}).assign(imd2025_decile=[1, 1, 4, 10], **columns)
    return write_map_title(table, measure, "fires", QUARTER, zone="LSOA")


def test_the_map_of_lsoas_speaks_of_lsoas() -> None:
    assert lsoa_title("rate_per_1000") == "B had the highest rate of fires: 9.0 per 1,000 residents"
    assert lsoa_title("count", count=pd.array([0] * 4, "Int64")) == "Fires: none were recorded in any LSOA"
    assert lsoa_title("share", share=[25.0] * 4) == "A and B had 50% of the fires"
    assert lsoa_title("verdict", verdict="no clear change") == (
        "Fires: no clear change in any LSOA, compared with the same quarter last year"
    )
    assert lsoa_title("imd2025_decile") == "2 of 4 LSOAs are in the most deprived tenth of England"
    grey = TABLE.assign(rate_per_1000=None)
    assert explain_grey_map(grey, "rate_per_1000", "LSOA").startswith("No LSOA is coloured:")
    assert list_columns("imd2025_decile", None, "LSOA") == (
        "lsoa_name", "imd2025_decile", "count", "difference", "verdict",
    )  # fmt: skip


def test_one_sentence_on_how_incidents_spread_over_deprivation() -> None:
    assert explain_deprivation(DeprivedShares(74.6, 42.4), "fires", "Anytown") == (
        "The LSOAs of Anytown in the most deprived tenth of England have 42% of the residents and 75% of the fires "
        "that are placed in an LSOA."
    )
    assert explain_deprivation(DeprivedShares(None, None), "fires", "Anytown") == ""
