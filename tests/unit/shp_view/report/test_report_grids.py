"""The tables of the report: the published columns, printed as every sentence prints them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers import reports
from helpers.any_report import any_report
from helpers.reports import RISE, against, compared_of, line, report_of, wards_of
from hypothesis import given, settings

from shp_data.analysis.report.report_value import Covid, MonthValue, RepeatLocation, RepeatLocations, Report, Section
from shp_view.documents.paper import PaperTable
from shp_view.report.report_grids import (
    SMALL_NOTE,
    build_chapter_table,
    build_comparison_table,
    build_hotspot_table,
    build_location_table,
    build_month_table,
    build_ward_table,
)


def row_of(grid: PaperTable) -> dict[str, str]:
    """The first row by its header."""
    return dict(zip(grid.header, grid.rows[0], strict=True))


def grids_of(report: Report) -> list[PaperTable]:
    """Every table of a report."""
    return [
        *(build_chapter_table(report, section) for section in report.sections),
        *(build_comparison_table(report, compared) for compared in report.compared),
        *(build_month_table(found) for found in report.lines if found.months),
        *(build_ward_table(report, wards) for wards in report.wards),
        *(build_hotspot_table(report, hotspots) for hotspots in report.hotspots),
        *(build_location_table(report, places) for places in report.places),
    ]


def chapter_row(found: object) -> dict[str, str]:
    """One indicator in the columns of its priority."""
    return row_of(build_chapter_table(report_of(), Section("A priority", (found,))))  # type: ignore[arg-type]


def test_the_published_columns_with_their_months() -> None:
    found = line("asb_police", 1246, 896, 4348, previous_quarter=against(1246, 1166), chance=RISE)
    assert chapter_row(found) == {
        "Indicator": "ASB incidents reported to the Police",
        "Year to date": "4,348",
        "Same quarter last year": "896",
        "Previous quarter": "1,166",
        "This quarter": "1,246",
        "Difference": "+350",
        "% difference": "+39%",
        "Clear change?": "Clear increase",
    }
    assert (
        build_chapter_table(report_of(), Section("ASB", (found,))).caption
        == "ASB, Hartlepool, 2020-21 Q3 (Oct to Dec 2020). Year to date: Apr to Dec 2020"
    )


@pytest.mark.parametrize(
    ("found", "last_four"),
    [
        (line("asb_police_rate", 13.303, 9.609), ("13.3", "+3.7", "+38%", "Not tested")),
        (line("treatment_alcohol", 34.6, 26.5), ("34.6%", "", "+8.1 points", "Not tested")),
        (line("treatment_young_people", 53, 54), ("53%", "", "−1 point", "Not tested")),
        (line("asb_cases_thirteen", 91, 91, chance=RISE), ("91", "0", "0%", "Clear increase")),
        (line("fires_vehicle_deliberate", 6, 8), ("6", "−2", "−25%*", "Not tested")),
        (line("fires_vehicle_deliberate", 6, 0), ("6", "+6", "not available", "Not tested")),
        (line("noise_complaints", None, 91), ("not yet received", "not available", "not available", "not available")),
        (line("noise_complaints", 91), ("91", "not available", "not available", "not available")),
    ],
    ids=lambda value: value.label if hasattr(value, "label") else "",
)
def test_every_kind_of_number_in_its_column(found: object, last_four: tuple[str, ...]) -> None:
    assert tuple(chapter_row(found).values())[-4:] == last_four


def test_a_small_percentage_is_marked_and_the_mark_explained() -> None:
    small = line("fires_vehicle_deliberate", 6, 29)
    assert build_chapter_table(report_of(), Section("ASB", (small,))).caption.endswith(SMALL_NOTE)
    large = line("fires_vehicle_deliberate", 6, 30)
    assert SMALL_NOTE not in build_chapter_table(report_of(), Section("ASB", (large,))).caption


def test_the_areas_side_by_side() -> None:
    grid = build_comparison_table(report_of(), compared_of(13.303, 17.577, 13.3, None, ranks=(2, 3)))
    assert grid.caption == "Police ASB incidents by area, 2020-21 Q3 (Oct to Dec 2020)"
    assert [row[0] for row in grid.rows] == ["Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees"]
    assert [row[-3:] for row in grid.rows] == [
        ("13.3", "Joint lowest", "Second to third"),
        ("17.6", "Highest", "Second to third"),
        ("13.3", "Joint lowest", "Second to third"),
        ("not available", "not available", "not available"),
    ]


def test_the_months_with_and_without_covid_related() -> None:
    months = (MonthValue("2020-10", 518, 387), MonthValue("2020-11", 426, 283), MonthValue("2020-12", 302, 228))
    grid = build_month_table(line("asb_police", 1246, months=months, covid=Covid(348, 27.9, 898, 896)))
    assert grid.header == ("Month", "Incidents", "Without COVID-related")
    assert grid.rows[0] == ("Oct 2020", "518", "387") and grid.rows[-1] == ("This quarter", "1,246", "898")
    part = build_month_table(
        line("noise_complaints", None, months=(MonthValue("2020-10", 5), MonthValue("2020-11", None)))
    )
    assert part.header == ("Month", "Complaints")
    assert part.rows == (("Oct 2020", "5"), ("Nov 2020", "not yet received"), ("This quarter", "not yet received"))


def test_the_wards_and_what_is_in_none_of_them() -> None:
    grid = build_ward_table(report_of(), wards_of(32, 14, unplaced=4, w0="Victoria"))
    assert grid.rows[0] == ("Victoria", "not available", "32", "64%", "not available")
    assert grid.rows[-1] == ("In none of the wards", "not available", "4", "8%", "not available")


def test_the_repeat_locations() -> None:
    place = RepeatLocation("Vincent Street", "Headland and Harbour", -1.2, 54.7, 15, "continuing")
    grid = build_location_table(report_of(), RepeatLocations("asb_police", 10, (place, replace(place, state=None))))
    assert grid.caption == "Locations with 10 or more police ASB incidents, Hartlepool, 2020-21 Q3 (Oct to Dec 2020)"
    assert grid.rows[0] == ("Vincent Street", "Headland and Harbour", "15", "Continuing") and grid.texts == 2
    assert grid.rows[1][-1] == "not available"


@settings(max_examples=60)
@given(any_report())
def test_every_row_fits_its_header_and_nothing_is_printed_of_python(report: Report) -> None:
    for grid in grids_of(report):
        for row in grid.rows:
            assert len(row) == len(grid.header)
            assert not any(
                cell in ("None", "nan", "-0", "−0", "+0", "") or "None" in cell for cell in row if cell != ""
            )


def test_a_report_made_by_hand_has_all_its_tables() -> None:
    report = reports.report()
    assert [grid.caption.split(",")[0] for grid in grids_of(report)] == [
        "Anti-social behaviour",
        "Drugs and alcohol",
        "Police ASB incidents by area",
        "ASB incidents reported to the Police",
        "Police ASB incidents",
        "Hotspots of police ASB incidents",
        "Locations with 10 or more police ASB incidents",
    ]
    assert "not yet received" in build_chapter_table(report, report.sections[0]).rows[2]


def test_hotspots_are_numbered_as_on_their_map() -> None:
    grid = build_hotspot_table(reports.report(), reports.report().hotspots[0])
    assert row_of(grid) == {
        "Hotspot": "1. York Road and Victoria Road",
        "Ward": "Victoria, Burn Valley and 2 others",
        "Same quarter last year": "120",
        "This quarter": "158",
        "Share": "13%",
        "Clear change?": "Clear increase",
        "Months hot": "9 of 12",
        "Development": "Lasting",
    }
    assert grid.rows[1][0] == "2. Elm Grove"
    assert grid.rows[1][5:] == ("not available", "3 of 9", "not available")
