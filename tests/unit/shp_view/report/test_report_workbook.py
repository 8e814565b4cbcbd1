"""The report as a workbook: every block a sheet, numbers that are numbers, and pages that can be printed."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.office import text_of, to_pdf
from helpers.reports import line, report
from helpers.stores import DESK
from python_calamine import CalamineWorkbook

from shp_data.analysis.report.report import build_report as report_of
from shp_data.analysis.report.report_value import Report, ReportWards, Section
from shp_data.domain.periods import parse_quarter
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.report.report_workbook import NOTICE, to_xlsx

TOP = 4  # the header's row
SHEETS = ["Indicators", "Months", "COVID-related", "Areas compared", "Wards", "Hotspots", "Repeat locations"]
LINK = "https://example.org/report?quarter=2020-21-Q3"


def cells(of: Report, sheet: str, commentary: dict[str, str] | None = None, link: str = "") -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(of, commentary or {}, link)))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def rows(of: Report, sheet: str, commentary: dict[str, str] | None = None) -> list[dict[str, Any]]:
    header, *found = cells(of, sheet, commentary)[TOP:]
    return [dict(zip(header, row, strict=True)) for row in found]


def part(of: Report, name: str) -> str:
    """A part of the file itself, as XML."""
    with zipfile.ZipFile(io.BytesIO(to_xlsx(of, {}))) as archive:
        return archive.read(name).decode()


def test_each_block_is_a_sheet_and_the_commentary_only_where_there_is_any() -> None:
    def names(commentary: dict[str, str]) -> list[str]:
        return CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(report(), commentary))).sheet_names

    assert names({}) == names({"asb_police": "  "}) == [*SHEETS, "Notes"]
    assert names({"asb_police": "Words."}) == [*SHEETS, "Commentary", "Notes"]


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_says_what_it_is_of_and_that_it_is_synthetic(sheet: str) -> None:
    title, about, notice = (row[0] for row in cells(report(), sheet)[:3])
    assert title == f"{sheet}: Hartlepool, 2020-21 Q3 (Oct to Dec 2020)"
    assert about == "Safer Hartlepool Partnership. Data to Mar 2021."
    assert notice == NOTICE
    real = replace(report(), synthetic=False)
    assert "SYNTHETIC" not in str(cells(real, sheet)) + str(cells(real, "Notes"))


def test_the_indicators_are_those_of_the_report_unrounded() -> None:
    found = rows(report(), "Indicators")
    assert [(row["Indicator"], row["Area"]) for row in found] == [(x.label, x.area) for x in report().list_all_lines()]
    first, rate = found[0], found[1]
    assert [first[name] for name in ("Year to date", "Same quarter last year", "This quarter", "Difference")] == [
        4348, 896, 1246, 350,
    ]  # fmt: skip
    assert (first["% difference"], first["Previous quarter"]) == (39.0625, 1166)
    assert (first["Difference on previous quarter"], first["Unit"]) == (80, "incidents")
    assert first["% difference on previous quarter"] == pytest.approx(100 * 80 / 1166)
    assert (first["Clear change?"], first["p-value"], first["Ratio, high"]) == ("Clear increase", 0.004, 1.74)
    assert (first["Year to date is"], first["Notes"]) == ("sum", "Two sources spoke for one month.")
    assert (rate["This quarter"], rate["Unit"]) == (13.30301, "per 1,000 residents")


def test_what_is_not_in_yet_is_told_in_the_status_alone() -> None:
    row = next(row for row in rows(report(), "Indicators") if row["Indicator"].startswith("Noise"))
    assert (row["Status"], row["Same quarter last year"]) == ("not yet received", 91)
    empty = ("Year to date", "This quarter", "Difference", "% difference", "Previous quarter", "p-value")
    assert [row[name] for name in empty] == [""] * len(empty)


def test_zero_is_a_number_and_its_percentage_is_not_available() -> None:
    row = next(row for row in rows(report(), "Indicators") if "vehicle" in row["Indicator"])
    assert (row["Same quarter last year"], row["% difference"], row["Status"]) == (0, "", "")
    assert isinstance(row["Same quarter last year"], float)


def test_a_supplied_year_to_date_stands_beside_the_sum() -> None:
    supplied = line("asb_complaints_asbu", 89, 92, 411, year_to_date_as="supplied", year_to_date_sum=410)
    (row, *_) = rows(replace(report(), sections=(Section("ASB", (supplied,)),)), "Indicators")
    assert (row["Year to date"], row["Year to date is"]) == (411, "supplied")
    assert row["Sum of the quarters, where it differs"] == 410


def test_months_are_dates_and_those_without_a_figure_stay_empty() -> None:
    found = rows(report(), "Months")
    assert [row["Month"] for row in found] == [dt.date(2020, month, 1) for month in (10, 11, 12)]
    assert [(row["Count"], row["Without COVID-related"]) for row in found] == [(396, 350), (457, 353), (393, "")]


def test_the_blocks_hold_what_the_report_holds() -> None:
    (covid,) = rows(report(), "COVID-related")
    assert list(covid.values())[2:] == [1246, 188, 15.1, 1058, 896]
    home, other = rows(report(), "Areas compared")
    assert [home[name] for name in ("Area", "This quarter", "Rate per 1,000, quarter", "Rank by rate")] == [
        "Hartlepool", 1246, 13.30301, 2,
    ]  # fmt: skip
    assert (home["Rank, best"], home["Rank, worst"], other["Area"]) == (1, 2, "Middlesbrough")
    victoria, rural, unplaced = rows(report(), "Wards")
    assert [victoria[name] for name in ("Ward", "Ward code", "Boundaries of", "This quarter", "Share, %")] == [
        "Victoria", "E05008949", "2020", 300, 24.1,
    ]  # fmt: skip
    assert (rural["This quarter"], rural["Same quarter last year"]) == (0, "")
    assert (unplaced["Ward"], unplaced["This quarter"]) == ("(unplaced)", 4)
    (place,) = rows(report(), "Repeat locations")
    assert list(place.values())[1:] == ["'=cmd|'/c calc'!A1", "Victoria", 21, "continuing", -1.2129, 54.6862]


def test_wards_without_unplaced_incidents_have_no_row_for_them() -> None:
    (block,) = report().wards
    whole = replace(report(), wards=(ReportWards(block.indicator, block.vintage, block.wards, 0),))
    assert [row["Ward"] for row in rows(whole, "Wards")] == ["Victoria", "Rural West"]


def test_a_block_of_which_nothing_is_loaded_says_so() -> None:
    bare = replace(report(), sections=(), compared=(), wards=(), places=(), hotspots=())
    for sheet in SHEETS:
        assert cells(bare, sheet)[-1][0] == "Nothing of this quarter and area is loaded."


def test_a_long_commentary_is_whole_and_no_formula() -> None:
    text = "=" + "word " * 10_000
    found = rows(report(), "Commentary", {"asb_police": text, "harbour_referrals": "Of an indicator without a line."})
    assert "".join(row["Commentary"] for row in found[:-1]) == f"'{text}"
    assert {row["Indicator"] for row in found[:-1]} == {"ASB incidents reported to the Police"}
    assert found[-1]["Commentary"] == "Of an indicator without a line."


def test_the_notes_tell_sources_methods_caveats_and_the_way_back() -> None:
    found = cells(report(), "Notes", link=LINK)
    notes = dict(map(tuple, found))
    assert notes["Quarter"] == "2020-21 Q3 (Oct to Dec 2020)"
    assert (notes["Data to"], notes["Notice"], notes["Reproduce it"]) == ("Mar 2021", NOTICE, LINK)
    assert notes["Caveat"] == "Rates are per 1,000 residents, 2019 (mid-year estimate)."
    assert notes["Source"] == "Police records: data.police.uk, Open Government Licence v3.0."
    assert notes["On Police ASB"] == "Two sources spoke for one month."
    assert "at least 10 incidents" in notes["Repeat locations"]
    assert "Reproduce it" not in dict(map(tuple, cells(report(), "Notes")))


def test_the_sheets_are_made_to_be_read_and_printed() -> None:
    sheet, styles = part(report(), "xl/worksheets/sheet1.xml"), part(report(), "xl/styles.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A5:' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "Print_Titles" in part(report(), "xl/workbook.xml")
    for form in ("0.0&quot;%&quot;", "0.0&quot; points&quot;", "0&quot;%&quot;", "mmm yyyy", "0.00000"):
        assert f'formatCode="{form}"' in styles
    properties = part(report(), "docProps/core.xml")
    assert "Performance report: Hartlepool, 2020-21 Q3 (Oct to Dec 2020)" in properties
    assert NOTICE in properties


def test_the_report_of_the_sample_opens_and_prints_on_few_pages(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    made = report_of(Reader(open_store(prepare_sample_store()), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    path.write_bytes(to_xlsx(made, {"asb_police": "The rise is in the second lockdown."}, LINK))
    pages = text_of(to_pdf(path))
    assert len(SHEETS) + 2 <= len(pages) <= 12
    first = next(row for row in pages[0].splitlines() if row.strip().startswith("ASB incidents"))
    told = "Police Hartlepool incidents 4,348 896 1,246 350 39% 1,166 80 7% Clear increase"
    assert " ".join(first.split()).endswith(told)
    assert "###" not in "".join(pages)  # no column is too narrow for its numbers
    assert "-0.4 points" in pages[0]
    assert all("SYNTHETIC SAMPLE" in page for page in pages)
    assert "The rise is in the second lockdown." in pages[-2]
    assert LINK in pages[-1]
