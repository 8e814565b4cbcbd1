"""The charts of a report draw the same counts that its lines print."""

from __future__ import annotations

from helpers.stores import DESK

from shp_data.analysis.report.report import build_report
from shp_data.analysis.report.report_figures import build_report_figures
from shp_data.domain.periods import parse_quarter
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store


def test_the_charts_of_a_report_are_of_its_lines() -> None:
    store = open_store(prepare_sample_store())
    made = build_report(Reader(store, DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    found = build_report_figures(Reader(store, DESK), made)
    counted = {line.indicator: line for line in made.lines if line.indicator in store.list_indicators()}
    assert len(counted) == 5
    assert list(found.trends) == list(counted)
    for id_, line in counted.items():
        months = found.trends[id_].table
        assert (len(months), months["month"].iloc[0], months["month"].iloc[-1]) == (24, "2019-01", "2020-12")
        assert months["count"].tail(3).sum() == line.quarter_value
    (compared,) = made.compared
    assert list(found.areas) == [compared.indicator] == ["asb_police"]
    areas = found.areas["asb_police"].table.set_index("lpa")["count"]
    assert dict(areas) == {area.area: area.count.quarter_value for area in compared.areas}
