"""The charts of the Comparison page: whiskers, the funnel with its names, and change on a scale of ratios."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from helpers.stores import DESK, chosen
from helpers.view_figures import figure, lpas

from shp_data.analysis import comparison
from shp_data.analysis.statistics import standing
from shp_data.domain.figure import Figure
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.charts import comparison_charts


@pytest.fixture(scope="module")
def wards() -> Figure:
    return comparison.compare_wards(Reader(open_store(prepare_sample_store()), DESK), chosen("2020-21-Q3"))


def test_every_ward_of_the_region_has_a_name_of_its_own(wards: Figure) -> None:
    rows = comparison_charts.draw_rates(wards)["datasets"]["figure"]
    assert len(rows) == len(wards.table) == len({row["name"] for row in rows}) == len({row["key"] for row in rows})
    assert any("(" in row["name"] for row in rows) == wards.table["ward"].duplicated().any()


def test_a_number_stands_beyond_bar_and_whisker() -> None:
    for row in comparison_charts.draw_rates(lpas())["datasets"]["figure"]:
        ends = (row["rate_per_1000"], row["rate_high"], row["rate_last_year"])
        assert row["label_at"] == max(end for end in ends if end is not None)


def test_the_legend_names_last_year_only_where_it_is_drawn() -> None:
    table = lpas().table
    assert "Same period last year" in json.dumps(comparison_charts.draw_rates(lpas()))
    none = table.assign(last_year=pd.NA, rate_last_year=pd.NA)
    assert "rate_last_year" not in json.dumps(comparison_charts.draw_rates(figure(none))["layer"])


def test_the_funnel_draws_the_limits_of_the_analysis(wards: Figure) -> None:
    rows = comparison_charts.draw_funnel(wards)["datasets"]["figure"]
    around = standing.build_funnel(wards.table)
    assert around is not None
    for row in rows:
        if row.get("side") == "high":
            level = {"95% limits": 0.05, "99.8% limits": 0.002}[row["series"]]
            assert row["value"] == pytest.approx(around.find_limits(row["at"], level)[1])
    lines = [row["at"] for row in rows if "at" in row]
    people = wards.table["population"].dropna()
    assert min(lines) < people.min() < people.max() < max(lines)


def test_only_wards_beyond_the_limits_are_named_and_no_two_names_on_one_spot(wards: Figure) -> None:
    rows = [row for row in comparison_charts.draw_funnel(wards)["datasets"]["figure"] if "key" in row]
    assert len(rows) == wards.table["funnel"].notna().sum()
    named = [row for row in rows if row.keys() & {"before", "after"}]
    assert 5 < len(named) < len(rows)
    assert all(row["funnel"] != standing.INSIDE for row in named)
    assert {row["name"] for row in named} >= {"Stockton Town Centre", "Victoria"}


def test_kinds_of_points_differ_in_colour_and_shape() -> None:
    spec = comparison_charts.draw_funnel(lpas())
    (points,) = [layer for layer in spec["layer"] if "shape" in layer["encoding"]]
    for channel in ("shape", "color"):
        kinds = dict(zip(*(points["encoding"][channel]["scale"][part] for part in ("domain", "range")), strict=True))
        found = [kinds[name] for name in ("Inside the limits", "Outside 95%", "Outside 99.8%")]
        assert len(set(found)) == 3


def test_the_axis_says_where_it_does_not_start_at_0(wards: Figure) -> None:
    def title(shown: Figure) -> str:
        return str(comparison_charts.draw_funnel(shown)["layer"][0]["encoding"]["y"]["title"])

    assert title(wards) == "Rate per 1,000 residents"
    assert title(lpas()).endswith("(scale does not start at 0)")


def test_a_change_beyond_the_scale_is_drawn_at_its_end_and_told_as_it_is() -> None:
    rows = {row["name"]: row for row in comparison_charts.draw_changes(lpas())["datasets"]["figure"]}
    far = rows["Stockton-on-Tees"]
    assert (far["ratio"], far["from"], far["to"], far["change_text"]) == (16, 0.9, 16, "+3,900%")
    assert rows["Middlesbrough"]["from"] == 1 / 16
    missing = rows["Redcar & Cleveland"]
    assert (missing["ratio"], missing["series"], missing["change_text"]) == (None, None, "not available")


def test_the_scale_of_change_is_as_wide_as_it_needs() -> None:
    table = lpas().table.iloc[:1].reset_index(drop=True)
    (axis,) = {str(layer["encoding"]["x"]["scale"]["domain"]) for layer in
               comparison_charts.draw_changes(figure(table))["layer"] if "scale" in layer["encoding"]["x"]}  # fmt: skip
    assert axis == "[0.5, 2.0]"


@pytest.mark.parametrize(
    "draw", [comparison_charts.draw_rates, comparison_charts.draw_funnel, comparison_charts.draw_changes]
)
def test_nothing_known_is_drawn_empty(draw) -> None:
    table = lpas().table.assign(count=pd.array([None] * 4, dtype="Int64"), rate_per_1000=None, rate_last_year=None)
    names = ["rate_low", "rate_high", "rank_low", "rank_high", "funnel", "rate_ratio", "low", "high", "verdict"]
    unknown = replace(lpas(), table=table.assign(**dict.fromkeys(names)))
    drawn = draw(unknown)["datasets"]["figure"]
    assert not [row for row in drawn if row.get("rate_per_1000") is not None or row.get("ratio") is not None]
