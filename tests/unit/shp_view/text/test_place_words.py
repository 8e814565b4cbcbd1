"""Where, in words, to those from whom counts of wards are withheld."""

from __future__ import annotations

from dataclasses import replace

from helpers.reports import report

from shp_data.analysis.report.report_value import Line, Report, ReportWards, WardValue
from shp_view.report.report_grids import WITHHELD, build_ward_table
from shp_view.report.report_workbook import build_sheets
from shp_view.text.place_words import count_total, describe_wards


def of_wards(*counts: int | None, unplaced: int | None = 0) -> tuple[Report, ReportWards]:
    """A report whose first block of wards has these counts; the whole area had 40."""
    made = report()
    indicator = made.wards[0].indicator
    rows = [WardValue(f"E{n}", f"Ward {n}", count, None, None, None) for n, count in enumerate(counts, 1)]
    block = ReportWards(indicator, "2020", tuple(rows), unplaced)

    def counted(line: Line) -> Line:
        return replace(line, quarter_value=40.0) if line.indicator == indicator else line

    sections = tuple(replace(one, lines=tuple(map(counted, one.lines))) for one in made.sections)
    return replace(made, sections=sections, wards=(block,)), block


def texts(*counts: int | None) -> list[str]:
    made, block = of_wards(*counts)
    return [said.text for said in describe_wards(made, block)]


def test_the_most_is_said_of_the_wards_whose_counts_are_shown() -> None:
    found = texts(20, 9, 0, None, None, None)
    assert found[0].startswith("Of the wards whose counts are shown, Ward 1 (20) and Ward 2 (9) had the most")
    assert "together 29 of 40" in found[0]
    assert "Ward 3 was the only ward with none." in found
    assert found[-1] == "The counts of 3 wards are withheld: small counts by ward are not shown."


def test_where_every_ward_is_withheld_nothing_else_is_said() -> None:
    assert texts(None, None, None) == ["The counts of 3 wards are withheld: small counts by ward are not shown."]


def test_the_total_is_that_of_the_area_where_a_count_is_withheld() -> None:
    assert count_total(*of_wards(20, None, None)) == 40
    assert count_total(*of_wards(20, 3, 1)) == 24
    assert count_total(*of_wards(20, 3, unplaced=None)) == 40


def test_tables_and_sheets_say_that_a_count_is_withheld() -> None:
    made, block = of_wards(20, None)
    assert [row[2] for row in build_ward_table(made, block).rows] == ["20", WITHHELD]
    sheet = next(one for one in build_sheets(made, {}) if one.name == "Wards")
    assert [row.cells[4] for row in sheet.rows] == [20, WITHHELD]
