"""Charts: every field that is drawn exists, specifications are valid, colours can be told apart."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import pytest
from helpers.charts import encoded
from helpers.colours import contrast
from helpers.view_figures import by_area, figure, lpas, monthly, ranged, wards

from shp_view import theme
from shp_view.charts import charts, comparison_charts, funnel_chart
from shp_view.maps.ward_picture import draw_ward_picture
from shp_view.text.rows import OUTSIDE, PATTERN

Spec = dict[str, Any]
CHARTS: dict[str, Callable[[bool], Spec]] = {
    "trend": lambda dark: charts.draw_trend(monthly(), dark=dark),
    "trend_with_a_range": lambda dark: charts.draw_trend(ranged(), dark=dark),
    "trend_by_area": lambda dark: charts.draw_area_trends(by_area(), "Hartlepool", dark=dark),
    "comparison": lambda dark: comparison_charts.draw_rates(lpas(), "Hartlepool", dark=dark),
    "funnel": lambda dark: funnel_chart.draw_funnel(lpas(), dark=dark),
    "change": lambda dark: comparison_charts.draw_changes(lpas(), dark=dark),
    "ward_picture": lambda _: draw_ward_picture(wards(), "rate_per_1000", "2020", wards().table, area="Hartlepool"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_encoded_field_is_in_its_data(name: str) -> None:
    spec = CHARTS[name](False)
    fields = set(encoded({key: value for key, value in spec.items() if key != "datasets"}, "figure"))
    held = {(data, field) for data, rows in spec["datasets"].items() for row in rows for field in row}
    assert fields
    assert fields <= held


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", CHARTS)
def test_specifications_are_valid_and_configured_on_the_outside_only(name: str, dark: bool) -> None:
    spec = CHARTS[name](dark)
    alt.Chart.from_dict(copy.deepcopy(spec), validate=True)
    assert "config" in spec
    assert '"config"' not in json.dumps(spec["layer"])


def test_a_figure_and_a_kept_specification_are_never_changed() -> None:
    shown = monthly()
    before = shown.table.copy()
    first = charts.draw_trend(shown)
    first["layer"].clear()
    pd.testing.assert_frame_equal(shown.table, before)
    assert charts.draw_trend(shown)["layer"]


def test_a_missing_month_is_a_gap_and_never_zero() -> None:
    table = monthly().table.drop(index=5)
    drawn = charts.draw_trend(figure(table))["datasets"]["figure"]
    rows = {row["month"]: row for row in drawn if "month" in row}
    assert len(rows) == 24
    assert rows["2019-09"]["count"] is None
    assert rows["2019-09"]["count_text"] == "not available"


def test_the_line_without_covid_is_drawn_only_where_records_are_marked() -> None:
    unmarked = figure(monthly().table.drop(columns="excluding_covid"))
    names = {row["series"] for row in charts.draw_trend(unmarked)["datasets"]["figure"] if "series" in row}
    assert names == {"Incidents", "Same month last year"}


def test_the_selected_period_is_named_with_its_months() -> None:
    rows = charts.draw_trend(monthly())["datasets"]["figure"]
    assert [row["period"] for row in rows if "period" in row] == ["2020-21 Q3 (Oct to Dec 2020)"]
    none = monthly().table.assign(in_period=False)
    assert not [row for row in charts.draw_trend(figure(none))["datasets"]["figure"] if "period" in row]


def test_the_expected_range_breaks_where_it_changes_and_where_a_month_is_missing() -> None:
    table = ranged().table
    table.loc[table["month"] == "2019-08", ["count", "mean", "lower", "upper"]] = pd.NA
    rows = [row for row in charts.draw_trend(replace(ranged(), table=table))["datasets"]["figure"] if "stretch" in row]
    stretches = {row["stretch"]: [] for row in rows}
    for row in rows:
        stretches[row["stretch"]].append(row["month"])
    assert [(months[0], months[-1]) for months in stretches.values()] == [
        ("2019-04", "2019-07"),
        ("2019-09", "2020-03"),
        ("2020-04", "2021-03"),
    ]
    assert (rows[0]["range_text"], rows[-1]["range_text"]) == ("421 to 520", "450 to 550")


def test_an_unusual_month_is_marked_by_shape_and_colour_and_its_rule_is_named() -> None:
    spec = charts.draw_trend(ranged())
    marked = {row["month"]: row for row in spec["datasets"]["figure"] if "mark" in row}
    assert {month: row["mark"] for month, row in marked.items()} == {"2020-10": OUTSIDE, "2020-12": PATTERN}
    assert marked["2020-10"]["signal_text"] == "Above the expected range"
    (points,) = [layer for layer in spec["layer"] if "shape" in layer["encoding"]]
    for channel in ("shape", "color"):
        kinds = dict(zip(*(points["encoding"][channel]["scale"][part] for part in ("domain", "range")), strict=True))
        assert kinds[OUTSIDE] != kinds[PATTERN]
        assert "Expected range" in kinds
    hover = [tip["field"] for tip in spec["layer"][-1]["encoding"]["tooltip"]]
    assert hover[-2:] == ["range_text", "signal_text"]


def test_only_marks_that_occur_are_in_the_legend() -> None:
    table = ranged().table.assign(signal=pd.array([None] * 24, dtype="str"))
    spec = json.dumps(charts.draw_trend(replace(ranged(), table=table)))
    assert '"Expected range"' in spec
    assert OUTSIDE not in spec
    assert PATTERN not in spec
    assert "Expected range" not in json.dumps(charts.draw_trend(monthly()))


def test_events_are_numbered_and_end_where_the_months_do() -> None:
    rows = charts.draw_trend(ranged())["datasets"]["figure"]
    first, second = (row for row in rows if "number" in row)
    months = {row["month"]: row for row in rows if "month" in row}
    assert (first["number"], second["number"]) == ("1", "2")
    assert (first["event_from"], first["event_to"]) == (months["2019-04"]["from"], months["2019-05"]["to"])
    assert (second["event_from"], second["event_to"]) == (months["2020-05"]["from"], months["2020-05"]["to"])


def test_the_area_in_focus_alone_is_highlighted_and_numbers_are_worded() -> None:
    rows = comparison_charts.draw_rates(lpas(), "Hartlepool")["datasets"]["figure"]
    assert [row["lpa"] for row in rows if row["in_focus"]] == ["Hartlepool"]
    assert [row["rate_per_1000_text"] for row in rows] == ["13.3", "17.6", "not available", "12.3"]


def test_the_area_in_focus_is_the_boldest_line() -> None:
    spec = charts.draw_area_trends(by_area(), "Hartlepool")
    width = spec["layer"][0]["encoding"]["strokeWidth"]
    assert "Hartlepool" in width["condition"][0]["test"]
    assert width["condition"][0]["value"] > width["value"]
    assert "strokeWidth" not in spec["config"]["line"]  # it would win over the encoding


def test_an_empty_figure_is_drawn_empty() -> None:
    assert charts.draw_trend(figure(monthly().table.iloc[:0]))["datasets"]["figure"] == []


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_text_lines_and_bars_stand_out_in_both_themes(colours: theme.Theme) -> None:
    for text in (colours.text, colours.quiet):
        assert contrast(text, colours.background) >= 4.5
    for mark in (*colours.series, colours.focus, colours.before):
        assert contrast(mark, colours.background) >= 3
    assert contrast(colours.focus, colours.other) >= 1.9


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_classes_of_a_map_run_one_way_from_the_background(colours: theme.Theme) -> None:
    steps = [contrast(colour, colours.background) for colour in colours.sequential]
    assert steps == sorted(steps)
    assert all(after / before >= 1.25 for before, after in pairwise(steps))
