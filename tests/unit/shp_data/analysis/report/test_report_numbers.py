"""The numbers of a report: months that a supplier gave add up where they may, and no further."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shp_data.analysis.report.report_numbers import ReportNumbers, make_period
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, parse_period
from shp_data.domain.reported import ReportedFigure
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader
from shp_data.store.version import make_empty_store

GIVEN = {"2020-10": 7.0, "2020-11": 0.0, "2020-12": 5.0}


@pytest.fixture
def found(tmp_path: Path) -> ReportNumbers:
    """The same three months of a count, of a level and of a percentage."""
    figures = [
        ReportedFigure(id_, "Hartlepool", month, value)
        for id_ in ("noise_complaints", "young_people_known", "treatment_opiate")
        for month, value in GIVEN.items()
    ]
    return ReportNumbers(
        Reader(make_empty_store(tmp_path), Viewer()), {}, {}, {figure.key: figure for figure in figures}
    )


@pytest.mark.parametrize(
    ("indicator", "area", "period", "total"),
    [
        ("noise_complaints", "Hartlepool", "2020-21-Q3", 12),
        ("noise_complaints", "Hartlepool", "2020-10 to 2020-11", 7),
        ("noise_complaints", "Hartlepool", "2020-11 to 2021-01", None),  # January is not in
        ("noise_complaints", "Hartlepool", "2020-10", None),  # a month is no sum of months
        ("noise_complaints", "Middlesbrough", "2020-21-Q3", None),
        ("young_people_known", "Hartlepool", "2020-21-Q3", None),  # a level does not add up
        ("treatment_opiate", "Hartlepool", "2020-21-Q3", None),  # nor do percentages
    ],
)
def test_months_of_a_count_add_up_where_each_is_in(
    found: ReportNumbers, indicator: str, area: str, period: str, total: float | None
) -> None:
    known = partnership().vocabulary.find_indicator(indicator)
    assert found.sum_months(known, area, parse_period(period)) == total


def test_a_quarter_is_as_it_was_given_else_the_sum_of_its_months(found: ReportNumbers) -> None:
    noise, quarter = partnership().vocabulary.find_indicator("noise_complaints"), parse_period("2020-21-Q3")
    assert found.find_value(noise, "Hartlepool", quarter) == 12
    given = ReportedFigure(noise.id, "Hartlepool", quarter.name, 13)
    more = replace(found, reported={**found.reported, given.key: given})
    assert (more.find_value(noise, "Hartlepool", quarter), more.sum_months(noise, "Hartlepool", quarter)) == (13, 12)


def test_a_month_is_a_period_of_itself() -> None:
    assert make_period(Month(2020, 10)) == parse_period("2020-10")
