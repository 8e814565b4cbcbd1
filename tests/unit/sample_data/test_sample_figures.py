"""The reported figures of the sample are those of the two published reports, and load like any other."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest

from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.reported import FigureKey, ReportedFigure, classify_measure
from shp_data.domain.settings import SAMPLE, SAMPLE_FIGURES
from shp_data.intake import sample as sample_module
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.version import open_store

HARTLEPOOL = "Hartlepool"


@pytest.fixture(scope="module")
def figures() -> dict[FigureKey, ReportedFigure]:
    """The reported figures of the store that the sample makes."""
    return dict(open_store(prepare_sample_store()).list_reported())


def value(figures: dict[FigureKey, ReportedFigure], indicator: str, period: str) -> float:
    return figures[FigureKey(indicator, HARTLEPOOL, period)].value


def reported_ids() -> list[str]:
    return [i.id for i in partnership().vocabulary.indicators.values() if i.kind == "reported"]


def test_every_row_of_the_reported_figures_is_in_the_store(figures: dict[FigureKey, ReportedFigure]) -> None:
    shipped = pd.read_csv(SAMPLE_FIGURES)
    assert list(shipped.columns) == ["area", "indicator", "period", "value", "year_to_date"]
    assert len(figures) == len(shipped) == 77
    assert {figure.file for figure in figures.values()} == {SAMPLE_FIGURES.name}


def test_every_reported_indicator_has_both_quarters_and_those_of_the_year_before(
    figures: dict[FigureKey, ReportedFigure],
) -> None:
    quarters = [f"{year}-Q{n}" for year in ("2019-20", "2020-21") for n in (3, 4)]
    wanted = {FigureKey(id_, HARTLEPOOL, quarter) for id_ in reported_ids() for quarter in quarters}
    others = figures.keys() - wanted
    assert wanted <= figures.keys()
    assert {(key.indicator, parse_period(key.period).length) for key in others} == {
        ("domestic_abuse", 1),
        ("domestic_abuse_repeat", 1),
        ("fly_tipping", 3),
    }


def test_the_reported_figures_are_those_of_the_two_reports(
    figures: dict[FigureKey, ReportedFigure], reference: Path
) -> None:
    published = pd.read_csv(reference / "published_2020_21.csv").query(
        "indicator_id in @ids", local_dict={"ids": reported_ids()}
    )
    assert len(published) == 2 * len(reported_ids())
    for row in published.itertuples():
        now = figures[FigureKey(row.indicator_id, row.area, row.quarter.replace(" ", "-"))]
        before = figures[FigureKey(row.indicator_id, row.area, parse_period(row.quarter).last_year.name)]
        assert now.value == row.quarter_value
        assert now.year_to_date == (None if pd.isna(row.year_to_date) else row.year_to_date)
        assert (before.value, before.year_to_date) == (row.same_quarter_last_year, None)


def test_the_months_are_those_of_the_two_reports(figures: dict[FigureKey, ReportedFigure], reference: Path) -> None:
    published = pd.read_csv(reference / "published_breakdowns_2020_21.csv").query(
        "indicator_id.str.startswith('domestic_abuse') and measure == 'count'"
    )
    assert len(published) == 12
    for row in published.itertuples():
        assert figures[FigureKey(row.indicator_id, row.area, row.period)].value == row.value


@pytest.mark.parametrize("quarter", ["2020-21-Q3", "2020-21-Q4"])
@pytest.mark.parametrize("indicator", ["domestic_abuse", "domestic_abuse_repeat"])
def test_the_months_of_a_quarter_add_up(figures: dict[FigureKey, ReportedFigure], indicator: str, quarter: str) -> None:
    months = [value(figures, indicator, str(month)) for month in parse_period(quarter)]
    assert sum(months) == value(figures, indicator, quarter)


def test_years_to_date_follow_but_for_the_two_that_the_readme_names(
    figures: dict[FigureKey, ReportedFigure],
) -> None:
    differ = {}
    for id_ in reported_ids():
        third, fourth = (figures[FigureKey(id_, HARTLEPOOL, f"2020-21-Q{n}")] for n in (3, 4))
        counts = classify_measure(partnership().vocabulary.find_indicator(id_)) == "count"
        if counts and third.year_to_date is not None and fourth.year_to_date != third.year_to_date + fourth.value:
            differ[id_] = (fourth.year_to_date, third.year_to_date + fourth.value)
    assert differ == {"asb_complaints_asbu": (411, 410), "da_cases_thirteen": (115, 116)}


def test_fly_tipping_of_the_second_quarter_follows_from_the_published_change(
    figures: dict[FigureKey, ReportedFigure],
) -> None:
    second, third = (value(figures, "fly_tipping", f"2020-21-Q{n}") for n in (2, 3))
    assert (third - second, round(100 * (third - second) / second)) == (-378, -38)


def test_the_sample_is_made_anew_when_its_figures_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "reported.csv"
    changed.write_text(SAMPLE_FIGURES.read_text(encoding="utf-8").replace(",992,", ",993,"), encoding="utf-8")
    monkeypatch.setenv("SHP_SAMPLE_STORE", str(tmp_path / "stores"))
    found = []
    for files in ((SAMPLE, SAMPLE_FIGURES), (SAMPLE, changed)):
        monkeypatch.setattr(sample_module, "_FILES", files)
        found.append(prepare_sample_store.__wrapped__())
    assert [root.exists() for root in found] == [False, True]
    assert value(dict(open_store(found[1]).list_reported()), "fly_tipping", "2020-21-Q2") == 993


def test_a_sample_with_a_bad_file_is_told_and_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "reported.csv"
    bad.write_text("area,indicator,period\nHartlepool,fly_tipping,2020-21-Q3\n", encoding="utf-8")
    small = tmp_path / "incidents.csv"
    small.write_text("date,indicator\n2020-10,asb_police\n", encoding="utf-8")
    monkeypatch.setenv("SHP_SAMPLE_STORE", str(tmp_path / "stores"))
    monkeypatch.setattr(sample_module, "_FILES", (small, bad))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with pytest.raises(StoreError, match="has no column Value"):
        prepare_sample_store.__wrapped__()
    assert list(tmp_path.glob("*/**/CURRENT")) == []
