"""The views of seasons, of 12 months and of the week: charts, words, and the page that shows one at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from helpers.charts import encoded
from helpers.colours import contrast
from helpers.stores import incidents, load
from helpers.view_figures import figure
from streamlit.testing.v1 import AppTest

from shp_data.domain import settings
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_view.charts import season_charts
from shp_view.text import season_words
from shp_view.theme import choose_theme

YEAR = [str(month) for month in Period(Month(2020, 4), Month(2021, 3))]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
WHOLE = ("count", "last_year", "lowest", "highest", "years_before")


def season() -> Figure:
    """10 in each month over a range of 8 to 12, but 20 in October, 5 in November and no figure in December."""
    table = pd.DataFrame({"month": YEAR, "count": 10, "last_year": 12, "lowest": 8, "highest": 12, "average": 10.0})
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


CHARTS: dict[str, tuple[Callable[..., dict[str, Any]], Callable[[], Figure]]] = {
    "season": (season_charts.draw_season, season),
    "rolling": (season_charts.draw_rolling_sum, rolling),
    "week": (season_charts.draw_week, week),
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_valid_and_every_encoded_field_is_in_their_data(name: str, dark: bool) -> None:
    chart, made = CHARTS[name]
    spec = chart(made(), dark=dark)
    alt.Chart.from_dict(copy.deepcopy(spec), validate=True)
    assert '"config"' not in json.dumps(spec["layer"])
    fields = set(encoded({key: value for key, value in spec.items() if key != "datasets"}, "figure"))
    assert fields
    assert fields <= {("figure", field) for row in spec["datasets"]["figure"] for field in row}


def test_a_month_that_is_not_loaded_is_a_gap_in_its_line_and_has_its_bar() -> None:
    spec = season_charts.draw_season(season())
    rows = spec["datasets"]["figure"]
    this_year = {row["at"]: row["value"] for row in rows if row.get("series") == "2020-21"}
    december, march = (next(row for row in rows if row.get("month") == month) for month in ("2020-12", "2021-03"))
    assert this_year[december["at"]] is None
    assert (december["lowest"], december["highest"], december["count_text"]) == (8, 12, "not available")
    assert (march["lowest"], march["highest"], march["average"]) == (None, None, None)
    assert not [row for row in rows if row.get("value") == 0]


def test_lines_range_and_average_are_told_apart_by_more_than_colour() -> None:
    spec = season_charts.draw_season(season())
    channels = {name: kind for layer in spec["layer"] for name, kind in layer["encoding"].items()}
    lines = dict(zip(*(channels["strokeDash"]["scale"][part] for part in ("domain", "range")), strict=True))
    assert lines["2020-21"] != lines["2019-20"]
    shapes = dict(zip(*(channels["shape"]["scale"][part] for part in ("domain", "range")), strict=True))
    assert shapes[season_charts.RANGE] != shapes["2020-21"]


def test_one_earlier_year_is_no_range_in_the_legend() -> None:
    def names(shown: Figure) -> list[str]:
        spec = season_charts.draw_season(shown)
        (found,) = {
            tuple(layer["encoding"]["shape"]["scale"]["domain"])
            for layer in spec["layer"]
            if "shape" in layer["encoding"]
        }
        return list(found)

    one = season().table.assign(lowest=12, highest=12, average=12.0)
    assert season_charts.RANGE in names(season())
    assert names(figure(one)) == ["2020-21", "2019-20", season_charts.ONE_YEAR]


def test_counts_start_at_zero() -> None:
    for spec in (season_charts.draw_season(season()), season_charts.draw_rolling_sum(rolling())):
        scales = [
            layer["encoding"]["y"]["scale"] for layer in spec["layer"] if "scale" in layer["encoding"].get("y", {})
        ]
        assert scales
        assert all(scale["zero"] for scale in scales)


def test_the_grid_says_each_count_and_is_darker_where_there_are_more() -> None:
    cells = {(row["weekday"], row["hours"]): row for row in season_charts.draw_week(week())["datasets"]["figure"]}
    assert len(cells) == 42
    assert (cells["Friday", "16-20"]["class"], cells["Friday", "16-20"]["count_text"]) == (4, "50")
    assert (cells["Monday", "00-04"]["class"], cells["Tuesday", "00-04"]["count_text"]) == (0, "0")
    none = figure(week().table.assign(count=0))
    assert {row["class"] for row in season_charts.draw_week(none)["datasets"]["figure"]} == {0}


@pytest.mark.parametrize("dark", [False, True])
def test_the_numbers_of_the_grid_can_be_read(dark: bool) -> None:
    for ground, ink in zip(choose_theme(dark).sequential, season_charts.list_inks(dark), strict=True):
        assert contrast(ground, ink) >= 4.5


def test_the_season_in_words() -> None:
    assert season_words.describe_season(season()) == (
        "October 2020 was above the range of the same month in 2 earlier years. "
        "November 2020 was below the range of the same month in 2 earlier years."
    )
    told = season_words.describe_season_chart(season())
    assert told.endswith("Latest month: 10. Above it: October 2020. Below it: November 2020.")
    few = figure(season().table.assign(years_before=1))
    assert season_words.describe_season(few).startswith("Fewer than two earlier years are loaded")
    assert season_words.describe_season_chart(few).endswith("There are too few earlier years for a range.")
    nothing = season().table.assign(count=pd.array([None] * 12, dtype="Int64"))
    assert season_words.describe_season(figure(nothing)) == ""


def test_12_months_in_words() -> None:
    assert season_words.describe_rolling_sum(rolling()) == (
        "In the 12 months to March 2021 there were 131 title of the figure incidents, 31 more (31%) than in the "
        "12 months before (100)."
    )
    assert "Apr 2020 (120) to Mar 2021 (131)." in season_words.describe_rolling_chart(rolling())
    none = figure(rolling().table.iloc[:0])
    assert season_words.describe_rolling_sum(none) == "There is no sum of 12 months: no 12 months in a row are loaded."
    other = figure(rolling().table.assign(in_period=False))
    assert season_words.describe_rolling_sum(other).startswith("Not all of the 12 months up to the end of the period")


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
        "Seasons": (1, "Fewer than two earlier years are loaded"),
        "Rolling 12 months": (0, "no 12 months in a row are loaded"),
        "Weekday and hour": (0, "No record here has a time of day"),
        "By area": (1, "12 police ASB incidents were recorded"),
    }
    for view, (charts, words) in expected.items():
        at = by_link(view=view)
        assert not at.exception, view
        assert len(at.get("vega_lite_chart")) == charts, view
        assert words in at.markdown[0].value, view
