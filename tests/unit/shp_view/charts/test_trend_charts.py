"""Charts: every field that is drawn exists, specifications are valid, colours can be told apart."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from helpers.charts import encoded
from helpers.colours import contrast
from helpers.stores import incidents, load
from helpers.view_figures import by_area, expected_months, figure, lpas, monthly, ranged, wards
from streamlit.testing.v1 import AppTest

from shp_data.analysis.statistics.control import XmrSignal
from shp_data.domain import settings
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_view import theme
from shp_view.charts import comparison_charts, trend_charts
from shp_view.maps.ward_maps import draw_ward_picture
from shp_view.text import season_words
from shp_view.text.rows import MARKS, OUTSIDE, SHIFT
from shp_view.theme import choose_theme

Spec = dict[str, Any]
CHARTS: dict[str, Callable[[bool], Spec]] = {
    "trend": lambda dark: trend_charts.draw_trend(monthly(), dark=dark),
    "trend_with_limits": lambda dark: trend_charts.draw_trend(ranged(), dark=dark),
    "trend_with_a_range": lambda dark: trend_charts.draw_trend(expected_months(), dark=dark),
    "trend_by_area": lambda dark: trend_charts.draw_area_trends(by_area(), "Hartlepool", dark=dark),
    "comparison": lambda dark: comparison_charts.draw_rates(lpas(), "Hartlepool", dark=dark),
    "funnel": lambda dark: comparison_charts.draw_funnel(lpas(), dark=dark),
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
    first = trend_charts.draw_trend(shown)
    first["layer"].clear()
    pd.testing.assert_frame_equal(shown.table, before)
    assert trend_charts.draw_trend(shown)["layer"]


def test_a_missing_month_is_a_gap_and_never_zero() -> None:
    table = monthly().table.drop(index=5)
    drawn = trend_charts.draw_trend(figure(table))["datasets"]["figure"]
    rows = {row["month"]: row for row in drawn if "month" in row}
    assert len(rows) == 24
    assert rows["2019-09"]["count"] is None
    assert rows["2019-09"]["count_text"] == "not available"


def test_the_line_without_covid_is_drawn_only_where_records_are_marked() -> None:
    unmarked = figure(monthly().table.drop(columns="excluding_covid"))
    names = {row["series"] for row in trend_charts.draw_trend(unmarked)["datasets"]["figure"] if "series" in row}
    assert names == {"Incidents", "Same month last year"}


def test_the_selected_period_is_named_with_its_months() -> None:
    rows = trend_charts.draw_trend(monthly())["datasets"]["figure"]
    assert [row["period"] for row in rows if "period" in row] == ["2020-21 Q3 (Oct to Dec 2020)"]
    none = monthly().table.assign(in_period=False)
    assert not [row for row in trend_charts.draw_trend(figure(none))["datasets"]["figure"] if "period" in row]


def test_the_expected_range_breaks_where_it_changes_and_where_a_month_is_missing() -> None:
    table = ranged().table
    table.loc[table["month"] == "2019-08", ["count", "mean", "lower", "upper"]] = pd.NA
    rows = [
        row for row in trend_charts.draw_trend(replace(ranged(), table=table))["datasets"]["figure"] if "stretch" in row
    ]
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
    spec = trend_charts.draw_trend(ranged())
    marked = {row["month"]: row for row in spec["datasets"]["figure"] if "mark" in row}
    assert {month: row["mark"] for month, row in marked.items()} == {
        "2020-10": OUTSIDE,
        "2020-12": MARKS[XmrSignal.RISING],
    }
    assert marked["2020-10"]["signal_text"] == "Above the expected range"
    points = next(layer for layer in spec["layer"] if "shape" in layer["encoding"])
    for channel in ("shape", "color"):
        kinds = dict(zip(*(points["encoding"][channel]["scale"][part] for part in ("domain", "range")), strict=True))
        assert kinds[OUTSIDE] != kinds[MARKS[XmrSignal.RISING]]
        assert "Expected range" in kinds
    hover = [tip["field"] for tip in spec["layer"][-1]["encoding"]["tooltip"]]
    assert hover[-2:] == ["range_text", "signal_text"]


def test_what_was_expected_is_drawn_and_the_forecast_apart_from_it() -> None:
    spec = trend_charts.draw_trend(expected_months())
    rows = [row for row in spec["datasets"]["figure"] if "stretch" in row]
    before, after = ([row for row in rows if row["is_forecast"] is kind] for kind in (False, True))
    assert [row["month"] for row in before][:: len(before) - 1] == ["2020-01", "2021-03"]
    # The forecast goes on from the last month loaded. Its months have no records, so a click on them opens nothing.
    assert after[0]["at"] == before[-1]["at"] and len(after) == 3
    assert not [row for row in after if "month" in row] and after[0]["stretch"] != before[0]["stretch"]
    assert (after[-1]["middle_text"], after[-1]["narrow_text"], after[-1]["range_text"]) == (
        *("480", "450 to 510"),
        "430 to 530",
    )
    marks = {row["month"]: (row.get("mark"), row.get("shift_mark"), row["signal_text"]) for row in before}
    assert marks["2020-10"] == (OUTSIDE, None, "Above the expected range")
    assert marks["2020-11"] == (None, SHIFT, "The start of a sustained rise")
    assert marks["2020-12"] == (None, None, "No")
    dashes = [layer["mark"].get("strokeDash") for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert [1, 0] in dashes and [6, 3] in dashes


def test_only_marks_that_occur_are_in_the_legend() -> None:
    table = ranged().table.assign(signal=pd.array([None] * 24, dtype="str"))
    spec = json.dumps(trend_charts.draw_trend(replace(ranged(), table=table)))
    assert '"Expected range"' in spec
    assert OUTSIDE not in spec
    assert MARKS[XmrSignal.HIGH] not in spec
    assert "Expected range" not in json.dumps(trend_charts.draw_trend(monthly()))


def test_events_are_numbered_and_end_where_the_months_do() -> None:
    rows = trend_charts.draw_trend(ranged())["datasets"]["figure"]
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
    spec = trend_charts.draw_area_trends(by_area(), "Hartlepool")
    width = spec["layer"][0]["encoding"]["strokeWidth"]
    assert "Hartlepool" in width["condition"][0]["test"]
    assert width["condition"][0]["value"] > width["value"]
    assert "strokeWidth" not in spec["config"]["line"]  # it would win over the encoding


def test_an_empty_figure_is_drawn_empty() -> None:
    assert trend_charts.draw_trend(figure(monthly().table.iloc[:0]))["datasets"]["figure"] == []


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


YEAR = [str(month) for month in Period(Month(2020, 4), Month(2021, 3))]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
WHOLE = ("count", "last_year", "lowest", "highest", "years_before")


def season() -> Figure:
    """10 in each month over 8 to 12 in earlier years and a range of 6 to 14, but 20 in October and 5 in November.

    December has no figure.
    """
    table = pd.DataFrame({"month": YEAR, "count": 10, "last_year": 12, "lowest": 8, "highest": 12, "average": 10.0})
    table = table.assign(lower=6, upper=14, signal=None, shift=None)
    table.loc[[6, 7], "signal"] = ["above the expected range", "below the expected range"]
    table = table.assign(years_before=2).astype(dict.fromkeys(WHOLE, "Int64"))
    table.loc[6:8, "count"] = [20, 5, pd.NA]
    table.loc[11, ["last_year", "lowest", "highest", "average", "years_before"]] = [pd.NA, pd.NA, pd.NA, None, 0]
    return figure(table.assign(in_period=table["month"].between("2020-10", "2020-12")))


def rolling() -> Figure:
    table = pd.DataFrame({"month": YEAR, "count": 10, "rolling_12": range(120, 132), "rolling_12_before": 100})
    return figure(table.assign(in_period=table["month"] == "2021-03"))


def week() -> Figure:
    cells = [{"weekday": day, "hours": hours, "count": 0} for day in DAYS for hours in HOURS]
    cells[28]["count"], cells[35]["count"], cells[0]["count"] = 50, 50, 9
    return figure(pd.DataFrame(cells))


SEASON_CHARTS: dict[str, tuple[Callable[..., dict[str, Any]], Callable[[], Figure]]] = {
    "season": (trend_charts.draw_season, season),
    "rolling": (trend_charts.draw_rolling_sum, rolling),
    "week": (trend_charts.draw_week, week),
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", SEASON_CHARTS)
def test_charts_are_valid_and_every_encoded_field_is_in_their_data(name: str, dark: bool) -> None:
    chart, made = SEASON_CHARTS[name]
    spec = chart(made(), dark=dark)
    alt.Chart.from_dict(copy.deepcopy(spec), validate=True)
    assert '"config"' not in json.dumps(spec["layer"])
    fields = set(encoded({key: value for key, value in spec.items() if key != "datasets"}, "figure"))
    assert fields
    assert fields <= {("figure", field) for row in spec["datasets"]["figure"] for field in row}


def test_a_month_that_is_not_loaded_is_a_gap_in_its_line_and_has_its_bar() -> None:
    spec = trend_charts.draw_season(season())
    rows = spec["datasets"]["figure"]
    this_year = {row["at"]: row["value"] for row in rows if row.get("series") == "2020-21"}
    december, march = (next(row for row in rows if row.get("month") == month) for month in ("2020-12", "2021-03"))
    assert this_year[december["at"]] is None
    assert (december["lowest"], december["highest"], december["count_text"]) == (8, 12, "not available")
    assert (march["lowest"], march["highest"], march["average"]) == (None, None, None)
    assert not [row for row in rows if row.get("value") == 0]


def test_lines_range_and_average_are_told_apart_by_more_than_colour() -> None:
    spec = trend_charts.draw_season(season())
    channels = {name: kind for layer in spec["layer"] for name, kind in layer["encoding"].items()}
    lines = dict(zip(*(channels["strokeDash"]["scale"][part] for part in ("domain", "range")), strict=True))
    assert lines["2020-21"] != lines["2019-20"]
    shapes = dict(zip(*(channels["shape"]["scale"][part] for part in ("domain", "range")), strict=True))
    assert shapes[trend_charts.RANGE] != shapes["2020-21"]


def test_one_earlier_year_is_no_range_in_the_legend() -> None:
    def names(shown: Figure) -> list[str]:
        spec = trend_charts.draw_season(shown)
        (found,) = {
            tuple(name for name in layer["encoding"]["shape"]["scale"]["domain"] if name != OUTSIDE)
            for layer in spec["layer"]
            if "shape" in layer["encoding"]
        }
        return list(found)

    one = season().table.assign(lowest=12, highest=12, average=12.0)
    assert trend_charts.RANGE in names(season())
    assert names(figure(one)) == ["2020-21", "2019-20", trend_charts.SINGLE_YEAR]


def test_counts_start_at_zero() -> None:
    for spec in (trend_charts.draw_season(season()), trend_charts.draw_rolling_sum(rolling())):
        scales = [
            layer["encoding"]["y"]["scale"] for layer in spec["layer"] if "scale" in layer["encoding"].get("y", {})
        ]
        assert scales
        assert all(scale["zero"] for scale in scales)


def test_the_grid_says_each_count_and_is_darker_where_there_are_more() -> None:
    cells = {(row["weekday"], row["hours"]): row for row in trend_charts.draw_week(week())["datasets"]["figure"]}
    assert len(cells) == 42
    assert (cells["Friday", "16-20"]["class"], cells["Friday", "16-20"]["count_text"]) == (4, "50")
    assert (cells["Monday", "00-04"]["class"], cells["Tuesday", "00-04"]["count_text"]) == (0, "0")
    none = figure(week().table.assign(count=0))
    assert {row["class"] for row in trend_charts.draw_week(none)["datasets"]["figure"]} == {0}


@pytest.mark.parametrize("dark", [False, True])
def test_the_numbers_of_the_grid_can_be_read(dark: bool) -> None:
    for ground, ink in zip(choose_theme(dark).sequential, trend_charts.list_inks(dark), strict=True):
        assert contrast(ground, ink) >= 4.5


def test_the_season_in_words() -> None:
    assert season_words.describe_season(season()) == (
        "October 2020 was above the expected range. November 2020 was below the expected range."
    )
    told = season_words.describe_season_chart(season())
    assert told.endswith(f"Latest month: 10. {season_words.describe_season(season())}")
    usual = figure(season().table.assign(signal=None))
    assert season_words.describe_season(usual) == "October and November 2020 were within the expected range."
    assert season_words.describe_season_chart(usual).endswith(" No month of the period is outside the expected range.")
    few = figure(season().table.assign(lower=None, upper=None, signal=None))
    assert season_words.describe_season(few) == "Too few months are loaded to say what was expected."
    assert season_words.describe_season_chart(few).endswith("Too few months are loaded for an expected range.")
    nothing = season().table.assign(count=pd.array([None] * 12, dtype="Int64"))
    assert season_words.describe_season(figure(nothing)) == ""


def test_12_months_in_words() -> None:
    assert season_words.describe_rolling_sum(rolling()) == (
        "In the 12 months to March 2021 there were 131 title of the figure incidents, 31 more (31%) than in the "
        "12 months before (100)."
    )
    assert "Apr 2020 (120) to Mar 2021 (131)." in season_words.describe_rolling_chart(rolling())
    none = figure(rolling().table.iloc[:0])
    assert season_words.describe_rolling_sum(none) == (
        "There is no 12-month total, because no 12 months in a row are loaded."
    )
    other = figure(rolling().table.assign(in_period=False))
    assert season_words.describe_rolling_sum(other).startswith("Some of the 12 months up to the end of the period")


def test_the_week_in_words() -> None:
    said = season_words.describe_week(week())
    assert said == "The busiest four hours of the week: Friday 16:00 to 20:00 and Saturday 20:00 to 24:00 (50 each)."
    assert season_words.describe_week_chart(week()).endswith("Weekday with most: Friday and Saturday (50).")


def by_link(**asked: str) -> AppTest:
    at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=60).run()
    at.switch_page("pages/explore/trends.py").query_params.update(asked)
    return at.run()


VIEWS = ("Months", "Seasons", "Rolling 12 months", "Weekday and hour", "By area")


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_the_sample_is_one_chart_with_words_and_a_table(
    view: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "none"))
    at = by_link(view=view, what="Drug supply")
    assert not at.exception
    (chart,) = at.get("vega_lite_chart")
    assert len(chart.proto.alt) > 40
    assert sum("<table>" in part.proto.body for part in at.get("html")) == 1
    assert "drug supply offences" in at.markdown[0].value.lower()


def test_months_without_times_or_earlier_years_say_so_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2021-04": 3, "2021-05": 4, "2021-06": 5}))
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "S"))
    expected = {
        "Months": (1, "not available"),
        "Seasons": (1, "Too few months are loaded to say what was expected."),
        "Rolling 12 months": (0, "no 12 months in a row are loaded"),
        "Weekday and hour": (0, "These records have no time of day"),
        "By area": (1, "12 police ASB incidents were recorded"),
    }
    for view, (charts, words) in expected.items():
        at = by_link(view=view)
        assert not at.exception, view
        assert len(at.get("vega_lite_chart")) == charts, view
        assert words in at.markdown[0].value, view
