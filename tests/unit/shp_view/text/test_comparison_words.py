"""Ranks and intervals in words, and what the charts of the Comparison page say."""

from __future__ import annotations

import pandas as pd
import pytest
from helpers.view_figures import figure, lpas

from shp_data.domain.periods import parse_period
from shp_view.text import comparison_words as words


@pytest.mark.parametrize(
    ("low", "high", "of", "said"),
    [
        (2, 3, 4, "second to third of four"),
        (1, 1, 4, "first of four"),
        (10, 11, 11, "tenth to 11th of 11"),
        (12, 23, 83, "12th to 23rd of 83"),
        (21, 32, 112, "21st to 32nd of 112"),
        (111, 112, 112, "111th to 112th of 112"),
        (1, 1, 1, "only one"),
        (pd.NA, pd.NA, 4, "not available"),
    ],
)
def test_ranks_in_words(low, high, of, said) -> None:
    assert words.format_rank_range(low, high, of) == said


def test_intervals_in_words() -> None:
    assert words.format_interval(12.574, 14.063) == "12.6 to 14.1"
    assert words.format_interval(None, None) == "not available"


def test_the_table_says_the_rank_among_those_that_have_one() -> None:
    table = words.add_range_texts(lpas()).table
    assert table["rank"].tolist()[2] == "not available"
    assert all(said.endswith(" of three") for said in table["rank"].drop(2))
    assert table["interval"].tolist()[0] == "12.4 to 14.3"  # 1,246 of dispersion 1.67


def test_the_alternative_text_of_rates_names_every_place_with_its_interval() -> None:
    told = words.describe_rates(lpas())
    assert "Hartlepool 13.3 (12.4 to 14.3, second to third of three, last year 9.6)" in told
    assert "Redcar & Cleveland not available (last year 10.3)" in told
    assert words.describe_rates(figure(lpas().table.iloc[:0])) == "No figure is available to draw."


def test_the_alternative_text_of_the_funnel_says_who_is_beyond_which_limit() -> None:
    told = words.describe_funnel(lpas())
    assert "3 areas. Average of all areas" in told
    named = lpas().table.dropna(subset=["funnel"])
    assert all(name in told for name in named["lpa"])
    assert words.describe_funnel(figure(lpas().table.iloc[2:3])) == "No figure is available to draw."


def test_the_change_in_words_and_its_alternative_text() -> None:
    table = lpas().table.assign(
        rate_ratio=[1.38, 0.5, None, 1.0], low=[1.17, 0.25, None, 0.8], high=[1.64, None, None, 1.25],
        verdict=["clear increase", "clear decrease", None, "no clear change"],
    )  # fmt: skip
    said = words.add_range_texts(figure(table)).table
    assert said["change_interval"].tolist()[:3] == ["+17% to +64%", "−75% to no limit", "not available"]
    # Without a p-value the interval is not the viewer's to see, and is no interval without limits.
    hidden = figure(table.assign(p_value=None, low=None, high=None))
    assert set(words.add_range_texts(hidden).table["change_interval"]) == {"not available"}
    assert "Hartlepool +38% (clear increase)" in words.describe_changes(hidden)
    assert words.format_change_interval(0.15, 694.84) == "−85% to over +1,500%"
    told = words.describe_changes(figure(table))
    assert "Hartlepool +38% (+17% to +64%, clear increase)" in told
    assert "Redcar" not in told
    assert words.describe_changes(figure(table.iloc[2:3])) == "No figure is available to draw."


def test_the_title_of_change_names_who_changed() -> None:
    quarter = parse_period("2020-21-Q3")
    assert words.build_change_title(lpas().table, "lpa", "fires", quarter) == (
        "Fires: clear increase in Hartlepool; clear decrease in Middlesbrough, compared with the same quarter last year"
    )
    possible = lpas().table.assign(verdict=["possible decrease", "clear increase", None, "clear increase"])
    assert words.build_change_title(possible, "lpa", "fires", quarter).startswith(
        "Fires: clear increase in Middlesbrough and Stockton-on-Tees; possible decrease in Hartlepool, compared"
    )
    same = lpas().table.assign(verdict="no clear change")
    assert words.build_change_title(same, "lpa", "fires", quarter) == (
        "Fires: no clear change in any area, compared with the same quarter last year"
    )
    first = same.index == same.index[0]
    assert "no clear change in any other area, " in words.build_change_title(
        same.assign(verdict=same["verdict"].mask(first)), "lpa", "fires", quarter
    )
    none = lpas().table.assign(verdict=None)
    assert words.build_change_title(none, "lpa", "fires", quarter) == (
        "Fires: no comparison with the same quarter last year"
    )
