"""The report as CSV and JSON: the published columns, unrounded, empty where there is no figure."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from helpers.reports import line, report

from shp_data.analysis.report.report_value import Report, Section
from shp_data.domain.figure import Coverage
from shp_data.domain.periods import Month
from shp_view.report.report_files import COLUMNS, to_csv, to_json
from shp_view.text.coverage_words import explain_coverage


def rows(of: Report) -> dict[tuple[str, str], dict[str, str]]:
    found = list(csv.DictReader(io.StringIO(to_csv(of))))
    return {(row["indicator_id"], row["area"]): row for row in found}


def with_line(now: float | None, last_year: float | None, indicator: str = "fly_tipping") -> dict[str, str]:
    section = Section("Anti-social behaviour", (line(indicator, now, last_year),))
    return rows(replace(report(), sections=(section,), compared=()))[indicator, "Hartlepool"]


def test_the_columns_and_rows_are_those_of_the_published_table() -> None:
    lines = to_csv(report()).splitlines()
    assert lines[0] == (
        "quarter,area,indicator_id,label,unit,year_to_date,same_quarter_last_year,quarter_value,"
        "difference,pct_difference"
    )
    assert lines[1] == (
        "2020-21 Q3,Hartlepool,asb_police,ASB incidents reported to the Police,count,4348,896,1246,350,39.0625"
    )
    found = rows(report())
    assert list(found)[-2:] == [("asb_police", "Middlesbrough"), ("asb_police_rate", "Middlesbrough")]
    assert len(lines) == 1 + len(found) == 9


def test_what_is_not_in_yet_is_empty_and_never_zero() -> None:
    row = rows(report())["noise_complaints", "Hartlepool"]
    assert [row[name] for name in COLUMNS[5:]] == ["", "91", "", "", ""]


def test_a_percentage_has_its_difference_in_points_only() -> None:
    row = rows(report())["treatment_opiate", "Hartlepool"]
    assert (row["unit"], row["difference"]) == ("percent", "")
    assert float(row["pct_difference"]) == pytest.approx(-0.4)


def test_a_level_is_a_count_and_a_rate_is_not_rounded() -> None:
    found = rows(report())
    assert found["young_people_known", "Hartlepool"]["unit"] == "count"
    rate = found["asb_police_rate", "Hartlepool"]
    assert (rate["unit"], rate["quarter_value"]) == ("rate_per_1000", "13.30301")


@pytest.mark.parametrize(
    ("now", "last_year", "cells"),
    [
        (6, 0, ("0", "6", "6", "")),  # a percentage of nothing is not available
        (0, 3, ("3", "0", "-3", "-100")),
        (5.0, None, ("", "5", "", "")),
    ],
)
def test_zero_is_a_figure(now: float, last_year: float | None, cells: tuple[str, ...]) -> None:
    row = with_line(now, last_year)
    assert tuple(row[name] for name in COLUMNS[6:]) == cells


def test_text_is_no_formula() -> None:
    hostile = replace(line("fly_tipping", 1), label="=1+1")
    section = Section("Anti-social behaviour", (hostile,))
    assert rows(replace(report(), sections=(section,)))["fly_tipping", "Hartlepool"]["label"] == "'=1+1"


def test_the_json_is_the_whole_report() -> None:
    read = json.loads(to_json(report()))
    assert (read["quarter"], read["months"]) == ("2020-21-Q3", ["2020-10", "2020-11", "2020-12"])
    first = read["sections"][0]["lines"][0]
    assert first["last_year"] == {"base": 896, "difference": 350, "pct_difference": 39.0625, "is_certain": True}
    assert first["covid"]["count"] == 188
    assert read["sections"][0]["lines"][2]["quarter_value"] is None
    assert read["places"][0]["places"][0]["count"] == 21
    assert "\\u" not in to_json(replace(report(), caveats=("Ward – name",)))


def test_the_json_explains_what_is_not_covered_in_a_sentence() -> None:
    gap = Coverage("unplaced", ("fly_tipping",), (Month(2020, 11),))
    uncovered = replace(line("fly_tipping", None), coverage=gap, notes=("A note.", gap))
    read = json.loads(to_json(replace(report(), sections=(Section("Environment", (uncovered,)),))))
    lines = read["sections"][0]["lines"]
    assert "coverage" not in lines[0]
    assert lines[0]["not_known"] == explain_coverage(gap)
    assert lines[0]["notes"] == ["A note.", explain_coverage(gap)]
    assert read["places"][0]["not_known"] == ""


def test_what_is_no_number_never_gets_into_the_json() -> None:
    broken = Section("Anti-social behaviour", (line("fly_tipping", float("nan")),))
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(replace(report(), sections=(broken,)))
